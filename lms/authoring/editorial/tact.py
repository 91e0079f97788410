"""What lets a bank be passed unread: by tact, by tone, and by what one item tells of another.

In a trial (docs/blind-trial.md) readers who saw nothing but the choices had 98 of 100 items of a
well-made bank right, because one choice was kind and the others were not. What of that can be
computed is told here; whether a bank can really not be passed unread, only a trial shows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lms.authoring.citations import QuestionCitation
from lms.authoring.diagnostics import Diagnostic, Diagnostics, quoted
from lms.authoring.parsing.pointing import plain_words
from lms.authoring.parsing.result import ChoiceSource, ParseResult, QuestionSource
from lms.authoring.regulations import regulations_in

REASON: Final = re.compile(r",?\s\b(?:karena|sebab|supaya|agar|sehingga|lantaran)\b")
"""What a reason begins with: a choice that proves itself, or that defeats itself."""
CRUDE: Final = re.compile(
    r"\b(?:(?:mem)?bentak|(?:me)?nertawakan|(?:meng)?abaikan|(?:me)?marahi|(?:memp|dip)ermalukan"
    r"|(?:meng|di)usir|(?:me|di)remehkan|(?:meng|di)hina|(?:meng)?gunjing(?:kan)?|(?:meng)?ejek"
    r"|(?:me)?nakut-nakuti|(?:meng)?ancam|(?:mem|di)bungkam|(?:me)?nyalahkan|(?:me)?ngolok-olok"
    r"|masa bodoh|acuh tak acuh|diam saja|pura-pura)\b"
)
"""What nobody would say aloud to do: a choice that only shame keeps one from. Passive forms are
few: they mostly tell what was done to somebody, and no choice."""
DEFEATS_ITSELF: Final = re.compile(
    r"\b(?:asalkan|sendiri saja|seluruh|meski(?:pun)?|bila (?:masih )?sempat|diam-diam)\b"
    r"|(?<!atasan )(?<!tidak )\blangsung\b"
)
"""What makes a choice too much or too little, so that it is seen to be wrong by its words."""
RULE_IN_STEM: Final = re.compile(r"\bpadahal\b")
KIND: Final = re.compile(
    r"\b(?:(?:me)?nanyakan|(?:men)?dengarkan|(?:me)?nawarkan|(?:meng)?hormati|(?:men)?jelaskan"
    r"|(?:me)?nemani|(?:men|di)?dampingi|pendamping\w*|(?:mem)?bantu|(?:me)?nyapa|mempersilakan|silakan"
    r"|(?:meng)?ajak|(?:mem|di)?beri(?:kan)? (?:pilihan|waktu|tahu|kesempatan|dukungan)"
    r"|(?:men|di)?jaga|terima kasih|bukan salah|pelan|tenang|ramah|sopan|empat mata|berdua|nyaman"
    r"|aman|rahasia\w*|kerahasiaan|izin\w*|persetujuan|keinginan\w*|kehendak\w*|kebutuhan\w*"
    r"|dukungan|pilihannya|bersama\w*)\b"
)
"""What a kind and careful person does: no fault of one item, but a rule to pass by where it is the
key of most."""
UNKIND: Final = re.compile(
    r"\b(?:(?:me|di)?nunggu\w*|tunda|(?:me|di)nunda|(?:me)?nyuruh|(?:me|di)?nolak|(?:me)?nyebar\w*"
    r"|(?:me)?nyalin|keluarga|suami\w*|semua orang|kecuali|asalkan|seluruh|sendiri|dahulu|saja"
    r"|kembali|hanya|tanpa|belum|(?:me)?lewatkan|(?:mem)?biarkan|(?:me)?negur|(?:men)?datangi)\b"
)
ASKS: Final = re.compile(r"\b(?:(?:me|di)?(?:nanyakan|tanyakan)|bertanya)\b")
WISHES: Final = re.compile(r"\b(?:ingin|keinginan|kehendak|mau|memilih|pilihan)")
PRACTICE: Final = re.compile(r"\bpraktik baik\b|\bbab\b", re.IGNORECASE)
CONTENT: Final = re.compile(r"[^\W\d_]{4,}")

SHARE_LEAST: Final = 8
KINDEST_SHARE: Final = 0.35
WISHES_SHARE: Final = 1 / 6
CUE_LEAST_WORDS: Final = 4


def check_tact(result: ParseResult, sources: Sequence[QuestionCitation]) -> list[Diagnostic]:
    """What gives the final bank away to whoever has not read the book, each at its line."""
    bank = [question for chapter in result.chapters for question in chapter.bank]
    found: list[Diagnostic] = []
    for question in bank:
        diagnostics = Diagnostics(result.tree.path_of(question.path))
        _check_stem(question, diagnostics)
        for choice in question.choices:
            _check_choice(question, choice, diagnostics)
        found.extend(diagnostics.entries)
    found.extend(_check_cues(result, bank))
    found.extend(_check_practice(result, bank, sources))
    for rule in _RULES:
        found.extend(_check_share(result, bank, rule))
    return found


def _check_stem(question: QuestionSource, diagnostics: Diagnostics) -> None:
    if RULE_IN_STEM.search(plain_words(f"{question.stem} {question.body}")):
        diagnostics.warning(
            question.line,
            f'{quoted(question.first_words)}: "padahal" mengatakan aturannya di dalam pertanyaan.',
            "Tulis kejadiannya saja; biarkan pembaca yang mengenali aturannya.",
            "rule-in-stem",
        )


def _check_choice(question: QuestionSource, choice: ChoiceSource, diagnostics: Diagnostics) -> None:
    words = plain_words(choice.text)
    subject = quoted(question.first_words)
    if found := REASON.search(words):
        diagnostics.warning(
            choice.line,
            f'{subject}: pilihan ini membawa alasannya sendiri ("{found[0].strip(", ")} …").',
            "Pindahkan alasannya ke umpan balik.",
            "reason-in-choice",
        )
    if found := CRUDE.search(words):
        diagnostics.warning(
            choice.line,
            f'{subject}: "{found[0]}" membuat pilihan ini gugur karena sopan santun.',
            "Tulis yang akan dilakukan rekan yang baik dan berpengalaman.",
            "crude-choice",
        )
    if found := DEFEATS_ITSELF.search(words):
        diagnostics.warning(
            choice.line,
            f'{subject}: "{found[0]}" membuat pilihan ini terlihat berlebihan atau kurang.',
            "Hapus katanya, atau ganti pilihannya.",
            "self-defeating-choice",
        )


def _check_cues(result: ParseResult, bank: Sequence[QuestionSource]) -> Iterator[Diagnostic]:
    """No item's question tells another's key; told at the one that tells."""
    keys = [(item, _content(item.choices[index].text)) for item in bank for index in item.right]
    for question in bank:
        asked = set(_content(f"{question.stem} {question.body}"))
        told = (
            item
            for item, key in keys
            if item is not question and len(key) >= CUE_LEAST_WORDS and asked.issuperset(key)
        )
        for item in islice(told, 1):
            diagnostics = Diagnostics(result.tree.path_of(question.path))
            diagnostics.warning(
                question.line,
                f"{quoted(question.first_words)}: pertanyaan ini memuat kunci soal di "
                f"{item.path} baris {item.line}.",
                "Ubah salah satunya, supaya soal yang satu tidak membuka soal yang lain.",
                "cue-for-another",
            )
            yield from diagnostics.entries


def _content(text: str) -> list[str]:
    """The words of a text that carry its meaning, each once."""
    return list(dict.fromkeys(CONTENT.findall(plain_words(text))))


def _check_practice(
    result: ParseResult, bank: Sequence[QuestionSource], sources: Sequence[QuestionCitation]
) -> Iterator[Diagnostic]:
    """What decides about a certificate rests on more than what the book says itself."""
    for question in bank:
        text = question.source or ""
        if any(regulations_in(text)) or not PRACTICE.search(text):
            continue
        lines = (each.line for each in sources if each.file_name == question.path)
        diagnostics = Diagnostics(result.tree.path_of(question.path))
        diagnostics.warning(
            next((line for line in lines if line > question.line), question.line),
            "Sumber soal kuis ini hanya buku ini sendiri atau praktik baik.",
            "Sandarkan pada peraturan atau laman resmi, atau jadikan soal latihan.",
            "source-only-practice",
        )
        yield from diagnostics.entries


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule to pass by: how often it meets an item's key, and how often it may meet a bank's."""

    meets: Callable[[QuestionSource], float]
    share: float
    what: str
    remedy: str
    code: str


