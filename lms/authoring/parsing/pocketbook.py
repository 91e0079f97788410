"""Parses a pocketbook's Markdown.

The quiz notation is read line by line and before Python-Markdown, because Markdown engines
disagree about what authors do all the time (quotes under choices, lists right below text).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from lms.authoring.diagnostics import Diagnostics, in_source_order
from lms.authoring.parsing.choices import CHOICE, has_choices
from lms.authoring.parsing.foreign_questions import note_foreign_questions
from lms.authoring.parsing.frontmatter import CHAPTER_FIELDS, LONGEST_TEXT, parse_front_matter
from lms.authoring.parsing.lines import scan_lines
from lms.authoring.parsing.overview import parse_book
from lms.authoring.parsing.pictures import read_pictures
from lms.authoring.parsing.questions import QuestionReader
from lms.authoring.parsing.result import (
    AppendixSource,
    ChapterSource,
    ParseResult,
    QuestionSource,
    QuizSettings,
)
from lms.authoring.parsing.scenes import note_scenes_elsewhere, read_scene
from lms.authoring.parsing.stray_questions import note_stray_questions
from lms.authoring.register import (
    Register,
    Regulation,
    cited_regulations,
    read_register,
    register_path,
)
from lms.authoring.regulations import regulations_in
from lms.authoring.source.file_names import APPENDIX_FILES, BOOK_FILE, CHAPTER_NAME
from lms.authoring.source.texts import SourceFile, read_texts
from lms.authoring.source.tree import REGISTER_FILE, SourceTree
from lms.days import write_day
from lms.rendering.lines import ITEM, QUOTE, RULE, Heading, Line, indent_of, trimmed

SECTIONS = {"cek pemahaman": "checks", "soal kuis": "bank"}
BOOK_SECTIONS = ("kuis akhir",)
LONGEST_SLUG = 80
# How each was looked up is for those who check it again; that it was is for readers.
ABOUT_CHECKS = (
    "Tanggal di belakang tiap peraturan menyebut kapan peraturan itu terakhir dicari. Yang dilihat "
    "dapat berupa salinan, kutipan, atau berita. Cocokkan dengan naskah resminya sebelum mengutip."
)
NOTE = re.compile(r" {0,3}\[(?:\^[^\]\s]+\]:(?:\s|$)|[^\[\]^]+\]:\s*<?\S*[/.@#]\S)")


def parse_pocketbook(tree: SourceTree) -> ParseResult:
    """Parse a source and report all that is wrong with its notation at once.

    Never raises for what the source holds: unreadable, missing or malformed files are told
    in the result. What the rules of good questions say is `checks.check_pocketbook`'s to tell.
    """
    texts = read_texts(tree)
    found = list(texts.diagnostics)
    chapters: list[ChapterSource] = []
    appendices: list[AppendixSource] = []
    for file in texts.files:
        diagnostics = Diagnostics(tree.path_of(file.name))
        if file.name in APPENDIX_FILES:
            appendices.append(parse_appendix(file, diagnostics))
        elif file.name != BOOK_FILE:
            chapters.append(parse_chapter(file, diagnostics))
        found.extend(diagnostics.entries)
    register_problems = Diagnostics(register_path(tree))
    register = read_register(tree, register_problems)
    found.extend(register_problems.entries)
    cited = cited_regulations(texts.files, register) if register is not None else []
    if cited and register is not None:
        appendices = [*(_dated(each, register) for each in appendices), _regulations(cited)]
    pictures, picture_problems = read_pictures(tree, texts.files)
    found.extend(picture_problems)
    book = None
    book_file = next((file for file in texts.files if file.name == BOOK_FILE), None)
    if book_file is not None:
        diagnostics = Diagnostics(tree.path_of(BOOK_FILE))
        book = parse_book(
            book_file, tree.slug, tuple(chapters), tuple(appendices), diagnostics, cited=cited
        )
        found.extend(diagnostics.entries)
    return ParseResult(
        tree=tree,
        pocketbook=book.pocketbook if book else None,
        diagnostics=tuple(in_source_order(found)),
        chapters=tuple(chapters),
        quiz=book.quiz if book else QuizSettings(),
        code=book.code if book else None,
        sources=texts.files,
        pictures=pictures,
        register=register,
    )


def parse_chapter(file: SourceFile, diagnostics: Diagnostics) -> ChapterSource:
    """Read one chapter's text and questions; what cannot be understood is noted."""
    raw = file.text.split("\n")
    head = parse_front_matter(raw, CHAPTER_FIELDS, diagnostics)
    lines = scan_lines(raw[head.body_from - 1 :], head.body_from, diagnostics)
    reader = _ChapterReader(file.name, diagnostics)
    reader.read(lines)
    note_foreign_questions(lines, diagnostics)
    name = CHAPTER_NAME.fullmatch(file.name)
    slug = name["slug"] if name else file.name
    title = head.text("judul") or slug.replace("-", " ").capitalize()
    if len(slug) > LONGEST_SLUG:
        diagnostics.error(
            1,
            f"Nama berkas {file.name[:40]}… terlalu panjang untuk menjadi alamat.",
            f"Pakai paling banyak {LONGEST_SLUG} karakter sesudah nomornya.",
            "name-too-long",
        )
    return ChapterSource(
        number=int(name["number"]) if name else 0,
        slug=slug,
        title=title,
        body=trimmed([line.text for line in reader.body]),
        checks=tuple(reader.questions["checks"]),
        bank=tuple(reader.questions["bank"]),
        path=file.name,
        scene=read_scene(reader.body, diagnostics),
    )


