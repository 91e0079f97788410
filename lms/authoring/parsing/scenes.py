"""Reads the scene that opens a chapter: numbered parts, and choices that lead on to others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.choices import CHOICE, STRAY_BOX
from lms.authoring.parsing.explanations import LABEL
from lms.authoring.parsing.result import (
    SceneChoiceSource,
    ScenePartSource,
    SceneSource,
    first_words,
)
from lms.rendering.lines import ITEM, QUOTE, RULE, Heading, Line, indent_of, trimmed
from lms.rendering.scene_notation import END, LEADS_TO, PART, PLACE, SCENE, VIEW

QUOTED_VIEW = re.compile(r"[*_]{2}(?P<label>[^*_:]{1,80}?)\s*:?[*_]{2}\s*:?\s*(?P<words>.*)")
LINK = re.compile(r"\]\(|\[\^|https?://|<[a-z]+:", re.IGNORECASE)
PICTURE = re.compile(r"\s*!\[")
WORDS = re.compile(r"\w")


def scene_title(heading: Heading | None) -> str | None:
    """The title of the scene that a heading begins, which may be empty; None for other headings."""
    match = SCENE.fullmatch(_plain(heading.text)) if heading else None
    return (match["title"] or "").strip() if match else None


def read_scene(body: Sequence[Line], diagnostics: Diagnostics) -> SceneSource | None:
    """The scene of a chapter's text, if it has one; what cannot be understood is noted."""
    starts = [index for index, line in enumerate(body) if scene_title(line.heading) is not None]
    _note_near_misses(body, diagnostics)
    if not starts:
        return None
    first = starts[0]
    for other in starts[1:]:
        diagnostics.error(
            body[other].number,
            f"Adegan kedua; yang pertama di baris {body[first].number}.",
            "Sisakan satu adegan dalam satu bab; pindahkan yang lain ke bab lain.",
            "scene-twice",
        )
    _note_what_stands_above(body[:first], body[first], diagnostics)
    end = _end_of_scene(body, first)
    scene = _SceneReader(body[first], diagnostics).read(body[first + 1 : end])
    is_all = not any(WORDS.search(line.text) for line in body[end:])
    if is_all and not scene.goes_on:
        diagnostics.error(
            scene.line,
            "Tidak ada isi bab sesudah adegan.",
            "Tulis isi bab di bawah bagian terakhir adegan, diawali judul ## atau baris ---.",
            "scene-alone",
        )
    return scene


def note_scenes_elsewhere(lines: Sequence[Line], name: str, diagnostics: Diagnostics) -> None:
    """Note scenes in a file that is no chapter, where none is read."""
    for line in lines:
        title = scene_title(line.heading)
        if title is not None:
            diagnostics.error(
                line.number,
                f'Bagian "{first_words(f"Adegan: {title}")}" tidak dibaca di {name}.',
                "Pindahkan adegannya ke awal berkas bab.",
                "section-in-wrong-file",
            )


def _plain(text: str) -> str:
    """The words of a heading without emphasis, on one line."""
    return " ".join(re.sub(r"[*_]", "", text).split())


def _note_near_misses(body: Sequence[Line], diagnostics: Diagnostics) -> None:
    """Headings that begin like a scene's, but lack its colon."""
    for line in body:
        heading = line.heading
        if heading is None or heading.level > 3 or scene_title(heading) is not None:
            continue
        first, _, rest = heading.section_name.partition(" ")
        if first.rstrip(".,;") == PLACE and rest:
            diagnostics.warning(
                line.number,
                f'Judul "{first_words(heading.text)}" mirip nama adegan, tetapi dibaca sebagai '
                "isi.",
                'Maksud Anda "## Adegan: judulnya", dengan titik dua?',
                "section-near-miss",
            )


def _note_what_stands_above(above: Sequence[Line], heading: Line, diagnostics: Diagnostics) -> None:
    """Only a word of care may stand above the scene, and the chapter's own title."""
    in_quote = False
    for line in above:
        is_title = line.heading is not None and line.heading.level == 1
        is_quote = not line.is_code and QUOTE.fullmatch(line.text) is not None
        in_quote = is_quote or (in_quote and not line.is_blank and line.heading is None)
        if line.is_blank or in_quote or is_title:
            continue
        diagnostics.error(
            heading.number,
            f"Adegan tidak membuka bab: di atasnya ada teks lain (baris {line.number}).",
            "Pindahkan adegan ke awal bab. Di atasnya hanya boleh ada > **Sebelum membaca:** ….",
            "scene-not-first",
        )
        return


def _end_of_scene(body: Sequence[Line], start: int) -> int:
    """The index of what ends the scene: the next section, or a line across."""
    for index in range(start + 1, len(body)):
        line = body[index]
        if line.heading is not None and line.heading.level <= 2:
            return index
        if not line.is_code and RULE.fullmatch(line.text):
            return index
    return len(body)


