"""What corrections of papers and dossiers are opened with."""

from dataclasses import replace
from typing import Final, cast

from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import Asked, Standing
from api.errors import PrerequisiteError
from cases import archiving, correction
from cases.errors import NotEntitledError
from law.words import Words
from records.attachments import attachments
from records.drafts import submission
from records.errors import NotFoundError
from records.facts import facts
from records.papers import issued_as, issuer_of, paper_by_hash, standing_of
from records.reading import papers
from records.sealed_answers import answers_of

MOST: Final = 3000
"""Files of one dossier: its index is set in one piece."""
_OF_A_DOSSIER = frozenset({archiving.PART, archiving.INDEX})


async def correction_of_a_paper(
    session: AsyncSession, standing: Standing, asked: Asked
) -> correction.Opening:
    """Open the correction of a paper that is in force, by the body that issued it."""
    act = cast("correction.Reissue | correction.Withdraw", asked.act)
    row = await paper_by_hash(session, act.paper)
    if row is None or row.case_number != standing.case.number:
        raise NotFoundError(Words("本案没有该文书", "the case has no such paper"))
    issuer = await issuer_of(session, row)
    if issuer.id != standing.person.party:
        raise NotEntitledError(
            Words(
                f"该文书由{issuer.name}签发，只能由其更正或者撤回",
                f"it was issued by {issuer.name_en}, who alone may correct or withdraw it",
            )
        )
    if row.template in _OF_A_DOSSIER:
        raise PrerequisiteError(
            Words("案卷不更正，请重新立卷", "a dossier is not corrected but made anew")
        )
    if (worth := standing_of(row)) != "current":
        raise PrerequisiteError(
            Words(
                "该文书已被取代或者撤回，请以现行版本办理",
                f"the paper is {worth}; name the version in force",
            )
        )
    if isinstance(act, correction.Reissue):
        await facts(session, row.of)  # what it is written from must be there still
    return correction.Opening(
        case=standing.case.number,
        ordinal=asked.ordinal,
        institution=standing.case.institution,
        issuer=issuer.id,
        paper=replace(await issued_as(session, row), of=row.of),
        committee="" if issuer.id == standing.case.committee else standing.case.committee,
    )


async def dossier_of_a_case(
    session: AsyncSession, standing: Standing, asked: Asked
) -> archiving.Opening:
    """Open a dossier of all papers and attachments that the case holds now."""
    number = standing.case.number
    if (frozen := await submission(session, number)) is None:
        raise PrerequisiteError(Words("尚未提交", "nothing was submitted yet"))
    await answers_of(session, frozen)  # they must be there still, for the heads of its parts
    store = asked.services.papers
    issued = [
        archiving.File(sha256=row.sha256, size=await store.size(row.sha256), kind="paper")
        for row in await papers(session, number)
        if row.template not in _OF_A_DOSSIER
    ]
    attached = [
        archiving.File(sha256=row.sha256, size=row.size, kind="attachment")
        for row in await attachments(session, number)
    ]
    if len(issued) + len(attached) > MOST:
        raise PrerequisiteError(
            Words(f"超过 {MOST} 件，请分案立卷", f"more than {MOST} files; split the case")
        )
    if not issued and not attached:
        raise PrerequisiteError(
            Words("本案还没有文书和附件", "the case holds no paper and no attachment yet")
        )
    return archiving.Opening(
        case=number,
        ordinal=asked.ordinal,
        institution=standing.case.institution,
        issuer=standing.person.party,
        files=(*issued, *attached),
    )