def parse_appendix(file: SourceFile, diagnostics: Diagnostics) -> AppendixSource:
    """Read a glossary, a card or a facilitator's sheet: a title and a text, without questions."""
    lines = scan_lines(file.text.split("\n"), 1, diagnostics)
    first = next((line for line in lines if not line.is_blank), None)
    heading = first.heading if first is not None else None
    if first is None or heading is None or heading.level != 1:
        diagnostics.error(
            first.number if first else 1,
            f"Berkas {file.name} tidak dibuka dengan judul.",
            "Tulis judulnya di baris pertama: # Daftar istilah.",
            "appendix-without-title",
        )
        title, body = file.name, lines
    else:
        title, body = heading.text, lines[lines.index(first) + 1 :]
    if len(title) > LONGEST_TEXT:
        diagnostics.error(
            1,
            f"Judul ini berisi {len(title)} karakter; paling banyak {LONGEST_TEXT}.",
            "Ringkaskan judulnya.",
            "title-too-long",
        )
    for line in body:
        if line.heading is not None and line.heading.section_name in SECTIONS:
            diagnostics.error(
                line.number,
                f'Bagian "{line.heading.text}" tidak dibaca di {file.name}.',
                "Pindahkan soalnya ke berkas bab.",
                "section-in-wrong-file",
            )
    note_scenes_elsewhere(body, file.name, diagnostics)
    note_stray_questions(body, diagnostics, told=SECTIONS)
    note_foreign_questions(body, diagnostics)
    text = trimmed([line.text for line in body])
    return AppendixSource(APPENDIX_FILES[file.name], title, text, file.name)


def _dated(appendix: AppendixSource, register: Register) -> AppendixSource:
    """The articles of law with the day on which they were in force; any other as it is."""
    if appendix.kind != "pasal":
        return appendix
    laws = [register[name] for name in regulations_in(appendix.body) if name in register]
    if not laws:
        return appendix
    day = write_day(min(law.checked_on for law in laws))
    body = f"*Berlaku menurut pemeriksaan sampai {day}.*\n\n{appendix.body}"
    return replace(appendix, body=body)


def _regulations(cited: Sequence[Regulation]) -> AppendixSource:
    """What the register says of the laws that a pocketbook cites, to be printed in it."""
    return AppendixSource(
        "sumber",
        "Peraturan dalam buku ini",
        f"{ABOUT_CHECKS}\n\n" + "\n".join(regulation.printed for regulation in cited),
        REGISTER_FILE,
    )


@dataclass(slots=True)
class _Open:
    """The section and the question that are being read."""

    section: str | None = None
    question: QuestionReader | None = None
    is_told: bool = False


