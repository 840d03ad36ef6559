"""The same write asked twice is one write: ``services.once``."""
