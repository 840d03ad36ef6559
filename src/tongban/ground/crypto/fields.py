"""A model field whose column holds only ciphertext."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import IsNull

from tongban.ground.crypto.cipher import PREFIX, decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Clear text in Python, ``enc:v1:...`` in the column; the empty string stays empty.

    It cannot be searched: look values up through a blind index column beside it.
    """

    description = "encrypted text"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database; a value that is ciphertext already is left alone."""
        text = super().get_prep_value(value)
        if text is None or text == "" or text.startswith(PREFIX):
            return text
        return encrypt(text)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt what the database gave; raises ``Undecipherable`` when the column was altered."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only ``isnull`` makes sense on random ciphertext."""
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is encrypted: filter by its blind index, not by {lookup_name}")
