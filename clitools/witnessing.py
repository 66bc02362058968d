"""A witness apart from the server: its key and the last note it saw lie in its folder."""

from fcntl import LOCK_EX, flock
from pathlib import Path
from time import time
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from audit.checkpoint import CheckpointError
from audit.log import keep_note
from audit.notes import (
    COSIGNATURE,
    KeyTextError,
    Verifier,
    named,
    read_verifier,
    verifier,
)
from audit.proof import ProofError, decoded
from audit.witness import ForkError, Witness
from clitools.errors import CommandError

_KEY, _NAME, _LOG, _LAST = "key.pem", "name.txt", "log.vkey", "last.txt"
_SECONDS: Final = 30


def new(state: Path, name: str, log_key: str) -> str:
    """Make a witness in a folder and return its key as text.

    Raises:
        CommandError: There is one already, or the log's key is none.
    """
    if not named(name):
        raise CommandError("名称不含空格和加号 · a name has no blanks and no plus")
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (state / _KEY).exists():
        raise CommandError(f"{state} 已有见证人 · there is a witness in {state}")
    log = _read(log_key)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (state / _KEY).touch(mode=0o600)
    (state / _KEY).write_bytes(pem)
    (state / _NAME).write_text(name, "utf-8")
    (state / _LOG).write_text(log.text, "utf-8")
    return verifier(name, COSIGNATURE, key.public_key()).text


def see(state: Path, url: str) -> str:
    """Cosign the log's newest checkpoint, if it extends the last one seen.

    Raises:
        CommandError: It does not: both notes are kept as evidence. Or the log does not answer.
    """
    with (state / "lock").open("a") as lock:
        flock(lock, LOCK_EX)  # one look at a time: two could cosign two trees
        return _seen(state, url)


def _seen(state: Path, url: str) -> str:
    witness, kept = _witness(state), state / _LAST
    last = kept.read_text("utf-8") if kept.exists() else None
    with httpx.Client(base_url=url.rstrip("/"), timeout=_SECONDS) as client:
        note = _asked(client, "/v1/trail/checkpoint").text
        try:
            proof = _proof(client, witness, last, note)
            line = witness.see(last, note, proof, int(time()))  # the witness's own clock
        except (ForkError, CheckpointError, ProofError) as error:
            evidence = state / f"refused-{int(time())}.txt"
            evidence.write_text(f"{error}\n\n{last}\n\n{note}", "utf-8")
            raise CommandError(
                f"拒绝副署：{error}；证据在 {evidence} · not cosigned, both notes are there"
            ) from None
        keep_note(kept, note)  # before the line leaves: no older one is signed after it
        told = _sent(client, _with(note, line))
    if told.is_error:
        raise CommandError(f"日志不收副署 · the log does not take it: {told.text}")
    return line.strip()


def _with(note: str, line: str) -> str:
    """Return a note with no line but the witness's."""
    return note.split("\n\n", maxsplit=1)[0] + "\n\n" + line


def _proof(
    client: httpx.Client, witness: Witness, last: str | None, note: str
) -> tuple[bytes, ...]:
    if last is None:
        return ()
    first, size = witness.opened(last).size, witness.opened(note).size
    if not 0 < first < size:
        return ()
    answer = _asked(client, f"/v1/trail/consistency?first={first}&size={size}")
    try:
        return decoded([str(line) for line in answer.json()["proof"]])
    except (ValueError, LookupError, TypeError) as error:
        raise ProofError(f"the log gave no proof: {error}") from None


def _sent(client: httpx.Client, note: str) -> httpx.Response:
    try:
        return client.post("/v1/trail/cosignatures", content=note)
    except httpx.HTTPError as error:
        raise CommandError(f"副署没有送达 · the line did not arrive: {error}") from None


def _asked(client: httpx.Client, path: str) -> httpx.Response:
    try:
        answer = client.get(path)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise CommandError(f"日志没有应答 · the log does not answer: {error}") from None
    return answer


def _witness(state: Path) -> Witness:
    if not (state / _KEY).exists():
        raise CommandError(f"{state} 没有见证人 · no witness there: trail witness new first")
    key: Any = load_pem_private_key((state / _KEY).read_bytes(), None)
    log = _read((state / _LOG).read_text("utf-8"))
    return Witness((state / _NAME).read_text("utf-8"), key, log)


def _read(text: str) -> Verifier:
    try:
        return read_verifier(text)
    except KeyTextError as error:
        raise CommandError(f"不是日志公钥 · no key of a log: {error}") from None
