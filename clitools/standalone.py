"""Verify a bundle on a machine that has nothing of ours: the program of `verify.pyz`.

    python verify.pyz BUNDLE.zip --log-key KEY [--witness-key KEY] [--roots PEM] [--json]

It ends with 0 only if all holds and the log's key came from elsewhere; with 3 where nothing is
wrong, but nobody knows whose log it is; with 1 where something is wrong; with 2 where a key or
a file that was named is none. `cryptography` is needed; where pyHanko is there, the signatures
on the papers are verified, too.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from cryptography.x509 import load_pem_x509_certificates

from audit.answers import Answer
from audit.bundle import SIGNERS, STAMPERS
from audit.notes import KeyTextError, Verifier, read_verifier
from audit.opening import open_file
from audit.questions import Known, Opened, Papers, Stamps
from audit.replies import TITLES


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, print, and return the code to end with."""
    asked = _parser().parse_args(arguments)
    try:
        log, witnesses = _keys(asked.log_key), _keys(asked.witness_key)
        roots = certificates(Path(asked.roots).read_bytes()) if asked.roots else None
        known = Known(log, witnesses, papers(roots), stamps(roots))
        opened = open_file(Path(asked.bundle), known, datetime.now(UTC))
    except (OSError, KeyTextError, RootsError) as error:
        sys.stderr.write(f"不能核验 · cannot verify: {error}\n")
        return 2
    text = json.dumps(report(opened), indent=1) if asked.json else _plain(opened)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    return code(opened)


def code(opened: Opened) -> int:
    """Return what to end with: 0 it holds, 3 its origin is not known, 1 something is wrong."""
    return 0 if opened else 3 if opened.consistent else 1


def main_and_exit() -> None:
    """Run as a program."""
    sys.exit(main())


def report(opened: Opened) -> dict[str, Any]:
    """Return what was found as plain data, in both languages."""
    return {
        "holds": bool(opened),
        "answer": opened.answer.value,
        "case": opened.case,
        "entries": opened.entries,
        "size": opened.size,
        "papers": opened.papers,
        "witnesses": opened.witnesses,
        "checks": [
            {
                "name": one.name,
                "answer": one.answer.value,
                "words": f"{one.words.zh} · {one.words.en}",
            }
            for one in opened.checks
        ],
        "notes": opened.notes,
    }


class RootsError(ValueError):
    """What was named as certificates to trust is none; says so in both languages."""


def certificates(pem: bytes) -> bytes:
    """Return certificates to trust as they are, once all of them can be read.

    Who names some must not be answered as if he had named none.

    Raises:
        RootsError: They are no certificates in PEM.
    """
    try:
        load_pem_x509_certificates(pem)
    except ValueError as error:
        raise RootsError(
            f"信任的证书（--roots）不能读懂 · the certificates to trust are no PEM: {error}"
        ) from None
    return pem


def papers(roots: bytes | None) -> Papers | None:
    """Return what verifies the signatures on papers; None where the PDF library is missing.

    Args:
        roots: Certificates (PEM) from elsewhere. Without, those in the bundle show whether the
            signatures hold together, but not whose they are: no paper passes.
    """
    try:
        verify = import_module("documents.verify").verify
        trusted = import_module("documents.verifying.trust").trusted
    except ImportError:
        return None

    def answered(pdf: bytes, trust: Mapping[str, bytes]) -> Answer:
        lists = [data for name, data in trust.items() if name.endswith(".crl")]
        try:
            own = roots is None
            signers, stampers = (trust[n] if own else roots for n in (SIGNERS, STAMPERS))
            known = trusted([signers], [stampers], lists)
        except (ValueError, KeyError):
            return Answer.UNKNOWN
        found: Answer = verify(pdf, known).answer
        return Answer.UNKNOWN if found is Answer.PASS and roots is None else found

    return answered


def stamps(roots: bytes | None) -> Stamps | None:
    """Return what verifies the time-stamp of a checkpoint; see `papers`."""
    try:
        judge = import_module("documents.verifying.token").judge_token
        trusted = import_module("documents.verifying.trust").trusted
    except ImportError:
        return None

    def answered(token: bytes, note: bytes, trust: Mapping[str, bytes]) -> Answer:
        lists = [data for name, data in trust.items() if name.endswith(".crl")]
        try:
            known = trusted([], [trust[STAMPERS] if roots is None else roots], lists)
        except (ValueError, KeyError):
            return Answer.UNKNOWN
        found: Answer = judge(token, note, known, datetime.now(UTC))
        return Answer.UNKNOWN if found is Answer.PASS and roots is None else found

    return answered


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.pyz", description="离线核验案件证据包 · Verify a bundle, offline."
    )
    parser.add_argument("bundle", help="证据包 · the bundle (.zip)")
    parser.add_argument(
        "--log-key", action="append", default=[], help="另行取得的日志公钥 · name+id+base64"
    )
    parser.add_argument(
        "--witness-key", action="append", default=[], help="见证人公钥 · of a witness"
    )
    parser.add_argument("--roots", help="信任的证书 · certificates to trust, PEM")
    parser.add_argument("--json", action="store_true", help="机器可读 · as JSON")
    return parser


def _keys(texts: Sequence[str]) -> list[Verifier]:
    return [read_verifier(text) for text in texts]


_MARKS = {Answer.PASS: "✔", Answer.FAIL: "✘", Answer.UNKNOWN: "?"}


def _plain(opened: Opened) -> str:
    lines = [
        f"{_MARKS[one.answer]} {TITLES[one.name].zh} {TITLES[one.name].en}: "
        f"{one.words.zh} · {one.words.en}"
        for one in opened.checks
    ]
    lines += [f"  - {note}" for note in opened.notes[:50]]
    told = f"{opened.case} · {opened.entries} entries · {opened.papers} papers"
    text = "\n".join([*lines, f"{told} · {_ENDS[code(opened)]}"])
    # What a stranger wrote moves no cursor and hides nothing.
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


_ENDS = {
    0: "核验通过 · it holds",
    1: "核验不通过 · it does not hold",
    3: "自洽，来源未知，请给出 --log-key · consistent, but of no known log: give --log-key",
}


if __name__ == "__main__":
    sys.exit(main())
