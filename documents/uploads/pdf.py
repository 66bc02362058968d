"""PDFs of strangers: whole, bounded, and nothing in them acts.

Every object of every revision is looked at, used or not, without decoding what pages show.
"""

# The library has no complete types of its own:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

import orjson
import pikepdf
from pikepdf.settings import set_qpdf_limits

from documents.uploads import refusal
from documents.uploads.streams import LARGEST_STREAM, demand_bounded

_MOST_PAGES: Final = 3000
_MOST_OBJECTS: Final = 400_000  # of all revisions together
_MOST_REVISIONS: Final = 64
_LARGEST_RECORD: Final = 1 << 20
_RECORD: Final = "record.json"
_BLANK: Final = b"\0\t\n\f\r "
_REVISION: Final = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")

_NAMES: Final[Mapping[str, str]] = {
    "/JavaScript": "pdf_javascript",
    "/Launch": "pdf_launch",
    "/SubmitForm": "pdf_submit",
    "/ImportData": "pdf_import",
    "/GoToR": "pdf_remote",
    "/GoToE": "pdf_remote",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/Screen": "pdf_media",
    "/3D": "pdf_media",
    "/GoTo3DView": "pdf_media",
    "/RichMedia": "pdf_media",
    "/RichMediaExecute": "pdf_media",
    "/FileAttachment": "pdf_files",
}
"""What an action, an annotation or an object must not be."""
_KEYS: Final[Mapping[str, str]] = {
    "/JS": "pdf_javascript",
    "/JavaScript": "pdf_javascript",
    "/XFA": "pdf_xfa",
    "/RichMediaContent": "pdf_media",
    "/Renditions": "pdf_media",
    "/3DD": "pdf_media",
}
_SUSPECT: Final = re.compile("|".join({*_NAMES, *_KEYS, "/EF", "/EmbeddedFile"}).encode())
_STRING: Final = re.compile(rb"\((?:[^\\()]++|\\.)*+\)", re.DOTALL)
_KIND: Final = re.compile(rb"/(?:S|Subtype|Type) (?=(/\w+)(?:[\s/<>\[\]]|$))")
_NAME: Final = re.compile(rb"/\w+(?=[\s/<>\[\]]|$)")


def pages(data: bytes) -> int:
    """Return how many pages a PDF has that does nothing but show them.

    Raises:
        UploadError: It is refused.
    """
    if not data.startswith(b"%PDF-"):
        raise refusal("polyglot")
    _, end, rest = data.rpartition(b"%%EOF")
    if not end:
        raise refusal("pdf_damaged")
    if rest.strip(_BLANK):
        raise refusal("polyglot")
    with _limits(), _meanings():
        with _opened(data) as pdf:
            left = _demand_inert(pdf, _MOST_OBJECTS)
            demand_bounded(pdf)
            count = len(pdf.pages)
            _demand_no_warnings(pdf)
        _demand_inert_before(data, left)
    if count > _MOST_PAGES:
        raise refusal("pdf_too_much")
    if not count:
        raise refusal("pdf_damaged")
    return count


@contextmanager
def _meanings() -> Generator[None]:
    """Turn the errors of the library into refusals."""
    try:
        yield
    except pikepdf.PasswordError:
        raise refusal("pdf_encrypted") from None
    except MemoryError:
        raise refusal("bomb") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError) as error:
        raise refusal(_meaning(error)) from error


@contextmanager
def _limits() -> Generator[None]:
    """Limit the library while it reads; it must decode object streams by itself."""
    before = set_qpdf_limits(
        flate_max_memory=LARGEST_STREAM,
        run_length_max_memory=LARGEST_STREAM,
        png_max_memory=LARGEST_STREAM,
        tiff_max_memory=LARGEST_STREAM,
        parser_max_container_size=_MOST_OBJECTS,
        max_stream_filters=4,
        doc_max_warnings=10,
    )
    try:
        yield
    finally:
        set_qpdf_limits(**before)  # type: ignore[arg-type] # -- documented so


@contextmanager
def _opened(data: bytes) -> Generator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(data), attempt_recovery=False) as pdf:
        if pdf.is_encrypted:
            raise refusal("pdf_encrypted")
        yield pdf


def _demand_inert_before(data: bytes, left: int) -> None:
    """Look at the earlier revisions too: readers offer to show what was signed."""
    found = list(dict.fromkeys(int(place) for place in _REVISION.findall(data)))
    if len(found) > _MOST_REVISIONS:
        raise refusal("pdf_too_much")
    for place in found[:-1]:
        if place:  # none is written at the head of a file made for the web
            with _opened(data + b"\nstartxref\n%d\n%%%%EOF\n" % place) as pdf:
                left = _demand_inert(pdf, left)
                _demand_no_warnings(pdf)


def _demand_inert(pdf: pikepdf.Pdf, left: int) -> int:
    """Refuse what acts in any object; return how many more objects are to be borne."""
    left -= len(pdf.get_xref_table())
    if left < 0:
        raise refusal("pdf_too_much")
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Object):  # pyright: ignore[reportUnnecessaryIsInstance] -- its types leave out numbers and nulls
            continue  # a number, or nothing
        if isinstance(found, pikepdf.Stream) and "/F" in found:
            raise refusal("pdf_remote")  # its bytes are in another file
        _demand_inert_object(found)
    return left


def _demand_inert_object(found: pikepdf.Object) -> None:
    """Refuse what acts in one object; those it refers to come by themselves.

    The library writes it in its normal form, which is searched: to walk through what may
    stand in one object took a minute.
    """
    plain: Any = found.stream_dict if isinstance(found, pikepdf.Stream) else found
    told = plain.unparse(resolved=True)
    if not _SUSPECT.search(told):
        return
    told = _STRING.sub(b"()", told)
    _refuse(_NAMES.get(told.decode("latin-1")))  # an action may refer to its kind
    for kind in _KIND.findall(told):
        _refuse(_NAMES.get(kind.decode()))
    names = Counter(_NAME.findall(told))
    for key, code in _KEYS.items():
        _refuse(code if names[key.encode()] else None)
    if names[b"/EF"] + names[b"/EmbeddedFile"] and not _is_ours(found, names):
        raise refusal("pdf_files")


def _is_ours(found: Any, names: Counter[bytes]) -> bool:
    """Tell whether a file within is the record that our own papers carry."""
    if isinstance(found, pikepdf.Stream):
        return not names[b"/EF"] and _is_record(found)
    inside = found.get("/EF") if isinstance(found, pikepdf.Dictionary) else None
    if names[b"/EF"] > 1 or not isinstance(inside, pikepdf.Dictionary):
        return False
    called = {str(found[key]) for key in ("/F", "/UF") if key in found}
    records = all(map(_is_record, inside.as_dict().values()))
    return records and called == {_RECORD}


def _refuse(code: str | None) -> None:
    if code is not None:
        raise refusal(code)


def _is_record(stream: Any) -> bool:
    """Tell whether a stream is a small JSON object, which does nothing."""
    if not isinstance(stream, pikepdf.Stream):
        return False
    data = stream.read_bytes()
    try:
        return len(data) <= _LARGEST_RECORD and isinstance(orjson.loads(data), dict)
    except orjson.JSONDecodeError:
        return False


def _demand_no_warnings(pdf: pikepdf.Pdf) -> None:
    if told := pdf.get_warnings():
        raise refusal(_meaning(told[0]))


def _meaning(problem: object) -> str:
    """Return the code of a problem that the library tells only in words."""
    told = str(problem)
    return "bomb" if "limit" in told else "pdf_damaged"
