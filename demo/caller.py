"""Call the API as one of the people of the story."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


class StoryError(RuntimeError):
    """The API did not answer as the story goes."""


@dataclass
class Caller:
    """A client of the API with the token of each person."""

    client: httpx.AsyncClient
    tokens: Mapping[str, str]

    async def post(self, who: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post, or fail with what the API said."""
        return answer(await self._post(who, path, body))

    async def refused(
        self, who: str, path: str, body: Mapping[str, Any], code: str
    ) -> dict[str, Any]:
        """Post what must be refused with a code, and return the refusal."""
        response = await self._post(who, path, body)
        refusal: dict[str, Any] = response.json()
        if refusal.get("code") != code:
            raise StoryError(f"{path}: expected {code}, got {response.text}")
        return refusal

    async def get(self, who: str, path: str) -> dict[str, Any]:
        """Get, or fail with what the API said."""
        return answer(await self.client.get(path, headers=self.headers(who)))

    async def _post(self, who: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        headers = self.headers(who) | {"Idempotency-Key": str(uuid.uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    def headers(self, who: str) -> dict[str, str]:
        """Return the headers that say who calls."""
        return {"Authorization": f"Bearer {self.tokens[who]}"}


def answer(response: httpx.Response) -> dict[str, Any]:
    """Return what the API answered, or fail with what it said."""
    if not response.is_success:
        raise StoryError(
            f"{response.request.url.path}: {response.status_code} {response.text}"
        )
    body: dict[str, Any] = response.json()
    return body
