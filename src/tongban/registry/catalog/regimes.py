"""Legal regimes as dated data: which law binds a kind of item (glossary ``legal_regime``).

Licensing Law arts 32, 42, 44, 45, 50 bind ``licensing`` only; elsewhere nothing is deemed, statutory or stopped by law
unless a version cites its own article.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from importlib import resources

from tongban.ground.errors import Refusal
from tongban.registry.catalog.version import Regime, build


@lru_cache(maxsize=1)
def _all() -> tuple[Regime, ...]:
    text = resources.files("tongban.registry.catalog").joinpath("data/regimes.json").read_text(encoding="utf-8")
    return tuple(build(Regime, row) for row in json.loads(text)["regimes"])


def regime_of(code: str, on: date) -> Regime:
    """The regime in force on a day.

    :raises Refusal: ``catalog.regime``.
    """
    known = [one for one in _all() if one.code == code and date.fromisoformat(one.valid_from) <= on]
    if not known:
        raise Refusal(
            "catalog.regime",
            f"没有「{code}」这种法律制度",
            "legal_regime",
            "从许可、登记、确认、给付、奖励、裁决、备案、公共服务、其他行政权力中选一种",
        )
    return max(known, key=lambda one: one.valid_from)
