"""Endpoints of the open API."""
