"""The texts of a source, ordered and normalised, and the reasons why a file cannot be read."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.source.file_names import (
    APPENDIX_FILES,
    BOOK_FILE,
    CHAPTER_NAME,
    book_like,
    is_office_file,
    is_text,
    is_text_of_a_book,
    wanted_name,
)
from lms.authoring.source.invisible import breaking_space, unseen_characters, without_unseen
from lms.authoring.source.limits import check_limits
from lms.authoring.source.tree import MAX_TEXT_BYTES, SourceTree, Unread

MAX_CHAPTERS = 60

LINE_END = re.compile(r"\r\n|\r|\n")
HEAD_MARK = re.compile(r"---\s*")
HEAD_END = re.compile(r"(?:---|\.\.\.)\s*")
QUOTE_MARKS = re.compile(r"(?:[ \t]*>)*")
# What does not go on with the paragraph above it, or has none below it.
OTHER_BLOCK = re.compile(
    r"\s*(?:\Z|#{1,6}\s|>|[-*+•·‣◦▪●–—]\s|\d{1,3}[.)]\s|`{3}|~{3}|\||-{3,}\s*\Z|\[\^[^\]]+\]:|<!--)"
)
NO_BREAK_AFTER = re.compile(r"\s*(?:\Z|#{1,6}(?:\s|\w)|`{3}|~{3}|\||-{3,}\s*\Z)")
# What a font of its own drew in Word, or what copying has destroyed; as a bullet it is read.
DAMAGED = re.compile(
    r"^[\s>]*(?:[-*+]\s+)?[\ue000-\uf8ff](?=\s)|(?P<lost>\ufffd)|(?P<foreign>[\ue000-\uf8ff])"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


REFUSALS = {
    Unread.NOT_PLAIN: (
        "Berkas ini tautan simbolis atau bukan berkas biasa.",
        "Simpan isinya sebagai berkas biasa di dalam folder buku saku.",
        "not-a-plain-file",
    ),
    Unread.UNREADABLE: (
        "Berkas ini tidak dapat dibuka.", "Periksa hak baca berkas.", "file-unreadable",
    ),
    Unread.TOO_LARGE: (
        f"Berkas ini lebih besar dari {MAX_TEXT_BYTES // 1024} KB.",
        "Bagi isinya menjadi beberapa bab, dan simpan gambar di folder gambar.",
        "file-too-large",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Markdown file in its normal form (see `normal_text`)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceTexts:
    """The Markdown files of a tree in order, and what was wrong with them."""

    files: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]


def normal_text(text: str) -> str:
    """The text with what no reader sees taken out of it.

    Takes off the mark of byte order, makes every line end a line feed, composes characters
    (NFC), drops control characters, invisible ones and trailing spaces, and ends with exactly
    one line feed (nothing at all for a text without words). Of trailing spaces two are left
    where they end a line within its paragraph, since readers see that.
    """
    lines = LINE_END.split(without_unseen(CONTROL.sub("", text)))
    composed = [unicodedata.normalize("NFC", line) for line in lines]
    clean = [line.rstrip() for line in composed]
    for index in range(_body_from(clean), len(clean) - 1):
        trailing = composed[index][len(clean[index]) :]
        if trailing.count(" ") >= 2 and _goes_on(clean[index], clean[index + 1]):
            clean[index] += "  "
    body = "\n".join(clean).rstrip("\n")
    return f"{body}\n" if body else ""


def _body_from(lines: list[str]) -> int:
    """The index of the first line below the head."""
    start = next((index for index, line in enumerate(lines) if line), 0)
    if not lines or not HEAD_MARK.fullmatch(lines[start]):
        return 0
    ends = (i for i in range(start + 1, len(lines)) if HEAD_END.fullmatch(lines[i]))
    return next(ends, start) + 1


def _goes_on(line: str, following: str) -> bool:
    """Whether the paragraph of a line, or that inside its quote, goes on in the next line."""
    marks, others = (QUOTE_MARKS.match(text) for text in (line, following))
    depth = [match[0].count(">") if match else 0 for match in (marks, others)]
    if depth[0] != depth[1] or marks is None or others is None:
        return False
    inside, below = line[marks.end() :], following[others.end() :]
    return not NO_BREAK_AFTER.match(inside) and not OTHER_BLOCK.match(below)


def read_texts(tree: SourceTree) -> SourceTexts:
    """`buku.md`, the numbered chapters and the appendices, in this order.

    Never raises for what is in the tree: what cannot be used is told.
    """
    found = _check_names(tree)
    files: list[SourceFile] = []
    for name in text_names(tree.paths):
        diagnostics = Diagnostics(tree.path_of(name))
        text = _text(tree, name, diagnostics)
        if text is not None:
            files.append(SourceFile(name, text))
        found.extend(diagnostics.entries)
    return SourceTexts(tuple(files), tuple(found))


def text_names(names: Collection[str]) -> list[str]:
    """Those of a folder's names that are read as texts: book, chapters by number, appendices."""
    book = [name for name in names if name == BOOK_FILE]
    appendices = [name for name in APPENDIX_FILES if name in names]
    return [*book, *_chapters(names)[:MAX_CHAPTERS], *appendices]


