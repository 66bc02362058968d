"""The keys that seal and sign: list them, lay one aside."""

from typing import Any, Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from clitools.errors import CommandError
from documents.pki import DevelopmentAuthority
from settings import Settings


def listed(settings: Settings) -> list[dict[str, Any]]:
    """Return every certificate in the folder of keys, those laid aside too."""
    folder = settings.keys / "pki"
    rows: list[dict[str, Any]] = []
    for path in sorted([*folder.glob("*.pem"), *folder.glob("*.retired")]):
        data = path.read_bytes()
        if b"BEGIN CERTIFICATE" not in data:
            continue
        found = x509.load_pem_x509_certificate(data)
        names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        rows.append(
            {
                "key": path.name,
                "name": str(names[0].value) if names else "",
                "until": found.not_valid_after_utc.date().isoformat(),
                "serial": f"{found.serial_number:x}",
            }
        )
    return rows


def retire(settings: Settings, kind: Literal["body", "person"], identifier: str) -> str:
    """Lay a key aside and return its new place; papers it signed still hold."""
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=False)
    known = {row["key"] for row in listed(settings)}
    if f"{kind}-{identifier}.pem" not in known:
        raise CommandError(
            f"没有该密钥 · no such key: {kind}-{identifier}; see `./run cli key list`"
        )
    return str(authority.retire(kind, identifier))


def retire_log(settings: Settings) -> str:
    """Lay the log's key aside and return where its public part stays.

    Start the services anew afterwards: they sign with the key they began with.
    """
    if not (settings.keys / "log.pem").exists():
        raise CommandError("没有日志密钥 · the log has no key yet")
    return str(settings.retire_log_key())