@dataclass(slots=True)
class _Part:
    """A part while its lines come in."""

    line: Line
    number: int
    title: str
    lines: list[Line] = field(default_factory=list)


class _SceneReader:
    """Deals the lines of a scene out to its parts."""

    def __init__(self, line: Line, diagnostics: Diagnostics) -> None:
        self.line = line
        self.diagnostics = diagnostics
        self.parts: list[_Part] = []
        self.is_misnumbered = False
        self.goes_on = False

    def read(self, lines: Sequence[Line]) -> SceneSource:
        """Take all lines below the scene's heading."""
        title = scene_title(self.line.heading) or ""
        if self.line.heading is not None and self.line.heading.level != 2:
            self._wrong_level(self.line, f'Adegan "{first_words(title)}"', "##")
        if not title:
            self.diagnostics.error(
                self.line.number,
                "Adegan belum berjudul.",
                "Tulis judulnya sesudah titik dua: ## Adegan: Map biru di loket tiga.",
                "scene-without-title",
            )
        self._note_questions(lines)
        above: list[Line] = []
        for line in lines:
            if line.heading is not None:
                self._begin(line, line.heading)
            elif self.parts:
                self.parts[-1].lines.append(line)
            else:
                above.append(line)
        self._note_text_above_parts(above)
        parts = tuple(map(self._part, self.parts))
        return SceneSource(
            title=title,
            line=self.line.number,
            text=trimmed([line.text for line in lines]),
            parts=parts,
            goes_on=self.goes_on,
        )

    def _begin(self, line: Line, heading: Heading) -> None:
        """Begin the part that a heading opens."""
        if heading.level != 3:
            self._wrong_level(line, f'Judul "{first_words(heading.text)}" di dalam adegan', "###")
        expected = self.parts[-1].number + 1 if self.parts else 1
        match = PART.fullmatch(_plain(heading.text))
        number = int(match["number"]) if match else expected
        if (match is None or number != expected) and not self.is_misnumbered:
            self.is_misnumbered = True  # what follows is only as wrong as the first
            written = f"tertulis {number}" if match else "belum bernomor"
            self.diagnostics.error(
                line.number,
                f'Bagian adegan "{first_words(heading.text)}" {written}; seharusnya {expected}.',
                f"Beri nomor berurutan dari 1 tanpa lompat, misalnya ### {expected}. Pukul 15.20.",
                "scene-part-number",
            )
        title = match["title"] if match else _plain(heading.text)
        self.parts.append(_Part(line, number, title))

    def _wrong_level(self, line: Line, what: str, marks: str) -> None:
        self.diagnostics.error(
            line.number,
            f"{what} tidak ditulis dengan {marks}.",
            f"Awali baris ini dengan {marks} dan spasi.",
            "wrong-heading-level",
        )

    def _note_text_above_parts(self, above: Sequence[Line]) -> None:
        """Between the scene's heading and its first part stands at most a picture."""
        text = next((ln for ln in above if not ln.is_blank and not PICTURE.match(ln.text)), None)
        if text is not None:
            self.diagnostics.error(
                text.number,
                f'Teks "{first_words(text.text)}" berdiri di atas bagian pertama adegan.',
                "Pindahkan ke bawah ### 1. …; di atasnya hanya boleh ada satu gambar.",
                "scene-text-above-parts",
            )

    def _note_questions(self, lines: Sequence[Line]) -> None:
        """Boxes and labels of questions: nothing in a scene is right or wrong."""
        for line in lines:
            quote = QUOTE.fullmatch(line.text)
            words = quote["text"] if quote else line.text
            is_question = (
                CHOICE.fullmatch(line.text) is not None
                or STRAY_BOX.search(line.text) is not None
                or LABEL.fullmatch(words) is not None
            )
            if is_question and not line.is_code:
                self.diagnostics.error(
                    line.number,
                    f'Ada bagian soal di dalam adegan: "{first_words(line.text)}".',
                    "Tulis pilihan adegan tanpa kotak, - … (ke 2); pindahkan soalnya ke bawah "
                    "## Cek pemahaman atau ## Soal kuis.",
                    "scene-with-question",
                )
                return

    def _part(self, part: _Part) -> ScenePartSource:
        end = END.fullmatch(part.title)
        view_end = _end_of_view(part.lines)
        choices = _choices_of(part.lines, is_end=end is not None)
        self._note_targets_elsewhere(part, choices)
        if choices.items:
            self._note_text_after(part, choices.end, "daftar pilihan")
        elif view_end is not None:
            self._note_text_after(part, view_end, 'kotak "Dari mata …"')
        return ScenePartSource(
            number=part.number,
            title=(end["title"] if end else part.title).strip(),
            line=part.line.number,
            choices=tuple(map(self._choice, choices.items)),
            is_end=end is not None,
            has_view=view_end is not None,
        )

    def _choice(self, item: list[Line]) -> SceneChoiceSource:
        target = _target(item)
        words = _words_of(item)
        if target is None:
            self.diagnostics.error(
                item[0].number,
                f'Pilihan "{first_words(words)}" tidak menyebut bagian yang dituju.',
                "Akhiri pilihan dengan nomornya, misalnya (ke 2), sesudah titik.",
                "scene-choice-without-target",
            )
        if LINK.search(words):
            self.diagnostics.error(
                item[0].number,
                f'Pilihan "{first_words(words)}" memuat tautan, gambar, atau catatan kaki.',
                "Hapus dari pilihan: pilihan itu sendiri menjadi tautan.",
                "scene-link-in-choice",
            )
        return SceneChoiceSource(LEADS_TO.sub("", words).strip(), target, item[0].number)

    def _note_targets_elsewhere(self, part: _Part, choices: "_List") -> None:
        """A choice that is no item of the list would not lead anywhere."""
        items = {line.number for item in choices.items for line in item}
        for line in part.lines:
            if line.number not in items and not line.is_code and _target([line]) is not None:
                self.diagnostics.error(
                    line.number,
                    f'Pilihan "{first_words(line.text)}" berdiri di luar daftar pilihan.',
                    "Tulis semua pilihan sebagai satu daftar di akhir bagian: - … (ke 2)",
                    "scene-choice-outside-list",
                )

    def _note_text_after(self, part: _Part, index: int, what: str) -> None:
        """Nothing stands below what a part ends with."""
        below = (line for line in part.lines[index:] if not line.is_blank)
        text = next((line for line in below if _target([line]) is None), None)
        if text is None:
            return
        self.goes_on = True
        self.diagnostics.error(
            text.number,
            f'Teks "{first_words(text.text)}" berdiri sesudah {what} pada bagian '
            f"{part.number} adegan.",
            "Pindahkan ke atasnya. Bila ini sudah isi bab, awali dengan judul ## atau baris ---.",
            "scene-text-after",
        )


