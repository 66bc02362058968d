"""Judge a time-stamp token (RFC 3161) over some bytes, apart from any paper."""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import asyncio
from datetime import datetime
from hashlib import sha256
from typing import Any

from asn1crypto import cms

from audit.answers import Answer
from documents.verifying.covering import nothing_foreign
from documents.verifying.judging import Judge, Proof
from documents.verifying.trust import Trust

_PLAIN = ("v3", "v1")  # of the data, of who signed it by name and number


def judge_token(token: bytes, data: bytes, trust: Trust, now: datetime) -> Answer:
    """Tell whether a token proves that some bytes were there when it says.

    It fails where it is of other bytes or its signature is wrong; whom nobody trusts, whose
    revocation nobody knows, and what carries more than its signature covers, is unknown.
    """
    try:
        return asyncio.run(_judged(token, data, trust, now))
    except Exception:  # noqa: BLE001 -- a damaged token fails wherever its damage lies
        return Answer.FAIL


def is_trusted(token: bytes, data: bytes, trust: Trust, at: datetime) -> bool:
    """Tell whether an authority that was trusted at a time stamped some bytes.

    Revocation is asked as far as it is known: without lists, nobody was revoked.
    """
    try:
        found = asyncio.run(_found(cms.ContentInfo.load(token)["content"], data, trust, at))
    except Exception:  # noqa: BLE001 -- likewise
        return False
    return found.intact and found.holds


async def _found(signed: Any, data: bytes, trust: Trust, now: datetime) -> Proof:
    return await Judge(trust, (), ()).stamp(signed, lambda name: _imprint(name, data), now)


async def _judged(token: bytes, data: bytes, trust: Trust, now: datetime) -> Answer:
    content: Any = cms.ContentInfo.load(token, strict=True)
    signed: Any = content["content"]
    (signer,) = signed["signer_infos"]
    found = await _found(signed, data, trust, now)
    if not found.intact or found.standing.answer is Answer.FAIL:
        return Answer.FAIL
    versions = (signed["version"].native, signer["version"].native)
    alone = nothing_foreign(signed, found.path) and versions == _PLAIN
    sure = found.holds and found.standing.answer is Answer.PASS and alone
    return Answer.PASS if sure and content.dump(force=True) == token else Answer.UNKNOWN


def _imprint(name: str, data: bytes) -> bytes:
    return sha256(data).digest() if name == "sha256" else b""
