"""How often one address may ask the register: nobody needs an account, so each is counted."""

from fastapi import Request
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter


class Rates:
    """Counts requests by the address they come from; exports apart."""

    def __init__(self, light: str = "240/minute", heavy: str = "12/minute") -> None:
        self._light, self._heavy = parse(light), parse(heavy)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def allows(self, request: Request, *, heavy: bool) -> bool:
        """Count a request; tell whether it is within the limit."""
        address = request.client.host if request.client else ""
        return await self._limiter.hit(self._heavy if heavy else self._light, address)
