"""Drawings that many pages have: WeasyPrint draws each once in a process, and pages get copies."""

from typing import Any, Final
from xml.etree import ElementTree

from pydyf import Dictionary
from weasyprint.images import SVGImage
from weasyprint.pdf.stream import Stream

# What of a stream's resources are streams themselves.
_STREAMS: Final = ("XObject", "Pattern")
MOST_PLACES: Final = 32


class KeptDrawing(SVGImage):  # type: ignore[misc]  # WeasyPrint has no types
    """A background in SVG, without text and pictures, as WeasyPrint has it among its images.

    A background is drawn into a group of its own, so that what stands there depends on nothing but
    the drawing, its size and its place. It is kept as operators: reading paths takes the time.
    """

    def __init__(self, content: bytes) -> None:
        # Without anything to fetch with, it can load nothing.
        super().__init__(ElementTree.fromstring(content), None, None, None)  # noqa: S314 - our own
        self._kept: dict[tuple[float, ...], Stream] = {}

    def draw(self, stream: Stream, width: float, height: float, style: Any) -> None:
        """Draw into the group of a background; WeasyPrint calls this."""
        place = (width, height, *stream.ctm.values)
        kept = self._kept.get(place)
        if kept is None:
            if len(self._kept) == MOST_PLACES:  # a sheet has one, a book a few
                self._kept.clear()
            kept = self._kept[place] = _copy(stream, stream.clone(fonts={}, images={}))
            super().draw(kept, width, height, style)
        copy = _copy(kept, stream)
        stream.stream = copy.stream
        stream._resources.update(copy._resources)  # noqa: SLF001 - they are in the group already


def _copy(drawn: Stream, page: Stream) -> Stream:
    """A stream and what it draws with, for another page: WeasyPrint writes into what it gets."""
    own = drawn._resources  # noqa: SLF001 - WeasyPrint shows them to nobody
    resources = Dictionary(own)
    resources["ColorSpace"] = page._resources["ColorSpace"]  # noqa: SLF001
    resources["ExtGState"] = Dictionary(own["ExtGState"])
    for kind in _STREAMS:
        resources[kind] = Dictionary({name: _copy(it, page) for name, it in own[kind].items()})
    extra = Dictionary({**drawn.extra, "Resources": resources})
    copy = page.clone(stream=list(drawn.stream), resources=resources, extra=extra)
    copy._ctm_stack = list(drawn._ctm_stack)  # noqa: SLF001
    return copy
