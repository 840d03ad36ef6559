"""Webhooks: events of cases told to the systems of departments, signed, in their own time, tried again."""
