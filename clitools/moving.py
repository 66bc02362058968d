"""Export a whole institution, and take one over from another instance."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from audit.archive import ArchiveError, contents, read_file
from audit.bundle import CHECKPOINT, MANIFEST, WORDS, Word, read_words
from audit.bundle import pack as bundled
from audit.collection import NAME, Collection, CollectionError, open_collection, pack
from audit.notes import NOTE, KeyTextError, Verifier, read_verifier
from audit.opening import signed_by
from audit.questions import Known
from clitools.database import opened
from clitools.errors import CommandError
from clitools.exporting import trusted
from clitools.standalone import RootsError, certificates, papers
from clitools.trail import note_over
from documents.store import Files, open_files
from documents.uploads import ENDINGS
from records import trail
from records.arriving import Arriving, ClashError, Proven
from records.bundles import Wanted, gather, papers_of
from records.collecting import hold, voting
from records.folding import event_schema
from records.taking_over import take_over
from settings import Settings


async def export_institution(settings: Settings, institution: str) -> bytes:
    """Return all that is held of an institution, as a signed zip.

    Raises:
        CommandError: There is no such institution, or ballots are sealed still.
    """
    async with opened(settings) as database, database.writing() as session:
        await trail.lock(session)  # all of it is of one moment
        if cases := await voting(session, institution):
            told = "、".join(cases)
            raise CommandError(f"表决尚未结束 · votes are open, their ballots sealed: {told}")
        try:
            held = await hold(session, institution)
        except LookupError:
            raise CommandError(f"没有单位 {institution} · no such institution") from None
        note = await note_over(settings, session, (await trail.head(session)).size - 1)
        keys, schema = trusted(settings), event_schema()
        wanted = {number: Wanted(number) for number in held.cases}
        wanted[""] = Wanted("", held.streams, body=institution)
        bundles = {
            number: await gather(session, one, note, keys, schema)
            for number, one in wanted.items()
        }
    files = open_files(settings.home / "papers", settings.sealing_key)
    found: dict[str, bytes] = {}
    for number, bundle in bundles.items():
        pdfs = {name: await files.get(name) for name in papers_of(bundle)}
        whole = replace(bundle, papers=pdfs)
        found[number] = await asyncio.to_thread(
            bundled, whole, settings.origin, settings.log_key
        )
    attached = open_files(settings.home / "attachments", settings.sealing_key)
    collection = Collection(
        institution=institution,
        origin=settings.origin,
        bodies=found.pop(""),
        cases=found,
        rows={"tables": held.rows, "digests": held.digests, "media": held.attachments},
        attachments={
            name: await attached.get(name, ENDINGS[media])
            for name, media in held.attachments.items()
        },
    )
    return await asyncio.to_thread(pack, collection, settings.log_key)


async def import_institution(
    settings: Settings, file: Path, log_keys: Sequence[str], roots: bytes | None
) -> dict[str, Any]:
    """Return what was taken over from another instance's export, once all of it holds.

    Args:
        settings: Ours.
        file: The export.
        log_keys: Public keys of the other log, had from elsewhere.
        roots: Certificates (PEM) for the signatures on papers; without, they are not judged.

    Raises:
        CommandError: Something does not hold, or is here already and other.
    """
    now = datetime.now(UTC)
    data, keys, found = await asyncio.to_thread(_read, file, log_keys, roots, now)
    bundles = [contents(one) for one in (found.bodies, *found.cases.values())]
    if wrong := _other_files(found, bundles):
        told = "\n".join(wrong[:20])
        raise CommandError(f"附件不符，未导入 · attachments are not as told:\n{told}")
    arriving = Arriving(
        institution=found.institution,
        origin=found.origin,
        log_key=_signer(found.origin, keys, bundles).text,
        manifest=sha256(contents(data, NAME)[MANIFEST]).hexdigest(),
        entries=sorted(map(_proven, _entries(bundles)), key=lambda one: one.place),
        words=_words(bundles),
        rows=found.rows["tables"],
        digests=found.rows["digests"],
    )
    async with opened(settings) as database:
        try:
            async with database.writing() as session:
                count = await take_over(session, arriving, datetime.now(UTC))
                # After all checks, so that what is refused leaves no file; before the rows
                # are committed, so that a crash leaves files of no row, which the next
                # attempt finds in place, and never rows without their files.
                await _lay_files(settings, found, bundles)
        except ClashError as error:
            told = "\n".join(error.clashes[:20])
            raise CommandError(f"与本库已有的不一致，未导入 · clashes:\n{told}") from None
        except IntegrityError as error:
            raise CommandError(f"与本库已有的不一致，未导入 · clashes: {error.orig}") from None
        except (ValueError, LookupError, TypeError, SQLAlchemyError) as error:
            told = f"{type(error).__name__}: {error}"
            raise CommandError(f"不能读懂，未导入 · not understood: {told}") from None
    return {
        "institution": found.institution,
        "origin": found.origin,
        "cases": sorted(found.cases),
        "entries": count,
    }


def _read(
    file: Path, log_keys: Sequence[str], roots: bytes | None, now: datetime
) -> tuple[bytes, list[Verifier], Collection]:
    """Return an export as it lies there, the keys, and what it holds, once all of it holds."""
    try:
        keys = [read_verifier(text) for text in log_keys]
        known = Known(keys, papers=papers(None if roots is None else certificates(roots)))
        data = read_file(file)
        return data, keys, open_collection(data, known, now)
    except (KeyTextError, RootsError, OSError) as error:
        raise CommandError(str(error)) from None
    except (ArchiveError, CollectionError) as error:
        faults = error.faults if isinstance(error, CollectionError) else [str(error)]
        told = "\n".join(faults[:20])
        raise CommandError(f"核验不通过，未导入 · not taken over:\n{told}") from None


def _signer(
    origin: str, keys: Sequence[Verifier], bundles: Sequence[Mapping[str, bytes]]
) -> Verifier:
    """Return the key that all checkpoints are signed with; proofs are opened with it later."""
    own = [key for key in keys if key.name == origin and key.kind == NOTE]
    notes = {parts[CHECKPOINT].decode() for parts in bundles}
    signers = {signed and signed[0] for signed in (signed_by(note, own) for note in notes)}
    (signer, *others) = signers
    if signer is None or others:
        raise CommandError(
            f"检查点不是 {origin} 的同一公钥签名的，未导入 · not signed with one key"
        )
    return signer


def _words(bundles: Sequence[Mapping[str, bytes]]) -> list[Word]:
    try:
        return [word for parts in bundles for word in read_words(parts.get(WORDS, b""))]
    except ValueError as error:
        raise CommandError(f"文字不合格式，未导入 · words not understood: {error}") from None


def _other_files(found: Collection, bundles: Sequence[Mapping[str, bytes]]) -> list[str]:
    """Return how the attachments are other than those that entries tell of."""
    events = [orjson.loads(parts[name])["event"] for name, parts in _entries(bundles)]
    attached = {e["sha256"]: e["media"] for e in events if e["kind"] == "case.attached"}
    media: dict[str, str] = found.rows["media"]
    missing = [
        sha256
        for sha256, told in attached.items()
        if sha256 not in found.attachments or media.get(sha256) != told or told not in ENDINGS
    ]
    strange = found.attachments.keys() - attached.keys()
    return [
        *(f"{sha256}: 缺少文件或类型 · attachments are missing" for sha256 in sorted(missing)),
        *(f"{sha256}: 没有记录提到 · no entry tells of it" for sha256 in sorted(strange)),
    ]


def _entries(
    bundles: Sequence[Mapping[str, bytes]],
) -> Sequence[tuple[str, Mapping[str, bytes]]]:
    return [(n, parts) for parts in bundles for n in parts if n.startswith("entries/")]


def _proven(at: tuple[str, Mapping[str, bytes]]) -> Proven:
    name, parts = at
    number = name.removeprefix("entries/").removesuffix(".json")
    proof = parts[f"proofs/{number}.tlog-proof"].decode()
    return Proven(int(number), parts[name], proof)


async def _lay_files(
    settings: Settings, found: Collection, bundles: Sequence[Mapping[str, bytes]]
) -> None:
    """Lay papers and attachments in our stores; what is there stays as it is."""
    files: Files = open_files(settings.home / "papers", settings.sealing_key)
    for parts in bundles:
        for name, data in parts.items():
            if name.startswith("papers/"):
                await files.put(data)
    attached = open_files(settings.home / "attachments", settings.sealing_key)
    for name, data in found.attachments.items():
        await attached.put(data, ENDINGS[found.rows["media"][name]])
