"""The editor of an option's draft: forms out of ``registry.catalog.drafting``, read back into draft data."""
