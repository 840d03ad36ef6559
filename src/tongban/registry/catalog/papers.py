"""Which paper says a result: told by the engine, which stands above the registry (it registers when it is ready)."""

from __future__ import annotations

from tongban.registry.catalog.lawful import ResultPaper

_resolvers: list[ResultPaper] = []


def register(resolve: ResultPaper) -> None:
    """The engine's table of papers; the newest registration counts."""
    _resolvers[:] = [resolve]


def result_paper(regime: str, outcome: str, option_kind: str) -> str:
    """The kind of the paper of a result.

    :raises KeyError: the engine has none for it, or no engine is installed.
    """
    if not _resolvers:
        raise KeyError(outcome)
    return _resolvers[0](regime, outcome, option_kind)
