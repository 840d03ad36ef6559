"""Views of the staff desk, one module a page family."""