def _chapters(names: Collection[str]) -> list[str]:
    chapters = [name for name in names if CHAPTER_NAME.fullmatch(name)]
    return sorted(chapters, key=lambda name: (int(name.split("-")[0]), name))


def _check_names(tree: SourceTree) -> list[Diagnostic]:
    """What can be said by the files' names alone."""
    if "" in tree.unread:
        diagnostics = Diagnostics(tree.path_of(""))
        diagnostics.error(
            1,
            "Folder buku saku tidak dapat dibuka.",
            "Periksa nama folder dan hak bacanya.",
            "folder-unreadable",
        )
        return diagnostics.entries
    found: list[Diagnostic] = []
    names = sorted({path.partition("/")[0] for path in tree.paths})
    nested = {path.partition("/")[0] for path in tree.paths if is_text_of_a_book(_inside(path))}
    meant = [] if BOOK_FILE in names else book_like(names)[:1]
    chapters = _chapters(names)
    known = {BOOK_FILE, *meant, *chapters, *APPENDIX_FILES}
    for name in names:
        if name not in known and (is_text(name) or name in nested):
            found += _not_read(tree, name, names)
    if len(chapters) > MAX_CHAPTERS:
        diagnostics = Diagnostics(tree.path_of(chapters[MAX_CHAPTERS]))
        diagnostics.error(
            1,
            f"Ada {len(chapters)} bab; paling banyak {MAX_CHAPTERS} dibaca.",
            "Bagi bahan ini menjadi beberapa buku saku.",
            "too-many-chapters",
        )
        found += diagnostics.entries
    if BOOK_FILE not in names:
        found += _no_book(tree, meant)
    return found


def _inside(path: str) -> str:
    """The name of a file that stands in a folder of the tree; empty for any other."""
    name = path.partition("/")[2]
    return "" if "/" in name else name


def _no_book(tree: SourceTree, meant: list[str]) -> list[Diagnostic]:
    """The error that there is no `buku.md`, with the file that was meant to be it."""
    remedy = "Buat buku.md berisi kepala (judul, kode, tema, jp, …) dan pengantar."
    if meant:
        remedy = _rename(meant[0], BOOK_FILE)
    diagnostics = Diagnostics(tree.path_of(BOOK_FILE))
    diagnostics.error(1, "Berkas buku.md tidak ada.", remedy, "no-book-file")
    return diagnostics.entries


def _rename(name: str, wanted: str) -> str:
    if is_office_file(name):
        return f"Berkas pengolah kata tidak dibaca. Salin teks {name} ke berkas teks {wanted}."
    hint = " (di Notepad: Simpan sebagai, jenis Semua berkas)" if _has_added_ending(name) else ""
    return f"Ganti nama {name} menjadi {wanted}{hint}."


def _has_added_ending(name: str) -> bool:
    return name.lower().endswith((".md.txt", ".txt"))


