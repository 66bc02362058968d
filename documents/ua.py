"""PDF/UA-1 beside PDF/A-3a: what WeasyPrint and pyHanko leave to us.

WeasyPrint writes one of the two identifications only; a signature field stands outside the
tag tree (ISO 14289-1, 7.18.4) unless it is put into it.
"""

# The libraries have no types of their own:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Callable, Sequence
from typing import Any, Final

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

_SCHEMA: Final = "http://www.aiim.org/pdfa/ns/"
# The identification, and the extension schema that PDF/A asks for where it names it.
_IDENTIFICATION: Final = f"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""
 pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="{_SCHEMA}extension/"
 xmlns:pdfaSchema="{_SCHEMA}schema#" xmlns:pdfaProperty="{_SCHEMA}property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""".encode()


def identify(metadata: Any) -> None:
    """Let a document's metadata say that it is PDF/UA-1, inside the one RDF it has."""
    plain: Callable[..., bytes] = metadata.generate_rdf_metadata

    def both(*arguments: Any) -> bytes:
        head, tail = plain(*arguments).rsplit(b"</", 1)
        return head + _IDENTIFICATION + b"</" + tail

    metadata.generate_rdf_metadata = both


def place_fields(writer: IncrementalPdfFileWriter, fields: Sequence[SigFieldSpec]) -> None:
    """Add empty signature fields, each with its Form element in the tag tree."""
    for field in fields:
        append_signature_field(writer, field)
    root: Any = writer.root
    tree = root["/StructTreeRoot"]
    kids: Any = tree.raw_get("/K")
    top: Any = kids[0] if isinstance(kids, ArrayObject) else kids
    inner: Any = top.get_object()
    parents: Any = tree["/ParentTree"]["/Nums"]
    keys = (int(parents[place]) for place in range(0, len(parents), 2))
    following = max(max(keys, default=-1) + 1, int(tree.get("/ParentTreeNextKey", 0)))
    placed: Sequence[Any] = root["/AcroForm"]["/Fields"]
    for key, field in enumerate(placed, following):
        widget: Any = field.get_object()
        element: Any = writer.add_object(_form(field, widget, top))
        inner["/K"].append(element)
        parents.extend([_number(key), element])
        widget[pdf_name("/StructParent")] = _number(key)
        writer.update_container(widget)
    tree[pdf_name("/ParentTreeNextKey")] = _number(following + len(fields))
    for changed in (tree, tree["/ParentTree"], parents, inner, inner["/K"]):
        writer.update_container(changed)


def _form(field: Any, widget: Any, top: Any) -> DictionaryObject:
    page = widget.raw_get("/P")
    kind = _dictionary(Type=pdf_name("/OBJR"), Obj=field, Pg=page)
    return _dictionary(
        Type=pdf_name("/StructElem"),
        S=pdf_name("/Form"),
        P=top,
        Pg=page,
        K=kind,
        Alt=pdf_string(str(widget["/TU"])),
    )


def _dictionary(**entries: Any) -> DictionaryObject:
    named = {pdf_name(f"/{name}"): value for name, value in entries.items()}
    return DictionaryObject(named)  # type: ignore[no-untyped-call] # -- pyHanko


def _number(value: int) -> NumberObject:
    return NumberObject(value)  # type: ignore[no-untyped-call] # -- pyHanko
