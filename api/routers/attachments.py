"""Attachments of a case: looked at before they are kept, stored by hash, never changed."""

import secrets
from hashlib import sha256
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.deps import Key, NeedsCase, ServicesDep, Standing, key_of
from api.errors import (
    AttachmentRefusedError,
    MalformedError,
    PrerequisiteError,
    TooLargeError,
    UnavailableError,
)
from api.gateway import already
from api.reading import Reads
from api.services import Services
from cases.text import unplain
from documents.press import BusyError
from documents.uploads import ENDINGS, LARGEST, Found, UploadError
from law.words import Words
from records.attachments import Received, attach, attachments
from records.errors import NotFoundError
from records.streams import Hand
from records.tables import Attachment

router = APIRouter(prefix="/v1/cases", tags=["attachments"])
_LONGEST_NAME: Final = 200
_MOST: Final = 2000  # of one case
_INERT: Final = "default-src 'none'; sandbox"


@router.post("/{number}/attachments", status_code=201)
async def upload(
    request: Request,
    standing: Annotated[Standing, Depends(NeedsCase("case.attach"))],
    services: ServicesDep,
    name: Annotated[str, Query(min_length=3, max_length=_LONGEST_NAME)],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Attach the file that is the body of the request; its name ends as its kind does.

    What acts by itself (scripts, launching, encryption, files inside files) is refused with
    the reason. The same bytes again are the attachment that is there.
    """
    _demand_plain(name)
    data = await _read(request)
    content = sha256(data).digest() + name.encode()
    key = key_of(standing.person, idempotency_key, (request, content))
    found = await _inspected(services, data, name)
    stored = await services.attachments.put(data, ENDINGS[found.media])
    async with services.database.writing() as session:
        await already(session, key)
        if len(await attachments(session, standing.case.number)) >= _MOST:
            raise PrerequisiteError(
                Words(f"本案已有 {_MOST} 个附件", f"the case holds {_MOST} attachments")
            )
        received = Received(stored, name, found.media, len(data), found.pages or 0)
        salt = secrets.token_hex(32)
        hand = _hand(standing, services, key)
        row = await attach(session, standing.case.number, received, hand, salt)
        return _out(row)


@router.get("/{number}/attachments")
async def list_attachments(
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "attachments"))],
    services: ServicesDep,
) -> dict[str, Any]:
    """Return the attachments of the case, oldest first."""
    async with services.database.reading() as session:
        rows = await attachments(session, standing.case.number)
    return {"items": [_out(row) for row in rows]}


@router.get("/{number}/attachments/{sha256}", response_class=Response)
async def read_attachment(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    standing: Annotated[Standing, Depends(Reads("case.read_dossier", "attachment"))],
    services: ServicesDep,
) -> Response:
    """Return an attachment's bytes, to be saved and not to be shown by the browser."""
    async with services.database.reading() as session:
        row = await session.get(Attachment, (standing.case.number, sha256))
    if row is None:
        raise NotFoundError(Words("本案没有该附件", "the case has no such attachment"))
    data = await services.attachments.get(sha256, ENDINGS[row.media])
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _INERT,
    }
    return Response(data, media_type=row.media, headers=headers)


def _demand_plain(name: str) -> None:
    wrong = unplain(name, _LONGEST_NAME)
    if wrong is None and ("/" in name or "\\" in name):
        wrong = Words("含有路径分隔符", "holds a path")
    if wrong is not None:
        raise MalformedError(Words(f"文件名{wrong.zh}", f"the file's name {wrong.en}"))


async def _read(request: Request) -> bytes:
    """Return the body; one that is too large is not read to its end."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            raise TooLargeError(
                Words(
                    f"附件超过 {LARGEST >> 20} MB，请压缩图片或者拆分",
                    f"an attachment of over {LARGEST >> 20} MB; shrink or split it",
                )
            )
    return bytes(data)


async def _inspected(services: Services, data: bytes, name: str) -> Found:
    try:
        return await services.press.inspect(data, name)
    except UploadError as error:
        raise AttachmentRefusedError(name, error.code, error.words) from None
    except BusyError:
        raise UnavailableError(
            Words("正在检查的附件过多", "too many files are being looked at")
        ) from None


def _hand(standing: Standing, services: Services, key: Key) -> Hand:
    return Hand(
        actor=standing.actor,
        at=services.now(),
        policy=services.access.hash,
        request=key.request,
        digest=key.digest,
    )


def _out(row: Attachment) -> dict[str, Any]:
    shown = ("sha256", "name", "media", "size", "pages", "at", "scan")
    return {name: getattr(row, name) for name in shown}
