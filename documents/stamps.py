"""Ask an outside authority for time-stamps (RFC 3161 over HTTP)."""

# The library has no types of its own:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any, Final

import httpx
from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

_TYPE: Final = "application/timestamp-query"
_ANSWER: Final = "application/timestamp-reply"
_SECONDS: Final = 15
_LARGEST: Final = 1 << 16


class OutsideTimeStamper(TimeStamper):
    """A client of an RFC 3161 authority."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # -- pyHanko
        self._address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer.

        Raises:
            TimestampRequestError: It does not answer, or not with a time-stamp.
        """
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                answer = await client.post(
                    self._address, content=req.dump(), headers={"Content-Type": _TYPE}
                )
                answer.raise_for_status()
        except httpx.HTTPError as error:
            raise TimestampRequestError(f"{self._address}: {error}") from error
        kind = answer.headers.get("content-type", "")
        if kind != _ANSWER or len(answer.content) > _LARGEST:
            raise TimestampRequestError(f"{self._address}: {kind!r} is no time-stamp")
        response: Any = tsp.TimeStampResp.load(answer.content)
        return response
