"""Pages to be kept for good: PDF/A-3a and PDF/UA-1 in one, with a file attached, and a seal.

WeasyPrint writes one of the two standards at a time. What the other one asks for beside it is the
description (XMP), where each has to be declared, and PDF/UA as what PDF/A does not know by itself.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

import pydyf
from weasyprint import VERSION
from weasyprint.document import DocumentMetadata

from lms.printing.slots import AttachmentSlot, SealField, SlotNumbers, Slots

# As WeasyPrint is to write the page. An empty output intent leaves it to `archive`.
OPTIONS: Final = {"pdf_variant": "pdf/a-3a", "output_intent": ""}

_PRINTED_AND_LOCKED: Final = 4 + 128  # ISO 32000-1, table 165
_SIGNED_AND_APPEND_ONLY: Final = 1 + 2  # table 219

_XMP: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
{properties}
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def archive(pdf: pydyf.PDF, metadata: DocumentMetadata, slots: Slots) -> SlotNumbers:
    """Make what WeasyPrint has written as PDF/A-3a one of PDF/UA-1 too, with these slots.

    Of the file and the signature there is only the number: what stands there differs by copy.
    """
    described = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    described.stream = [_xmp(metadata).encode()]
    _say_what_colours_mean(pdf)
    return SlotNumbers(
        attachment=None if slots.attachment is None else _add_attachment(pdf, slots.attachment),
        signature=None if slots.seal is None else _add_field(pdf, slots.seal),
    )


def _xmp(metadata: DocumentMetadata) -> str:
    """The description: each property as an element, which all readers know, and as Info has it."""
    return _XMP.format(properties="\n".join(_properties(metadata)))


def _properties(metadata: DocumentMetadata) -> Iterator[str]:
    yield _about(
        "pdf", "http://ns.adobe.com/pdf/1.3/", f"<pdf:Producer>WeasyPrint {VERSION}</pdf:Producer>"
    )
    title = f'<rdf:Alt><rdf:li xml:lang="x-default">{_plain(metadata.title)}</rdf:li></rdf:Alt>'
    authors = "".join(f"<rdf:li>{_plain(author)}</rdf:li>" for author in metadata.authors)
    yield _about(
        "dc",
        "http://purl.org/dc/elements/1.1/",
        f"<dc:title>{title}</dc:title>"
        + (f"<dc:creator><rdf:Seq>{authors}</rdf:Seq></dc:creator>" if authors else ""),
    )
    if metadata.created:
        created = f"<xmp:CreateDate>{_plain(metadata.created)}</xmp:CreateDate>"
        yield _about("xmp", "http://ns.adobe.com/xap/1.0/", created)


def _about(prefix: str, namespace: str, properties: str) -> str:
    return (
        f'<rdf:Description rdf:about="" xmlns:{prefix}="{namespace}">{properties}</rdf:Description>'
    )


def _plain(text: str | None) -> str:
    return escape(text or "", quote=False)


def _say_what_colours_mean(pdf: pydyf.PDF) -> None:
    """Add the output intent sRGB (ISO 19005-3, 6.2.3); WeasyPrint would leave its file open."""
    profile = pydyf.Stream([_srgb()], {"N": 3}, compress=True)
    pdf.add_object(profile)
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String("sRGB IEC61966-2.1"),
        "Info": pydyf.String("sRGB IEC61966-2.1"),
        "DestOutputProfile": profile.reference,
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])


@cache
def _srgb() -> bytes:
    """The colour profile that WeasyPrint brings along."""
    return files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()


def _add_attachment(pdf: pydyf.PDF, slot: AttachmentSlot) -> int:
    """Name a file in the catalogue (ISO 19005-3, 6.8); returns the number of its content."""
    content = _add(pdf, {})
    file = _add(
        pdf,
        {
            "Type": "/Filespec",
            "F": pydyf.String(slot.name),
            "UF": pydyf.String(slot.name),
            "Desc": pydyf.String(slot.description),
            "AFRelationship": "/Supplement",
            "EF": pydyf.Dictionary({"F": content.reference, "UF": content.reference}),
        },
    )
    pdf.catalog["AF"] = pydyf.Array([file.reference])
    names = pydyf.Dictionary({"Names": pydyf.Array([pydyf.String(slot.name), file.reference])})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names
    return int(content.number)


def _add_field(pdf: pydyf.PDF, field: SealField) -> int:
    """Put a tagged signature field on the first page; returns the number of the signature.

    The signature certifies the document: nothing may be changed after it.
    """
    page = pdf.objects[int(pdf.pages["Kids"][0])]
    signature = _add(pdf, {})
    left, bottom, right, top = _corners(field, page)
    seen = pydyf.Stream(
        [field.drawing],
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array([0, 0, right - left, top - bottom]),
            "Resources": pydyf.Dictionary(),
        },
        compress=True,
    )
    pdf.add_object(seen)
    widget = _add(
        pdf,
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(field.name),
            "TU": pydyf.String(field.description),
            "F": _PRINTED_AND_LOCKED,
            "Rect": pydyf.Array([left, bottom, right, top]),
            "P": page.reference,
            "V": signature.reference,
            "AP": pydyf.Dictionary({"N": seen.reference}),
        },
    )
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference]), "SigFlags": _SIGNED_AND_APPEND_ONLY}
    )
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature.reference})
    _tag(pdf, page, widget)
    return int(signature.number)


def _corners(field: SealField, page: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top in points, from the lower left of the page."""
    point = 72 / 25.4
    left, top, width, height = field.box
    upper = page["MediaBox"][3] - top * point
    return (
        round(left * point, 2),
        round(upper - height * point, 2),
        round((left + width) * point, 2),
        round(upper, 2),
    )


def _tag(pdf: pydyf.PDF, page: Any, widget: Any) -> None:
    """Let the field be the last thing that is read of the page."""
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    document = pdf.objects[int(root["K"][0].split()[0])]
    shown = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    element = _add(pdf, {"Type": "/StructElem", "S": "/Form", "P": document.reference, "K": shown})
    document["K"].append(element.reference)
    parents = pdf.objects[int(root["ParentTree"].split()[0])]["Nums"]
    widget["StructParent"] = parents[-2] + 1
    parents.extend([widget["StructParent"], element.reference])


def _add(pdf: pydyf.PDF, entries: dict[str, Any]) -> Any:
    added = pydyf.Dictionary(entries)
    pdf.add_object(added)
    return added
