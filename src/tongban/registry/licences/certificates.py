"""Certificates of seals: made by the installation's own authority, checked when registered and at each verification.

The profile is checked when a certificate enters the register, not at the first use: key usage must allow signatures
that cannot be denied (``content_commitment``), or long-term validation fails years later.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tongban.ground.crypto import keys
from tongban.ground.errors import Refusal

LONGEST_CHAIN = 5
LONGEST_NAME = 64


@dataclass(frozen=True)
class SealCertificate:
    """A key of the ring and its certificate."""

    key_id: str
    pem: str
    valid_until: datetime


def key_name(key_id: str) -> str:
    """File name of a seal's private key in the keys folder."""
    return f"seal-{key_id}.pem"


def make_certificate(name: str, authority_name: str, at: datetime, years: int) -> SealCertificate:
    """A new P-256 key (file 0600) and a certificate of the own authority, valid from a day before ``at``.

    :param name: the seal's full name, which viewers show as the signer.
    """
    ca_key, ca_certificate = keys.ensure_authority()
    key_id = secrets.token_hex(8)
    key = ec.generate_private_key(ec.SECP256R1())
    until = at + timedelta(days=365 * years)
    certificate = _signed(key.public_key(), _subject(name, authority_name), at, until, ca_key, ca_certificate)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keys.write_private(keys.keys_dir() / key_name(key_id), pem)
    return SealCertificate(key_id, certificate.public_bytes(serialization.Encoding.PEM).decode(), until)


def _subject(name: str, authority_name: str) -> x509.Name:
    # X.520 bounds both attributes to 64, and what counts are the bytes of UTF-8: three for a Chinese character.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _bounded(authority_name)),
            x509.NameAttribute(NameOID.COMMON_NAME, _bounded(name)),
        ]
    )


def _bounded(text: str) -> str:
    """As much of ``text`` as 64 bytes hold, no character cut in two."""
    return text.encode()[:LONGEST_NAME].decode(errors="ignore")


def _signed(
    public: ec.EllipticCurvePublicKey,
    subject: x509.Name,
    at: datetime,
    until: datetime,
    ca_key: ec.EllipticCurvePrivateKey,
    ca_certificate: x509.Certificate,
) -> x509.Certificate:
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca_certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
            critical=False,
        )
        .sign(ca_key, hashes.SHA256())
    )


def check_profile(pem: str, at: datetime) -> None:
    """Refuse a certificate that could not seal lawfully: usage, curve, period, or a chain to no trusted root."""
    certificate = x509.load_pem_x509_certificates(pem.encode())[0]
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        fit = usage.content_commitment
    except x509.ExtensionNotFound:
        fit = False
    public = certificate.public_key()
    if not fit or not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise Refusal(
            "seal.certificate_profile",
            "这张印章证书不能用于盖章：密钥用途须含“不可否认”，算法须为 P-256",
            remedy="请向证书机构重新申请电子印章证书",
        )
    if not chain_is_trusted(pem, at):
        raise Refusal(
            "seal.certificate_chain",
            "这张印章证书不在有效期内，或不是受信任的机构签发",
            remedy="请把签发机构的根证书放入 keys/roots 目录，或换用有效的证书",
        )


def chain_is_trusted(pem: str, at: datetime) -> bool:
    """Whether a chain (seal's certificate first, then intermediates) ends in a trusted root, all valid at ``at``."""
    bundle = x509.load_pem_x509_certificates(pem.encode())
    roots = [x509.load_pem_x509_certificate(root) for root in keys.trusted_roots()]
    link = bundle[0]
    for _ in range(LONGEST_CHAIN):
        if not link.not_valid_before_utc <= at <= link.not_valid_after_utc:
            return False
        if any(_issued(link, root) and root.not_valid_after_utc >= at for root in roots):
            return True
        above = next((other for other in bundle[1:] if other != link and _issued(link, other)), None)
        if above is None:
            return False
        link = above
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
