"""The demo's door: everybody of 云溪市 by role, one-button sign-in, sandbox messages. Only with ``settings.DEMO``."""
