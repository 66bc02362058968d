"""Tell whether the triggers that guard the trail are there, and are those that were laid.

A trigger of the right name may do nothing: so what each does is compared, too, by a digest of
what the migrations made. Whoever lays a guard enters its digest here: the test of a freshly
migrated database says which one is new.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_SQLITE: Final[Mapping[str, str]] = {
    "case_key_no_delete": "a34df00f20c5351306b894c8d20d4999",
    "case_key_no_replace": "533cfac0f470e0570dd7c2cacac20d0a",
    "case_key_no_update": "6c7640a74fb2102fa93ea9ea6327cffc",
    "checkpoint_no_delete": "ea18d25da83c81183ec0b8127f728208",
    "checkpoint_no_replace": "7c7386eff6d8c20c425fd9d9d7f49c70",
    "checkpoint_no_update": "2f909419062a261207a8d031d14cba4f",
    "checkpoint_stamp_no_delete": "e3c1e9654018075aa1febb10fe30d277",
    "checkpoint_stamp_no_replace": "1fe96d928c7cb3962bf94d7df0750c6f",
    "checkpoint_stamp_no_update": "f4a63d09de4c906c3b39a93c954faabe",
    "event_dense": "e856049365648b860afc9de35e1669bd",
    "event_no_delete": "0accd881c3d14a4b3a0f88325156b114",
    "event_no_update": "af2525c42656d1fd0e68d8e54fc47fb9",
    "origin_proof_no_delete": "d52b1c8a73907d13f1895fc1ba606772",
    "origin_proof_no_update": "37ad37b1acbd9b91d85134fb6d052ba0",
    "payload_erased": "2726b70d0f62bd8bc18253b48367c9bf",
    "submission_no_delete": "bb8c71747ecfd29b11655841907e8869",
    "submission_no_replace": "1b905bf803f1b55bf5cb323ed8442d88",
    "submission_no_update": "ca714141e20f5280fe6cc53bf01afe1b",
    "tree_node_no_delete": "1ab2e2b219b2ac3e65cb8a6ef6486dfe",
    "tree_node_no_replace": "f5b2007c87cdce4f9940bd99e656e918",
    "tree_node_no_update": "52e0e11771901205e4d4586e5c381338",
}
_POSTGRES: Final[Mapping[str, str]] = {
    "case_key_fixed": "2c0ff1f252db2377de4e1666e9564f47",
    "case_key_whole": "6d2a56663350f8336860a585c69c277d",
    "checkpoint_fixed": "b920be23391c6bc9404945a9ad5977a9",
    "checkpoint_stamp_fixed": "ed550f14997bba899d66c821399fbee8",
    "checkpoint_stamp_whole": "6ae0f3f72917c3d417c55cb6d446af05",
    "checkpoint_whole": "4d034d180842113744224f1e19fc5b57",
    "event_dense": "bcfba8263273895bd228859dcde02dc2",
    "event_fixed": "d12e4637872c706c5149eb9b67beedd4",
    "event_whole": "aaa4fe16b3c12ec13e05d12133aea901",
    "origin_proof_fixed": "bf5c906f8925605c2a73dbf336a430e7",
    "origin_proof_whole": "505b885b2f12cfe993b2749ece99cba4",
    "payload_erased": "e2c0b29688fd823133f2840498e83023",
    "payload_whole": "907e2ecebfdcd905b8b07712f044b2e2",
    "submission_fixed": "835b8d8a2b2da9ca74109e585b0c8055",
    "submission_whole": "b43a9c651896003e22f65cc74810d906",
    "tree_node_fixed": "dd0317f89c5a8201771cff75cd548680",
    "tree_node_whole": "2b58e7fff56732a68df1259ef8cdf3f9",
}
_ON_SQLITE: Final = text(
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
)
# ALWAYS: of one that is merely enabled, a session in replica mode takes no notice.
# A setting of the function's own could send it to another schema, so there must be none.
_ON_POSTGRES: Final = text(
    "SELECT tgname, relname, pg_get_triggerdef(t.oid, true), lanname, "
    "CAST(pronamespace = relnamespace AND proconfig IS NULL AND NOT prosecdef AS text), "
    "prosrc, quote_ident(current_schema()) "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid "
    "JOIN pg_language l ON l.oid = prolang "
    "WHERE tgenabled = 'A' AND relnamespace = quote_ident(current_schema())::regnamespace"
)


async def missing_guards(session: AsyncSession) -> list[str]:
    """Return the guards that somebody took away, disabled, or made hollow, as faults."""
    connection = await session.connection()
    sqlite = connection.dialect.name == "sqlite"
    rows = (await connection.execute(_ON_SQLITE if sqlite else _ON_POSTGRES)).all()
    told = _told_by_sqlite if sqlite else _told_by_postgres
    return list(_faults(_SQLITE if sqlite else _POSTGRES, [told(*row) for row in rows]))


def _digest(*parts: str) -> str:
    """Return 128 bits of the SHA-256 of what a guard does, however its lines are broken."""
    told = "\n".join(" ".join(part.split()) for part in parts)
    return sha256(told.encode()).hexdigest()[:32]


def _faults(wanted: Mapping[str, str], found: list[tuple[str, str]]) -> Iterator[str]:
    there = {name for name, _ in found}
    for name in sorted(wanted):
        if name not in there:
            yield f"the guard {name} is missing"
        elif (name, wanted[name]) not in found:  # another table may have one of this name
            yield f"the guard {name} is not the one that was laid"


def _told_by_sqlite(name: str, *does: str) -> tuple[str, str]:
    return name, _digest(*does)


def _told_by_postgres(name: str, *told: str) -> tuple[str, str]:
    """Return name and digest; the schema that the body names may be any, if it is ours."""
    *does, body, schema = told
    ours = rf"(?<![\w.\"]){re.escape(schema)}\."
    return name, _digest(*does, re.sub(ours, "{schema}.", body))