class _ChapterReader:
    """Deals a chapter's lines out to its text and its questions."""

    def __init__(self, path: str, diagnostics: Diagnostics) -> None:
        self.path = path
        self.diagnostics = diagnostics
        self.body: list[Line] = []
        self.questions: dict[str, list[QuestionSource]] = {"checks": [], "bank": []}
        self.open = _Open()

    def read(self, lines: list[Line]) -> None:
        """Take all lines."""
        in_note = False
        for index, line in enumerate(lines):
            in_note = self.open.section is not None and _is_note(lines, index, is_open=in_note)
            if in_note:
                self._take_note(line)
                continue
            heading = line.heading
            if heading is not None and self._begins(heading, line, lines, index + 1):
                continue
            self._take(line)
        self._close_question()
        note_stray_questions(self.body, self.diagnostics)

    def _take_note(self, line: Line) -> None:
        """A footnote or a link's address below the questions belongs to the text above them."""
        if NOTE.match(line.text) and self.body and not self.body[-1].is_blank:
            self.body.append(Line(line.number, ""))
        self.body.append(line)
        self._take(Line(line.number, ""))

    def _begins(self, heading: Heading, line: Line, lines: list[Line], following: int) -> bool:
        """Whether the heading begins a section or a question, which is then opened."""
        name = heading.section_name
        if name in SECTIONS:
            if heading.level != 2:
                self._wrong_level(line, f'Bagian "{heading.text}"', "##")
            self._close_question()
            self.open = _Open(SECTIONS[name])
            return True
        if name in BOOK_SECTIONS:
            self.diagnostics.error(
                line.number,
                f'Bagian "{heading.text}" tidak dibaca di dalam bab.',
                f"Pindahkan bagian ini ke {BOOK_FILE}.",
                "section-in-wrong-file",
            )
        if self.open.section is None:
            self._note_near_miss(heading, name, line)
            return False
        is_question = heading.level == 3 or has_choices(lines, following)
        if heading.level == 2 and not is_question:
            self._note_near_miss(heading, name, line)
            self._close_question()
            self.open = _Open()
            return False
        if heading.level != 3:
            self._wrong_level(line, f'Judul "{_short(heading.text)}" di bagian soal', "###")
        if not is_question:
            return False
        self._close_question()
        self.open.question = QuestionReader(heading, line, self.path, self.diagnostics)
        return True

    def _take(self, line: Line) -> None:
        if self.open.question is not None:
            self.open.question.take(line)
        elif self.open.section is None:
            if line.ids:
                self._stray_id(line)
            self.body.append(line)
        else:
            self._note_stray(line)

    def _close_question(self) -> None:
        question, section = self.open.question, self.open.section
        if question is not None and section is not None:
            self.questions[section].append(question.finish())
        self.open.question = None

    def _note_stray(self, line: Line) -> None:
        """Something stands in a quiz section before its first question."""
        if line.ids:
            self._stray_id(line)
        if line.is_blank or RULE.fullmatch(line.text):
            return
        words = _short(line.text.strip())
        if not line.is_code and CHOICE.fullmatch(line.text):
            self.diagnostics.error(
                line.number,
                f'Pilihan "{words}" berdiri sebelum soal pertama.',
                "Tulis soalnya lebih dahulu sebagai judul ### di atas pilihan.",
                "choice-before-question",
            )
        elif not line.is_code and QUOTE.fullmatch(line.text):
            self.diagnostics.error(
                line.number,
                f'Kutipan "{words}" berdiri sebelum soal pertama.',
                "Tulis soal (###) dan pilihan (- [ ]) lebih dahulu, lalu umpan baliknya.",
                "feedback-without-choice",
            )
        elif not self.open.is_told:
            self.open.is_told = True
            self.diagnostics.warning(
                line.number,
                f'Teks "{words}" sebelum soal pertama tidak ditampilkan.',
                "Pindahkan ke isi bab, atau ke bawah judul soal.",
                "text-before-questions",
            )

    def _stray_id(self, line: Line) -> None:
        self.diagnostics.error(
            line.number,
            f"Id {_short(line.ids[0])} tidak berada pada sebuah soal.",
            "Pindahkan ke bawah judul soalnya, atau hapus.",
            "id-without-question",
        )

    def _wrong_level(self, line: Line, what: str, marks: str) -> None:
        self.diagnostics.error(
            line.number,
            f"{what} tidak ditulis dengan {marks}.",
            f"Awali baris ini dengan {marks} dan spasi.",
            "wrong-heading-level",
        )

    def _note_near_miss(self, heading: Heading, name: str, line: Line) -> None:
        """An ordinary heading that looks like a misspelt section."""
        for known in SECTIONS:
            is_near = known in name or SequenceMatcher(None, name, known).ratio() >= 0.8
            if heading.level <= 3 and is_near:
                self.diagnostics.warning(
                    line.number,
                    f'Judul "{heading.text}" mirip nama bagian soal, tetapi dibaca sebagai isi.',
                    f'Maksud Anda "## {known.capitalize()}"?',
                    "section-near-miss",
                )


def _is_note(lines: list[Line], index: int, *, is_open: bool) -> bool:
    """Whether a line is a footnote or a link's address, or goes on with one that is open."""
    line = lines[index]
    if line.is_code or line.heading is not None:
        return False
    if NOTE.match(line.text) or not is_open:
        return NOTE.match(line.text) is not None
    if line.is_blank or indent_of(line.text) >= 4:
        return True
    is_apart = lines[index - 1].is_blank or QUOTE.fullmatch(line.text) or ITEM.fullmatch(line.text)
    return not is_apart


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"
