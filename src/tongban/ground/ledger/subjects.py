"""Which tables hold the chain heads: rooms register their subjects in ``AppConfig.ready``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import models

_models: dict[str, type[models.Model]] = {}


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A subject of the ledger: its kind (``case``, ``person``, ``seal`` ...) and id."""

    kind: str
    id: uuid.UUID


def register_subject(kind: str, model: type[models.Model]) -> None:
    """Say that rows of ``model`` (columns ``id``, ``seq``, ``head``) are the subjects of ``kind``.

    Raises ``ValueError`` when the kind is taken by another model or a column is missing.
    """
    known = _models.get(kind)
    if known is not None and known is not model:
        raise ValueError(f"subject kind {kind} is registered for {known.__name__}")
    columns = {field.column for field in model._meta.concrete_fields}
    if missing := {"id", "seq", "head"} - columns:
        raise ValueError(f"{model.__name__} lacks {', '.join(sorted(missing))}: it cannot be a subject of the ledger")
    _models[kind] = model


def registered() -> Mapping[str, type[models.Model]]:
    """Kind -> model of every registered subject."""
    return MappingProxyType(_models)


def table_of(kind: str) -> str:
    """The quoted table of a kind; raises ``LookupError`` for a kind that nobody registered."""
    if kind not in _models:
        raise LookupError(f"subject kind {kind} is not registered: call register_subject in AppConfig.ready")
    return f'"{_models[kind]._meta.db_table}"'
