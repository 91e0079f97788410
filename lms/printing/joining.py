"""Several tagged documents as one of PDF/UA-1: pages, tags, languages, and a bookmark for each.

pypdf joins pages and leaves their tags behind; here they are brought along.
"""

from io import BytesIO
from typing import Any, BinaryIO, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

_TREE: Final = "/StructTreeRoot"


class Joiner:
    """A tagged document that others are put behind; it lends its title and its language.

    The tags of each stand as a part of their own below those of the first. What is attached to one
    of them, and what says of which kind its file is, is left behind: the whole is PDF/UA-1, as the
    first one has to be, and no PDF/A.
    """

    def __init__(self, first: bytes) -> None:
        """Begin with a document of one tree of tags; its own bookmarks stay."""
        self._writer = PdfWriter(clone_from=BytesIO(first))
        tree: Any = self._writer.root_object[_TREE]
        self._tree = tree
        self._parents = tree["/ParentTree"]["/Nums"]
        (self._top,) = _elements(tree)
        if not isinstance(self._top.get("/K"), ArrayObject):
            self._top[NameObject("/K")] = ArrayObject([self._top.raw_get("/K")])

    def add(self, pdf: bytes, bookmark: str) -> None:
        """Put a tagged document behind what is there, and a bookmark at its first page."""
        reader = PdfReader(BytesIO(pdf))
        offset = self._next_parent()
        start = len(self._writer.pages)
        for page in reader.pages:
            copy: Any = self._writer.add_page(page)
            if "/StructParents" in page:  # which tags are the page's; pypdf leaves it out
                copy[NameObject("/StructParents")] = page["/StructParents"]
                _move(copy, "/StructParents", offset)
            for note in copy.get("/Annots", ()):
                _move(note.get_object(), "/StructParent", offset)
        tree: Any = reader.root_object[_TREE].clone(self._writer)
        for part in _elements(tree):
            part[NameObject("/S")] = NameObject("/Part")
            part[NameObject("/P")] = self._top.indirect_reference
            if "/Lang" in reader.root_object:
                part[NameObject("/Lang")] = reader.root_object["/Lang"]
            self._top["/K"].append(part.indirect_reference)
        numbers = tree["/ParentTree"]["/Nums"]
        for key, elements in zip(numbers[::2], list(numbers)[1::2], strict=True):
            self._parents.extend((NumberObject(key + offset), elements))
        self._take_roles(tree)
        self._writer.add_outline_item(title=bookmark, page_number=start)
        self._writer.reset_translation(reader)

    def write(self, file: BinaryIO) -> None:
        """Write the whole; what several of them have alike, such as fonts, is there once."""
        self._tree[NameObject("/ParentTreeNextKey")] = NumberObject(self._next_parent())
        self._writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
        self._writer.write(file)

    def _next_parent(self) -> int:
        """They go up, so that the last one is the highest."""
        return int(self._parents[-2]) + 1 if self._parents else 0

    def _take_roles(self, tree: DictionaryObject) -> None:
        """What the kinds of tags mean that are none of the standard's."""
        roles = tree.get("/RoleMap")
        if roles:
            known = self._tree.setdefault(NameObject("/RoleMap"), DictionaryObject()).get_object()
            known.update(roles.get_object())


def _elements(tree: Any) -> list[Any]:
    """What stands at the top of a tree of tags."""
    top = tree["/K"]
    return [each.get_object() for each in (top if isinstance(top, ArrayObject) else [top])]


def _move(holder: Any, name: str, offset: int) -> None:
    if name in holder:
        holder[NameObject(name)] = NumberObject(holder[name] + offset)
