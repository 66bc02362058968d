"""Secrets of webhooks, sealed at rest, and the signatures they make.

A secret is 32 bytes, shown as `whsec_` and base64; what is signed and how is
Standard Webhooks 1.0 (HMAC-SHA256 over id, timestamp and body).
"""

import os
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook as Signing

from records.sealing import Seal
from records.webhooks.tables import WebhookSecret

_FOR: Final = b"shenbei/webhooks/1"
_SECRET: Final = 32


class Signer:
    """Makes secrets, keeps them sealed with a key derived from the house's, and signs."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal.derived(key, _FOR)

    def fresh(self, webhook: str, number: int) -> bytes:
        """Return a new secret, sealed for its place."""
        return self._seal.seal(os.urandom(_SECRET), _place(webhook, number))

    def shown(self, row: WebhookSecret) -> str:
        """Return a secret as its owner is shown it."""
        return "whsec_" + b64encode(self._opened(row)).decode()

    def headers(
        self, rows: Iterable[WebhookSecret], id_: str, at: datetime, body: bytes
    ) -> dict[str, str]:
        """Return the three headers of a message; each secret signs.

        Args:
            rows: The secrets that sign now, the newest first.
            id_: The message's, the same at each attempt.
            at: When it is sent, in UTC.
            body: What is sent, in UTF-8.
        """
        signatures = [Signing(self._opened(r)).sign(id_, at, body.decode()) for r in rows]
        return {
            "webhook-id": id_,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def _opened(self, row: WebhookSecret) -> bytes:
        return self._seal.open(row.sealed, _place(row.webhook_id, row.number))


def _place(webhook: str, number: int) -> str:
    return f"{webhook}/{number}"
