"""A bundle: one case as a zip that anybody verifies without us.

What it is made of stands here; `audit.opening` reads one and answers. Names within are fixed,
so that a bundle can hold nothing else.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any, Final, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.notes import sign_text
from audit.proof import LogProof

FORMAT: Final = "shenbei-bundle"
VERSION: Final = 1
HEAD: Final = "bundle.json"
MANIFEST: Final = "manifest.txt"
CHECKPOINT: Final = "checkpoint.txt"
STAMP: Final = "checkpoint.tsr"
WORDS: Final = "words.json"
SCHEMA: Final = "schema.json"
LOG_KEYS: Final = "trust/log.vkey"
WITNESS_KEYS: Final = "trust/witnesses.vkey"
SIGNERS: Final = "trust/signers.pem"
STAMPERS: Final = "trust/stampers.pem"
_PLAIN: Final = (
    *("README.md", HEAD, MANIFEST, CHECKPOINT, STAMP, WORDS, SCHEMA),
    *(LOG_KEYS, WITNESS_KEYS, SIGNERS, STAMPERS),
)
NAME: Final = re.compile(
    "|".join(map(re.escape, _PLAIN)) + r"|entries/[0-9]{12}\.json|proofs/[0-9]{12}\.tlog-proof"
    r"|papers/[0-9a-f]{64}\.pdf|trust/[0-9]{2}\.crl"
)
"""What the parts of a bundle may be called."""
_THEN: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o644 << 16


@dataclass(frozen=True)
class Word:
    """Words behind a commitment: which entry, where in the act, and the salt that opens it."""

    index: int
    path: str
    value: str
    salt: str
    commitment: str


@dataclass(frozen=True)
class Trusted:
    """What a reader checks with, sent along, to be compared with what he has himself."""

    log: Sequence[str]  # keys, as note verifiers read them
    witnesses: Sequence[str] = ()
    signers: bytes = b""  # PEM
    stampers: bytes = b""
    lists: Sequence[bytes] = ()  # revocation lists, DER


@dataclass(frozen=True)
class Bundle:
    """What is exported."""

    head: Mapping[str, Any]
    checkpoint: str
    entries: Mapping[int, bytes]
    proofs: Mapping[int, LogProof]
    words: Sequence[Word]
    papers: Mapping[str, bytes]
    trusted: Trusted
    schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    stamp: bytes = (
        b""  # a time-stamp token over the checkpoint as it is stored, if there is one
    )


def pack(bundle: Bundle, origin: str, key: Ed25519PrivateKey) -> bytes:
    """Return a bundle as a zip, its parts listed and signed; the same gives the same bytes."""
    parts = _parts(bundle)
    parts[MANIFEST] = sign_text(listed(parts), manifest_name(origin), key).encode()
    return packed(parts)


def listed(parts: Mapping[str, bytes]) -> str:
    """Return the list of the parts with their SHA-256, as `sha256sum` reads it."""
    names = sorted(parts.keys() - {MANIFEST})
    return "".join(f"{sha256(parts[name]).hexdigest()}  {name}\n" for name in names)


def manifest_name(origin: str) -> str:
    """Return under which name the log's key signs lists of parts."""
    return f"{origin}/bundle"


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as a zip in the one form a bundle has: in order, stored, without dates."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name in sorted(parts):
            entry = ZipInfo(name, _THEN)
            entry.external_attr, entry.create_system = _MODE, 3
            archive.writestr(entry, parts[name])
    return out.getvalue()


def read_words(data: bytes) -> list[Word]:
    """Return the words of a bundle from its part.

    Raises:
        ValueError: It is not a list of words, each with its fields and no other.
    """
    told: Any = json.loads(data)
    if not isinstance(told, list) or not all(map(_is_word, cast("list[Any]", told))):
        raise ValueError(f"{WORDS} is not of the form it says")
    return [Word(**word) for word in cast("list[dict[str, Any]]", told)]


def _is_word(told: Any) -> bool:
    if not isinstance(told, dict):
        return False
    word = cast("dict[str, object]", told)
    return {name: type(value) for name, value in word.items()} == Word.__annotations__


def _parts(bundle: Bundle) -> dict[str, bytes]:
    trusted = bundle.trusted
    parts = {
        "README.md": README.encode(),
        HEAD: _json({"format": FORMAT, "version": VERSION, **bundle.head}),
        CHECKPOINT: bundle.checkpoint.encode(),
        WORDS: _json([vars(word) for word in bundle.words]),
        SCHEMA: _json(bundle.schema),
        LOG_KEYS: _lines(trusted.log),
        WITNESS_KEYS: _lines(trusted.witnesses),
        SIGNERS: trusted.signers,
        STAMPERS: trusted.stampers,
    }
    if bundle.stamp:
        parts[STAMP] = bundle.stamp
    parts |= {f"trust/{n:02d}.crl": one for n, one in enumerate(trusted.lists)}
    parts |= {f"entries/{n:012d}.json": body for n, body in bundle.entries.items()}
    parts |= {
        f"proofs/{n:012d}.tlog-proof": proof.text.encode()
        for n, proof in bundle.proofs.items()
    }
    return parts | {f"papers/{name}.pdf": pdf for name, pdf in bundle.papers.items()}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _lines(texts: Sequence[str]) -> bytes:
    return "".join(f"{text.strip()}\n" for text in texts).encode()


README: Final = """# 审备案件证据包 · A bundle of one case from Shenbei

本包可以离线核验，不需要信任签发它的系统。
This bundle verifies offline, without trust in the system that issued it.

    python verify.pyz BUNDLE.zip --log-key KEY

- `manifest.txt` 全部文件的 SHA-256，由日志密钥签名。All parts, signed with the log's key.
- `entries/` 案件的每条轨迹记录，原始字节。Each entry of the trail, the bytes that were hashed.
- `proofs/` 每条记录的包含证明（C2SP tlog-proof）。The proof that the signed tree holds it.
- `checkpoint.txt` 签名的检查点，附见证人副署。The signed checkpoint, with its cosignatures.
- `checkpoint.tsr` 检查点前五行的时间戳（RFC 3161 令牌，DER），不一定有。
  A time-stamp of the checkpoint's first five lines, where there is one; a bare token:
  `head -n 5 checkpoint.txt > note.txt`, then `openssl ts -verify -token_in
  -in checkpoint.tsr -data note.txt -CAfile ROOT.pem`, with a root that you had before.
- `words.json` 承诺背后的文字和盐；没有披露或者已经删除的不在其中。
  The words behind commitments, with their salts; what is not disclosed or erased is not there.
- `papers/` 签发的文书，文件名是其 SHA-256。Issued papers, named by their SHA-256.
- `schema.json` 各类事件的结构。The form of each kind of event.
- `trust/` 随包附送的公钥和证书：请与另行取得的比对。
  Keys and certificates sent along: compare them with what you have from elsewhere.

用他人的工具 · With tools of others: Go `sumdb/note` and `sumdb/tlog`, `openssl pkeyutl -verify
-rawin`, `sha256sum`, any PDF reader that knows PAdES.
"""