def _meets_kindest(question: QuestionSource) -> float:
    """How often somebody has the item right who always takes the kindest choice."""
    scores = [
        len(KIND.findall(words)) - len(UNKIND.findall(words))
        for words in (plain_words(choice.text) for choice in question.choices)
    ]
    best = [index for index, score in enumerate(scores) if score == max(scores)]
    return len({*best} & {*question.right}) / len(best)


def _asks_for_wishes(question: QuestionSource) -> float:
    """Whether the key is to ask what somebody wants."""
    keys = (plain_words(question.choices[index].text) for index in question.right)
    # One after the other: one pattern for both would try each asking with all that follows it.
    return any((asked := ASKS.search(key)) and WISHES.search(key, asked.end()) for key in keys)


_RULES: Final = (
    _Rule(
        _meets_kindest,
        KINDEST_SHARE,
        "pilihan yang paling ramah adalah kuncinya",
        "Beri pilihan lain keramahan yang sama, atau tanyakan batas, urutan, atau peran.",
        "kindest-too-often",
    ),
    _Rule(
        _asks_for_wishes,
        WISHES_SHARE,
        "menanyakan kehendak adalah kuncinya",
        "Tulis soal yang kuncinya lain: bahaya, anak, kewajiban atasan, tenggat.",
        "asking-too-often",
    ),
)


def _check_share(
    result: ParseResult, bank: Sequence[QuestionSource], rule: _Rule
) -> Iterator[Diagnostic]:
    met = [(question, rule.meets(question)) for question in bank if question.right]
    share = sum(chance for _, chance in met) / max(len(met), 1)
    if len(met) < SHARE_LEAST or share <= rule.share:
        return
    for question, chance in met:
        if chance < 1:
            continue
        diagnostics = Diagnostics(result.tree.path_of(question.path))
        diagnostics.warning(
            question.choices[question.right[0]].line,
            f"{quoted(question.first_words)}: {rule.what}; dengan kaidah itu {share:.0%} bank ini "
            "terjawab tanpa membaca.",
            rule.remedy,
            rule.code,
        )
        yield from diagnostics.entries
