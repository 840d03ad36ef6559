"""Law and policy as dated data: ``selectors.value_of``, ``services.set_value``."""
