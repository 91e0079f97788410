"""Reads questions in GIFT, the text format of Moodle."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.imported import ImportedChoice, ImportedQuestion

ESCAPES = {"\\": "\ufdd0", "~": "\ufdd1", "=": "\ufdd2", "#": "\ufdd3", "{": "\ufdd4",
           "}": "\ufdd5", ":": "\ufdd6", "n": "\ufdd7"}  # fmt: skip
MEANT = {stand_in: "\n" if sign == "n" else sign for sign, stand_in in ESCAPES.items()}
ESCAPED = re.compile(r"\\([\\~=#{}:n])")
STAND_IN = re.compile("[\ufdd0-\ufdd7]")
CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(?P<name>.*)")
TITLE = re.compile(r"\s*::(?P<title>.*?)::\s*", re.DOTALL)
MARKUP = re.compile(r"\s*\[(?P<name>html|moodle|plain|markdown)\]\s*")
TRUTH = re.compile(r"(?P<truth>T|TRUE|F|FALSE)\s*(?P<feedback>#.*)?", re.DOTALL)
ANSWER = re.compile(r"(?P<sign>[=~])\s*(?:%(?P<weight>-?\d+(?:\.\d+)?)%)?(?P<text>[^=~]*)")


@dataclass(frozen=True, slots=True)
class _Item:
    """One question as it is written, with what stands above it."""

    line: int
    text: str
    notes: tuple[str, ...]


def read_gift(lines: Sequence[str], diagnostics: Diagnostics) -> list[ImportedQuestion]:
    """The questions of a text; a kind that we do not have is noted and left out."""
    questions: list[ImportedQuestion] = []
    for item in _items(lines):
        try:
            questions.append(_Reader(item, diagnostics).read())
        except _LeftOut as reason:
            diagnostics.error(
                item.line,
                f"{reason}; soal ini tidak ikut.",
                "Tulis ulang sebagai soal pilihan, atau hapus dari berkas asalnya.",
                "import-left-out",
            )
    return questions


class _LeftOut(Exception):
    """Why a question cannot be brought over."""


def _items(lines: Sequence[str]) -> Iterator[_Item]:
    """The questions, which blank lines part, with the comments and the category above them."""
    notes: list[str] = []
    category: str | None = None
    text: list[str] = []
    first = 0
    for number, raw in enumerate([*lines, ""], start=1):
        line = ESCAPED.sub(lambda match: ESCAPES[match[1]], raw)
        named = CATEGORY.fullmatch(line) if not text else None
        if raw.lstrip().startswith("//"):
            notes.append(raw.strip().lstrip("/").strip())
        elif named:
            category = named["name"].strip()
        elif line.strip():
            first = first if text else number
            text.append(line)
        elif text and _is_open(text) and number <= len(lines):
            text.append("")
        elif text:
            if category is not None:
                notes.insert(0, f"kategori: {category}")
            yield _Item(first, "\n".join(text), tuple(note for note in notes if note))
            notes, text, category = [], [], None


def _is_open(text: list[str]) -> bool:
    joined = "\n".join(text)
    return joined.count("{") > joined.count("}")


class _Reader:
    """Reads one question."""

    def __init__(self, item: _Item, diagnostics: Diagnostics) -> None:
        self.item = item
        self.diagnostics = diagnostics

    def read(self) -> ImportedQuestion:
        """The question; raises _LeftOut when it is of a kind that we do not have."""
        text, notes = self.item.text, list(self.item.notes)
        if title := TITLE.match(text):
            notes.append(f"judul: {_plain(title['title'])}")
            text = text[title.end() :]
        markup = MARKUP.match(text)
        if markup:
            text = text[markup.end() :]
        before, opened, rest = text.partition("{")
        inside, closed, after = rest.partition("}")
        if not opened or not closed:
            raise _LeftOut(f"{_subject(before)} tidak punya jawaban di antara {{ dan }}")
        if "{" in after:
            raise _LeftOut(
                f"{_subject(before)} punya lebih dari satu {{ }}; bila itu beberapa soal, pisahkan "
                "dengan baris kosong"
            )
        asked = f"{before.rstrip()} ____ {after.lstrip()}" if after.strip() else before
        body, _, general = inside.partition("####")
        choices = self._choices(asked, body.strip())
        return ImportedQuestion(
            self.item.line,
            _plain(asked).strip(),
            choices,
            is_multiple=sum(choice.is_right for choice in choices) > 1,
            explanation=_plain(general).strip(),
            notes=tuple(notes),
            is_markdown=markup is not None and markup["name"] == "markdown",
        )

    def _choices(self, asked: str, body: str) -> tuple[ImportedChoice, ...]:
        if truth := TRUTH.fullmatch(body):
            return _truth_choices(truth)
        kind = _foreign_kind(body)
        if kind is not None:
            raise _LeftOut(f"{_subject(asked)} berjenis {kind}, yang tidak ada di buku saku")
        answers = list(ANSWER.finditer(body))
        has_key = any(a["sign"] == "=" for a in answers)
        choices = []
        for answer in answers:
            text, _, feedback = answer["text"].partition("#")
            weight = float(answer["weight"]) if answer["weight"] else None
            is_right = answer["sign"] == "=" or (not has_key and weight is not None and weight > 0)
            self._note_weight(_plain(text).strip(), weight, is_right=is_right)
            choices.append(ImportedChoice(_plain(text).strip(), is_right, _plain(feedback).strip()))
        if not any(choice.is_right for choice in choices):
            self.diagnostics.warning(
                self.item.line,
                f"{_subject(asked)} tidak punya jawaban benar.",
                "Tandai jawaban yang benar dengan [x] pada hasilnya.",
                "import-no-key",
            )
        return tuple(choices)

    def _note_weight(self, text: str, weight: float | None, *, is_right: bool) -> None:
        if weight is None or weight == 100 or (weight == 0 and not is_right):
            return
        verdict = "benar" if is_right else "salah"
        self.diagnostics.warning(
            self.item.line,
            f'Bobot {weight:g}% pada "{text[:40]}" hilang; pilihan ini menjadi {verdict}.',
            "Di sini soal dinilai benar hanya bila semua pilihannya tepat; periksa tandanya.",
            "import-weight",
        )


def _truth_choices(match: re.Match[str]) -> tuple[ImportedChoice, ...]:
    """Benar and Salah; the first feedback is for whoever chose wrongly."""
    is_true = match["truth"].startswith("T")
    told = [*(match["feedback"] or "").removeprefix("#").split("#"), ""]
    wrong, right = (_plain(text).strip() for text in told[:2])
    return (
        ImportedChoice("Benar", is_true, right if is_true else wrong),
        ImportedChoice("Salah", not is_true, wrong if is_true else right),
    )


def _foreign_kind(body: str) -> str | None:
    """The name of a kind that we do not have, or None for choices."""
    if not body:
        return "esai"
    if body.startswith("#"):
        return "angka (numerical)"
    answers = list(ANSWER.finditer(body))
    if not answers:
        return "isian"
    if all(answer["sign"] == "=" and "->" in answer["text"] for answer in answers):
        return "menjodohkan (matching)"
    if all(answer["sign"] == "=" for answer in answers):
        return "isian singkat (short answer)"
    return None


def _subject(asked: str) -> str:
    words = " ".join(_plain(asked).split())
    return f'Soal "{words[:40]}"'


def _plain(text: str) -> str:
    return STAND_IN.sub(lambda match: MEANT[match[0]], text)
