"""Neighbour systems as ports: each has an adapter, a check, and a line on the connections page."""
