"""How often one address may ask the register: nobody needs an account, so each is counted."""

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from api.errors import TooManyError
from law.words import Words


def limiter() -> MovingWindowRateLimiter:
    """Return a new count of who asked how often; each application has its own."""
    return MovingWindowRateLimiter(MemoryStorage())


class Rate:
    """A dependency that counts requests by the address they come from."""

    def __init__(self, limit: str) -> None:
        self.item: RateLimitItem = parse(limit)

    async def __call__(self, request: Request) -> None:
        """Refuse what exceeds the limit."""
        address = request.client.host if request.client else ""
        if not await request.app.state.limiter.hit(self.item, address):
            raise TooManyError(
                Words(f"请求过于频繁，限 {self.item}", f"too many requests: {self.item}")
            )
