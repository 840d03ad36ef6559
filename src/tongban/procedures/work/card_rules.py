"""The rule of cards in force, noted as a dated parameter: when another one counts, open clocks are read again (C11).

A new version comes with an upgrade of the house, or its first day comes. Either way the alarms that rows cache are
still those of the older rule until they are computed anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Final

from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import SYSTEM
from tongban.ground.parameters import selectors as parameters
from tongban.ground.parameters.services import set_value
from tongban.procedures.work.cards import CardRule, rule_of

IN_USE: Final = "work.card_rule"
BASIS: Final = "红黄牌规则（随平台版本发布，见 procedures/work/data/card_rules.json）"


def signature(rule: CardRule) -> str:
    """Version and fingerprint: a rule that was changed without a new version is noticed too."""
    text = json.dumps(asdict(rule), sort_keys=True, default=str)
    return f"{rule.version}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def note_rule() -> bool:
    """Note which rule counts today; gives whether it is another one than before, so that clocks must be read again."""
    today = moment.today()
    now = signature(rule_of(today))
    known = parameters.find([IN_USE], None, today).get(IN_USE)
    if known is not None and known.value == now:
        return False
    try:
        set_value(IN_USE, now, valid_from=today, basis=BASIS, actor=SYSTEM)
    except Refusal as refusal:
        if refusal.code != "parameter.same_day":
            raise
        return True  # changed twice on one day: read again now, noted tomorrow
    return True
