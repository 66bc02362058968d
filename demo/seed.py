"""The people and bodies of the demonstration, and one token for each kind of person."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment
from cases.proceeding import SYSTEM
from demo.facts import COMMITTEE, INSTITUTION
from law.credit_code import check_character
from records.access_tables import Token
from records.database import Database
from records.people import token_hash
from records.registry import appoint, enter_party, enter_person, issue_token
from records.streams import Hand
from records.tables import Appointment, Party, Person

_ETHICS_AUTHORITY: Final = "authority-1"
_CYBER_AUTHORITY: Final = "authority-2"
_REGULATOR: Final = "authority-3"
_OTHER: Final = "institution-2"
_PLATFORM: Final = "platform-1"
_LIFE: Final = timedelta(days=365)
_CATEGORIES: Final = ("peer", "ethics", "law", "peer", "ethics", "peer", "peer")
_MEMBERS: Final = ("沈昭", "陆明远", "何清和", "韩听雪", "魏思齐", "秦砚秋", "梁闻道")
_EXPERTS: Final = ("邵一川", "程念慈", "高景行", "罗希言", "谭若谷", "贺知秋")


@dataclass(frozen=True)
class Role:
    """A person of the demonstration: who, where, in which roles, under which token name."""

    token: str
    person: str
    name: str
    party: str
    roles: tuple[str, ...]
    category: str = ""
    employer: str = ""


ROLES: Final = (
    Role("APPLICANT", "p01", "许知微", INSTITUTION, ("applicant",)),
    Role("OFFICER", "p02", "顾南舟", INSTITUTION, ("officer",)),
    Role("SAFETY_HEAD", "p03", "闻人语", INSTITUTION, ("safety_head",)),
    Role("SECRETARY", "p10", "苏见微", COMMITTEE, ("secretary",)),
    *(
        Role(
            f"MEMBER_{n}",
            f"p1{n}",
            name,
            COMMITTEE,
            ("member", "chair") if n == 1 else ("member",),
            _CATEGORIES[n - 1],
        )
        for n, name in enumerate(_MEMBERS, start=1)
    ),
    Role("ORGANISER", "p20", "江停云", _ETHICS_AUTHORITY, ("organiser",)),
    *(
        Role(
            f"EXPERT_{n}",
            f"p2{n}",
            name,
            _ETHICS_AUTHORITY,
            ("expert",),
            _CATEGORIES[n - 1],
        )
        for n, name in enumerate(_EXPERTS, start=1)
    ),
    # A member of the reviewing committee who also stands in the expert pool.
    Role("EXPERT_7", "p12", _MEMBERS[1], _ETHICS_AUTHORITY, ("expert",), "ethics"),
    Role("SAFETY_EXAMINER", "p30", "余生白", _CYBER_AUTHORITY, ("safety_examiner",)),
    Role("FILING_EXAMINER", "p31", "钟离越", _CYBER_AUTHORITY, ("filing_examiner",)),
    Role("REGULATOR", "p40", "谢长风", _REGULATOR, ("regulator",)),
    Role("OPERATOR", "p60", "言知行", _PLATFORM, ("operator",)),
    Role("STRANGER", "p50", "安如海", _OTHER, ("applicant",)),
)


async def seed(url: str, dossier: Mapping[str, Any], key: bytes) -> dict[str, str]:
    """Enter people, bodies and fresh tokens; return the tokens by name. Safe to repeat."""
    tokens = {role.token: f"shenbei_{secrets.token_urlsafe(32)}" for role in ROLES}
    now = datetime.now(UTC)
    hand = Hand(actor=SYSTEM, at=now, policy="", request=f"seed/{secrets.token_hex(16)}")
    database = Database(url, key)
    async with database.writing() as session:
        await _enter(session, dossier["project"]["institution"], hand)
        for role in ROLES:
            token = Token(
                sha256=token_hash(tokens[role.token]),
                person_id=role.person,
                party_id=role.party,
                expires_at=moment(now + _LIFE),
            )
            await issue_token(session, token, hand)
    await database.close()
    return tokens


async def _enter(session: AsyncSession, institution: Mapping[str, str], hand: Hand) -> None:
    if await session.get(Party, INSTITUTION) is None:  # what another dossier entered stays
        for party in _parties(institution):
            await enter_party(session, party, hand)
    for role in ROLES:
        await enter_person(session, Person(id=role.person, name=role.name), hand)
        for name in role.roles:
            made = Appointment(
                person_id=role.person,
                party_id=role.party,
                role=name,
                category=role.category,
                employer=role.employer,
            )
            await appoint(session, made, hand)


def _parties(institution: Mapping[str, str]) -> tuple[Party, ...]:
    division = institution["division"]
    other = "91110105MA00AB01X"
    return (
        Party(
            id=INSTITUTION,
            kind="institution",
            name=institution["name"],
            name_en="the applying institution",
            credit_code=institution["credit_code"],
            division=division,
            filing_entity="9900101",
        ),
        Party(
            id=COMMITTEE,
            kind="committee",
            name=f"{institution['name']}科技伦理审查委员会",
            name_en="the institution's ethics committee",
            division=division,
            serves=INSTITUTION,
            short="京问渠",
        ),
        Party(
            id=_ETHICS_AUTHORITY,
            kind="authority",
            name="北京市科技伦理审查复核办公室",
            name_en="Beijing office for expert re-review",
            division="110000",
            short="京",
        ),
        Party(
            id=_CYBER_AUTHORITY,
            kind="authority",
            name="北京市互联网信息服务备案办公室",
            name_en="Beijing office for internet service filings",
            division="110000",
            short="京",
        ),
        Party(
            id=_REGULATOR,
            kind="authority",
            name="北京市人工智能监管审计处",
            name_en="Beijing AI audit office",
            division="110000",
        ),
        Party(
            id=_PLATFORM,
            kind="platform",
            name="平台运维",
            name_en="who runs the platform",
        ),
        Party(
            id=_OTHER,
            kind="institution",
            name="北京另一家科技有限公司",
            name_en="another institution",
            credit_code=other + check_character(other),
            division="110105",
            filing_entity="9900102",
        ),
    )
