"""The seals' certificates as a port of the connections page."""

from __future__ import annotations

from datetime import timedelta

from tongban.ground import moment
from tongban.ground.crypto import keys
from tongban.ground.ports.registry import WELL, Port, register_port
from tongban.registry.licences.certificates import key_name
from tongban.registry.licences.models import Seal

WARNED_BEFORE = timedelta(days=30)


def register() -> None:
    """Sealing with keys of this machine."""
    register_port(Port("licences.seals", "电子印章", "文书和证照的盖章", lambda: "本机密钥", _check))


def _check() -> str:
    """Every active seal has its key, and a certificate that lasts another month."""
    soon = moment.now() + WARNED_BEFORE
    for seal in Seal.objects.filter(state=Seal.State.ACTIVE).only("name", "key_id", "valid_until"):
        if not (keys.keys_dir() / key_name(seal.key_id)).exists():
            return f"「{seal.name}」的密钥文件不在，不能盖章"
        if seal.valid_until and seal.valid_until < soon:
            return f"「{seal.name}」的证书 {moment.local(seal.valid_until).date().isoformat()} 到期，请换证"
    return WELL
