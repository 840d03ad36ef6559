"""PAdES by pyHanko: sign with a key that is parsed once, verify independently of the database. Jobs and command line.

Only entire-file coverage counts as unchanged: a viewer that checks the signature alone calls an incrementally edited
file valid (trust study, decision 6).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.ground import moment
from tongban.ground.crypto import keys
from tongban.registry.licences.certificates import key_name
from tongban.registry.licences.selectors import found_in, sealed_at, state_of
from tongban.registry.licences.verdicts import Verdict, Verdicts, verdicts

if TYPE_CHECKING:
    from pyhanko.sign import signers
    from pyhanko.sign.validation import PdfSignatureStatus

FIELD = "TongbanSeal"
# An ECDSA P-256 signature in DER is at most 72 bytes long.
SIGNATURE_BYTES = 72
# Room for the signature's structure beside its certificates; told in advance, or pyHanko signs twice to measure it.
CMS_BYTES = 2048
# pyHanko has corrupted files above 100 MB (its issue 336); no paper of ours comes near.
MAX_BYTES = 20 * 1024 * 1024


def sign_pdf(pdf: bytes, key_id: str, certificate_pem: str) -> bytes:
    """The PDF with a certifying signature that allows no later change; signing time is ``moment.now()``."""
    from pyhanko.sign import fields, signers

    if len(pdf) > MAX_BYTES:
        raise ValueError(f"{len(pdf)} bytes are too many for a paper")
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    key, chain = _material(str(keys.keys_dir()), key_id, certificate_pem)
    out = io.BytesIO()
    _dated_pdf_signer()(metadata, _signer(key, chain)).sign_pdf(
        _quiet_writer(pdf), bytes_reserved=2 * (CMS_BYTES + sum(map(len, chain))), output=out
    )
    return out.getvalue()


def _quiet_writer(pdf: bytes) -> Any:
    """A writer that leaves metadata alone: pyHanko would stamp the machine's clock over the paper's own dates."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class QuietWriter(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            return

    return QuietWriter(io.BytesIO(pdf))


@lru_cache(maxsize=1)
def _dated_pdf_signer() -> Any:
    """pyHanko's signer with our source of *now*, so that the history of a demo is dated right."""
    from pyhanko.sign import signers

    class DatedPdfSigner(signers.PdfSigner):
        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session = super().init_signing_session(*args, **options)
            session.system_time = moment.local(moment.now()).replace(microsecond=0)
            return session

    return DatedPdfSigner


@lru_cache(maxsize=64)
def _material(folder: str, key_id: str, certificate_pem: str) -> tuple[ec.EllipticCurvePrivateKey, tuple[bytes, ...]]:
    """The private key, parsed once for the life of the process, and the chain in DER, the seal's certificate first."""
    from asn1crypto import pem

    path = keys.keys_dir() / key_name(key_id)
    if not path.exists():
        raise keys.KeyMissing("seal", key_id)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} is not an elliptic-curve key")
    texts = (certificate_pem.encode(), *keys.trusted_roots())
    return key, tuple(der for text in texts for _, _, der in pem.unarmor(text, multiple=True))


def _signer(key: ec.EllipticCurvePrivateKey, chain: tuple[bytes, ...]) -> signers.Signer:
    """pyHanko's signer around the parsed key (its own one would parse the key anew at each signature)."""
    from asn1crypto import tsp
    from asn1crypto import x509 as asn1
    from pyhanko.sign import signers
    from pyhanko.sign.attributes import CMSAttributeProvider, SigningCertificateV2Provider
    from pyhanko.sign.signers.pdf_cms import CAdESSignedAttributeProviderSpec, PdfCMSSignedAttributes
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class KeptKeySigner(signers.Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return bytes(SIGNATURE_BYTES) if dry_run else key.sign(data, ec.ECDSA(hashes.SHA256()))

    class ParsedReference(SigningCertificateV2Provider):
        async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
            # What asn1crypto has parsed it keeps encoded; what Python built it encodes anew, hundreds of times.
            built = await super().build_attr_value(dry_run)
            return tsp.SigningCertificateV2.load(built.dump())

    class QuickAttributes(CAdESSignedAttributeProviderSpec):
        def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterator[CMSAttributeProvider]:
            for given in super().signed_attr_providers(data_digest, digest_algorithm):
                if isinstance(given, SigningCertificateV2Provider):
                    yield ParsedReference(given.signing_cert)
                else:
                    yield given

    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([asn1.Certificate.load(der) for der in chain[1:]])
    signer = KeptKeySigner(signing_cert=asn1.Certificate.load(chain[0]), cert_registry=registry)
    signer.signed_attr_prov_spec = QuickAttributes(
        attr_settings=PdfCMSSignedAttributes(), signing_cert=signer.signing_cert, is_pades=True, timestamper=None
    )
    return signer


def verify_pdf(content: bytes, now: datetime | None = None) -> Verdicts:
    """The four verdicts on a file: the cryptography by pyHanko, the state from the register.

    :param now: for the certificate of a file that is not in the register; default the present.
    """
    found = found_in(content)
    use = sealed_at(hashlib.sha256(content).hexdigest())
    signature, certificate, whole = judge(content, use.used_at if use else None, now)
    if signature == "unknown" and found and found.file_hash:
        # A paper of this code was sealed, and this file is not it.
        whole = "bad"
    return verdicts(signature, certificate, whole, found, state_of(found))


def judge(content: bytes, sealed: datetime | None, now: datetime | None = None) -> tuple[Verdict, Verdict, Verdict]:
    """Signature, certificate chain at the time of sealing, and content; by the file alone, without the register.

    :param sealed: when our register says that it was sealed; else the signature's own time counts, else ``now``.
    """
    status = _status(content, sealed, now or moment.now())
    if status is None:
        return "unknown", "unknown", "unknown"
    return (
        "ok" if status.intact and status.valid else "bad",
        "ok" if status.trusted else "bad",
        "ok" if status.intact and _covers_all(status) else "bad",
    )


def _covers_all(status: PdfSignatureStatus) -> bool:
    from pyhanko.sign.validation import SignatureCoverageLevel

    return status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def _status(content: bytes, sealed: datetime | None, now: datetime) -> PdfSignatureStatus | None:
    """pyHanko's judgement of the last signature; ``None`` for a file without one."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    try:
        signatures = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
        if not signatures:
            return None
        at = sealed or signatures[-1].self_reported_timestamp or now
        context = ValidationContext(
            trust_roots=_roots(keys.trusted_roots()),
            moment=at.astimezone(UTC),
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        return validate_pdf_signature(signatures[-1], context)
    except (PdfError, SigningError, SignatureValidationError, ValueError):
        # Not a PDF that a verifier can read: for the person it has no signature.
        return None


def _roots(texts: tuple[bytes, ...]) -> list[Any]:
    """Parsed anew for each judgement: asn1crypto parses lazily, and what two threads share breaks in the middle."""
    from asn1crypto import pem
    from asn1crypto import x509 as asn1

    return [asn1.Certificate.load(pem.unarmor(text)[2]) for text in texts]
