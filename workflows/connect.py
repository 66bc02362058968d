"""One way to speak to Temporal: the same converter on client, worker, replayer and test.

Payloads and failures are sealed with AES-256-GCM: what a case says is not to be read in the
workflow engine's database.
"""

import asyncio
import dataclasses
import logging
import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.envconfig import ClientConfig
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig

_ENCODING: Final = b"binary/shenbei-aes256gcm"
_NONCE: Final = 12


class SealingCodec(PayloadCodec):
    """Seal every payload; refuse what others left unsealed."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal payloads, metadata included."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open sealed payloads."""
        return list(self._open(payloads))

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), _ENCODING)
        return Payload(metadata={"encoding": _ENCODING}, data=sealed)

    def _open(self, payloads: Sequence[Payload]) -> Iterable[Payload]:
        for payload in payloads:
            if payload.metadata.get("encoding") != _ENCODING:
                raise ValueError("an unsealed payload: not sent by us")
            nonce, sealed = payload.data[:_NONCE], payload.data[_NONCE:]
            opened = Payload()
            opened.ParseFromString(self._cipher.decrypt(nonce, sealed, _ENCODING))
            yield opened


def converter(key: bytes) -> DataConverter:
    """Return the data converter: pydantic (dates, dataclasses, unions), sealed with a key."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(key),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(key: bytes, *, address: str | None = None, patience: int = 30) -> Client:
    """Connect to Temporal, waiting for a server that is only just starting.

    Args:
        key: 32 bytes that seal payloads.
        address: Host and port; None reads the profile and variables of
            `temporalio.envconfig` (`TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE`, …).
        patience: Seconds to wait for the server.

    Raises:
        RuntimeError: The server did not answer.
    """
    sealed = converter(key)
    config = ClientConfig.load_client_connect_config()
    if address is not None:
        config["target_host"] = address
    for _ in range(patience * 10):
        try:
            return await Client.connect(**config, data_converter=sealed, runtime=_runtime())
        except RuntimeError:
            await asyncio.sleep(0.1)
    return await Client.connect(**config, data_converter=sealed, runtime=_runtime())


@cache
def _runtime() -> Runtime:
    """Return what clients run on: it logs as all else does, and not on standard output."""
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio"))
    log = LoggingConfig(filter=LoggingConfig.default.filter, forwarding=forwarding)
    return Runtime(telemetry=TelemetryConfig(logging=log))
