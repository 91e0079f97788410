"""A pocketbook's folder on disk: read once, and nothing outside it; ids written back into it.

Nothing else of this package opens a file.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from lms.authoring.errors import NotPublishable
from lms.authoring.parsing.pictures import shown_pictures
from lms.authoring.source.file_names import BOOK_FILE, CHAPTER_NAME, is_text_of_a_book
from lms.authoring.source.pictures import SUFFIXES
from lms.authoring.source.texts import read_texts, text_names
from lms.authoring.source.tree import (
    MAX_PICTURE_BYTES,
    MAX_TEXT_BYTES,
    REGISTER_FILE,
    SourceTree,
    Unread,
)


def read_folder(folder: Path) -> SourceTree:
    """Read what a folder's pocketbook is made of: its texts, and the pictures that they show.

    No symbolic link is followed, and of no file more is read than it may hold. Never raises for
    what is in the folder: what was not read is `unread`, with the reason.
    """
    reader = _Reader(folder)
    try:
        reader.look_into("")
    except OSError:
        reader.unread[""] = Unread.UNREADABLE
        return reader.tree()
    for name in [*reader.unread]:
        if (folder / name).is_dir():
            with suppress(OSError):
                reader.look_into(name)
    for name in text_names(reader.unread):
        reader.read(name, MAX_TEXT_BYTES)
    for path in sorted(shown_pictures(read_texts(reader.tree()).files)):
        with suppress(OSError):
            reader.look_into(path.rpartition("/")[0])
        if Path(path).suffix.lower() in SUFFIXES:
            reader.read(path, MAX_PICTURE_BYTES)
    return reader.tree()


@contextmanager
def source_written(folder: Path, before: SourceTree, after: SourceTree) -> Iterator[None]:
    """Let a folder hold what has become of its source, for what is done within.

    Each changed file is replaced in one step. Raises NotPublishable for one that is no longer as
    it was read, which is then left alone. Where what is done within raises, the files are as they
    were; what somebody has written into them meanwhile stays.
    """
    changed = [path for path in after.files if after.files[path] != before.files[path]]
    try:
        for path in changed:
            _replace(folder / path, before.files[path], after.files[path])
        yield
    except BaseException:
        for path in changed:
            with suppress(NotPublishable, OSError):
                _replace(folder / path, after.files[path], before.files[path])
        raise


def looks_like_pocketbook(folder: Path) -> bool:
    """Whether a folder holds a text that could be a pocketbook's: an index, a chapter, a Word file.

    False for what cannot be opened.
    """
    try:
        names = [path.name for path in folder.iterdir() if path.name[0] not in ".~"]
    except OSError:
        return False
    return any(is_text_of_a_book(name) for name in names)


class _Reader:
    """Takes files into a tree, one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}
        self.unread: dict[str, Unread] = {}

    def tree(self) -> SourceTree:
        """All that has been read so far."""
        return SourceTree(
            slug=self.folder.resolve().name,
            files=self.files,
            location=self.folder.as_posix(),
            unread=self.unread,
            beside=_chapters_beside(self.folder),
            register=_register_beside(self.folder),
        )

    def look_into(self, place: str) -> None:
        """Note which files a folder of the pocketbook holds; raises OSError where it is closed."""
        if self._is_linked(place):
            return
        for name in sorted(path.name for path in (self.folder / place).iterdir()):
            path = f"{place}/{name}" if place else name
            if name[0] not in ".~" and path not in self.files:
                self.unread.setdefault(path, self._why_not(path) or Unread.UNUSED)

    def read(self, path: str, most: int) -> None:
        """Read a file, or note why not; one that is not there is not noted."""
        reason = self._why_not(path)
        if reason is None:
            try:
                with (self.folder / path).open("rb") as file:
                    data = file.read(most + 1)
            except OSError:
                reason = Unread.UNREADABLE
            else:
                reason = Unread.TOO_LARGE if len(data) > most else None
        if reason is None:
            self.files[path] = data
            self.unread.pop(path, None)
        elif reason is not Unread.NOT_PLAIN:  # which was noted when its name was seen
            self.unread[path] = reason

    def _why_not(self, path: str) -> Unread | None:
        """Why a path is none of a plain file of the folder, reached through no symbolic link."""
        try:
            is_plain = not self._is_linked(path) and (self.folder / path).is_file()
        except OSError:
            return Unread.UNREADABLE
        return None if is_plain else Unread.NOT_PLAIN

    def _is_linked(self, path: str) -> bool:
        steps = [step for step in path.split("/") if step]
        reached = (self.folder.joinpath(*steps[:count]) for count in range(1, len(steps) + 1))
        return any(each.is_symlink() for each in reached)


def _chapters_beside(folder: Path) -> dict[str, frozenset[int]]:
    """The pocketbooks beside a folder by their names, with the numbers of their chapters.

    Empty for what cannot be opened.
    """
    beside: dict[str, frozenset[int]] = {}
    place = folder.resolve()
    try:
        for other in place.parent.iterdir():
            if other != place and (other / BOOK_FILE).is_file():
                names = (CHAPTER_NAME.fullmatch(path.name) for path in other.iterdir())
                beside[other.name] = frozenset(int(name["number"]) for name in names if name)
    except OSError:
        return {}
    return beside


def _register_beside(folder: Path) -> bytes | Unread | None:
    """The register of laws in the folder above, why it was not read, or None if there is none."""
    file = folder.resolve().parent / REGISTER_FILE
    try:
        if file.is_symlink() or not file.is_file():
            return Unread.NOT_PLAIN if file.is_symlink() or file.exists() else None
        with file.open("rb") as opened:
            data = opened.read(MAX_TEXT_BYTES + 1)
    except OSError:
        return Unread.UNREADABLE
    return data if len(data) <= MAX_TEXT_BYTES else Unread.TOO_LARGE


def _replace(file: Path, before: bytes, after: bytes) -> None:
    """Replace a file's content in one step; raises NotPublishable if it is not as expected."""
    if not file.is_file() or file.read_bytes() != before:
        raise NotPublishable(
            f"{file.as_posix()} berubah selagi diterbitkan. Terbitkan sekali lagi."
        )
    # A name that nobody knows before: a link that an author lets lie there is not written through.
    with NamedTemporaryFile(dir=file.parent, prefix=".baru-", delete=False) as opened:
        draft = Path(opened.name)
    try:
        draft.write_bytes(after)
        shutil.copymode(file, draft)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
