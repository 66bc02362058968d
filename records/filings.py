"""Filing numbers of ours."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from law.filing_number import AlgorithmClass, parse
from records.tables import FilingNumber, Party


async def recorded_in_class(
    session: AsyncSession, institution: Party, kind: AlgorithmClass
) -> int:
    """Return the highest serial the entity has in a class; it goes on across years."""
    prefix = f"网信算备{institution.division}{institution.filing_entity}{kind}"
    statement = select(FilingNumber.number).where(col(FilingNumber.number).startswith(prefix))
    numbers = (await session.exec(statement)).all()
    return max((int(parse(number).serial) for number in numbers), default=0)