@dataclass(slots=True)
class _List:
    """Items that follow each other, each with the lines that go on with it, and what follows."""

    items: list[list[Line]] = field(default_factory=list)
    end: int = 0


def _choices_of(lines: Sequence[Line], *, is_end: bool) -> _List:
    """The list of choices: the first that leads on, else what a part that is no end ends with."""
    lists = _lists_of(lines)
    for each in lists:
        if any(_target(item) is not None for item in each.items):
            return each
    has_more = bool(lists) and any(not line.is_blank for line in lines[lists[-1].end :])
    return _List() if is_end or has_more or not lists else lists[-1]


def _lists_of(lines: Sequence[Line]) -> list[_List]:
    """The lists of a part, in their order."""
    lists: list[_List] = []
    is_open = after_blank = False
    for index, line in enumerate(lines):
        if line.is_blank:
            after_blank = True
            continue
        is_item = not line.is_code and ITEM.fullmatch(line.text) and not RULE.fullmatch(line.text)
        if is_item and is_open:
            lists[-1].items.append([line])
        elif is_item:
            lists.append(_List([[line]]))
            is_open = True
        elif is_open and _goes_on(line, after_blank=after_blank):
            lists[-1].items[-1].append(line)
        else:
            is_open = False
        if is_open:
            lists[-1].end = index + 1
        after_blank = False
    return lists


def _goes_on(line: Line, *, after_blank: bool) -> bool:
    """Whether a line below an item belongs to it."""
    if indent_of(line.text) >= 2:
        return True
    return not after_blank and not line.is_code and QUOTE.fullmatch(line.text) is None


def _words_of(item: Sequence[Line]) -> str:
    """An item's words on one line, without its mark."""
    match = ITEM.fullmatch(item[0].text)
    first = match["text"] if match else item[0].text
    return " ".join(" ".join([first, *(line.text for line in item[1:])]).split())


def _target(item: Sequence[Line]) -> int | None:
    """The part to which an item leads."""
    match = None if item[-1].is_code else LEADS_TO.search(_words_of(item))
    return int(match["number"]) if match else None


def _end_of_view(lines: Sequence[Line]) -> int | None:
    """The index behind the last quote that says how another person saw it, if there is one."""
    end: int | None = None
    is_view = False
    for index, line in enumerate(lines):
        quote = None if line.is_code else QUOTE.fullmatch(line.text)
        if quote is None:
            is_view = is_view and not line.is_blank
        elif not is_view and (label := QUOTED_VIEW.match(quote["text"].strip())):
            is_view = VIEW.fullmatch(label["label"]) is not None
        if is_view:
            end = index + 1
    return end
