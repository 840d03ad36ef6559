"""The walk: the whole road over HTTP, as all its people, with nothing but the standard library."""
