"""Messages about facts to people: in-site inbox, SMS, e-mail. ``texts.register_text``, ``services.notify``."""
