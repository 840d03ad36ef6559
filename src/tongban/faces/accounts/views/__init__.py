"""Views of the accounts face."""