def _not_read(tree: SourceTree, name: str, found: list[str]) -> list[Diagnostic]:
    """The notice that a file is not read, and what it would have to be called."""
    if not is_text(name):
        sentence = f"Folder {name} di dalam buku saku tidak dibaca."
        remedy = "Pindahkan babnya ke folder buku saku, di samping buku.md."
    else:
        wanted = wanted_name(name, found)
        sentence = f"Berkas {name} tidak dibaca karena namanya."
        remedy = _rename(name, wanted)
        if wanted in found:
            remedy = f"Berkas {wanted} sudah ada. Hapus {name}, atau beri nama bab yang lain."
        elif CHAPTER_NAME.fullmatch(wanted):
            remedy = f"Bila ini sebuah bab: {remedy[0].lower()}{remedy[1:]}"
    diagnostics = Diagnostics(tree.path_of(name))
    diagnostics.warning(1, sentence, remedy, "file-not-read")
    return diagnostics.entries


def _text(tree: SourceTree, name: str, diagnostics: Diagnostics) -> str | None:
    """The normal text of one file, or None when it cannot be used."""
    data = tree.files.get(name)
    if data is None or len(data) > MAX_TEXT_BYTES:
        reason = tree.unread.get(name, Unread.TOO_LARGE)
        diagnostics.error(1, *REFUSALS.get(reason, REFUSALS[Unread.UNREADABLE]))
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(LINE_END.split(error.object[: error.start].decode("utf-8", "replace")))
        remedy = 'Simpan ulang dengan pengodean "UTF-8" (di Notepad: Simpan sebagai, Pengodean).'
        diagnostics.error(line, "Berkas ini bukan teks UTF-8.", remedy, "not-utf-8")
        return None
    _note_unseen(text.removeprefix("\ufeff"), diagnostics)
    normal = normal_text(text)
    may_be_read = check_limits(normal, diagnostics)
    if not normal:
        remedy = "Isi berkas ini, atau hapus dari folder."
        diagnostics.error(1, "Berkas ini kosong.", remedy, "empty-file")
        return None
    return normal if may_be_read else None


def _note_unseen(text: str, diagnostics: Diagnostics) -> None:
    """Note what no reader sees, by line, column and number."""
    for number, line in enumerate(LINE_END.split(text), start=1):
        if control := CONTROL.search(line):
            diagnostics.error(
                number,
                f"Baris ini memuat karakter kendali yang tidak terlihat (U+{ord(control[0]):04X}).",
                "Ketik ulang baris ini, atau tempelkan sebagai teks biasa.",
                "control-character",
                column=control.start() + 1,
            )
        if line.isascii():
            continue  # most lines are, and nothing else can hide there
        if space := breaking_space(line):
            diagnostics.error(
                number,
                f"Spasi di kolom {space.column} bukan spasi biasa ({space.number}), sehingga "
                "tabel atau tautan di baris ini tidak terbaca.",
                "Hapus, lalu ketik spasi biasa; antara ] dan ( tidak ada spasi.",
                "unusual-space",
                column=space.column,
            )
        _note_damaged(number, line, diagnostics)
        for unseen in unseen_characters(CONTROL.sub(" ", line)):
            times = f", {unseen.count} kali" if unseen.count > 1 else ""
            diagnostics.error(
                number,
                f"Ada karakter yang tidak terlihat: {unseen.number} ({unseen.name}){times}.",
                f"Hapus dengan menempatkan kursor di kolom {unseen.column}, atau ketik ulang "
                "kata di tempat itu.",
                "invisible-character",
                column=unseen.column,
            )


def _note_damaged(number: int, line: str, diagnostics: Diagnostics) -> None:
    """Note the first character of each kind that readers would see as an empty box."""
    found = {match.lastgroup: match.start() + 1 for match in reversed([*DAMAGED.finditer(line)])}
    if "lost" in found:
        diagnostics.error(
            number,
            "Ada karakter yang rusak (U+FFFD); huruf aslinya hilang saat teks disalin atau "
            "disimpan.",
            f"Ketik ulang kata di kolom {found['lost']}.",
            "damaged-character",
            column=found["lost"],
        )
    if "foreign" in found:
        sign = line[found["foreign"] - 1]
        diagnostics.warning(
            number,
            f"Tanda di kolom {found['foreign']} (U+{ord(sign):04X}) hanya ada di huruf khusus "
            "seperti Symbol atau Wingdings; pembaca melihat kotak kosong.",
            "Ganti dengan tanda biasa, misalnya • atau ✓, atau hapus.",
            "damaged-character",
            column=found["foreign"],
        )
