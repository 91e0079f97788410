"""Tells the lines of a question apart that are choices, or that were meant to be.

A choice has a bullet and a box. What only looks like one is never taken for text: it would stand
in the question, key and all, where nobody can choose it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.rendering.lines import ITEM_MARK, QUOTE, RULE, SPACES, Line, width_of

TICKS = "xXvV✓✔√"
CHOICE = re.compile(
    rf"(?P<indent>{SPACES}*)(?P<mark>{ITEM_MARK}){SPACES}*"
    rf"\\?\[{SPACES}*(?P<tick>[{TICKS}]?)\ufe0f?{SPACES}*\\?\](?![(\[]){SPACES}*(?P<text>.*)"
)
# Bullets of Word (the private ones are Wingdings), of chats and of phones.
OTHER_BULLETS = "[\uf0a7\uf0b7\uf0d8\uf0fc\uf076○◯◆◇■➢➤❖✦✧]\ufe0f?"
MARK = rf"(?:{ITEM_MARK}|{OTHER_BULLETS})"
SQUARE = (
    r"[\[\uff3b\u3010\u3014{\uff5b][ \t\u00a0]*(?P<square>\w{1,2}|[^\w\s()\[\]{}^]{1,3}|)"
    r"[ \t\u00a0]*\\?[\]\uff3d\u3011\u3015}\uff5d]"
)
ROUND = r"[(\uff08][ \t\u00a0]*(?P<round>[xXvVoO*+✓✔√✅☑✗✘×●•○-]?)\ufe0f?[ \t\u00a0]*[)\uff09]"
SYMBOL = r"(?P<symbol>[☐☑☒✓✔✗✘✅❌❎⬜⬛□▢◉◯○⚪🔘🔲🔳])\ufe0f?"
WORD_BOX = (
    r"\[[ \t]*(?P<word>(?i:benar|salah|betul|ya|tidak|kunci|jawaban|ok|oke|yes|no|true|false))"
    r"[ \t]*\]"
)
BOX = rf"\\?(?:{SQUARE}|{ROUND}|{SYMBOL}|{WORD_BOX})"
UNTICKED = frozenset([*"☐⬜□▢○◯⚪🔲-_.~abcdefgho0123456789", "salah", "tidak", "no", "false"])
BEFORE_BOX = rf"(?:{MARK}|[a-hA-H][.)]|[-–—~=*+]{{2,3}}|[~=]|[-=]>)"
WITH_BOX = re.compile(
    rf"(?P<indent>{SPACES}*)(?P<mark>{BEFORE_BOX}?){SPACES}*{BOX}(?![(\[:]){SPACES}*(?P<text>.*)"
)
HALF_BOX = re.compile(
    rf"(?P<indent>{SPACES}*){MARK}{SPACES}*\[?{SPACES}?(?P<tick>[{TICKS}]?)\]?"
    rf"(?<=[\[\]{TICKS}]){SPACES}+(?P<text>.*)"
)
ITEM = re.compile(rf"(?P<indent>{SPACES}*){MARK}{SPACES}+(?P<text>.*)")
CLOSE_ITEM = re.compile(rf"(?P<indent>{SPACES}*)[-•·‣◦▪●–—➢](?=[^\W\d_])(?P<text>.*)")
LETTERED = re.compile(
    rf"(?P<indent>{SPACES}*)[*_]{{0,2}}(?:[(\[](?P<enclosed>[a-hA-H])[)\]]"
    rf"|(?P<letter>[a-hA-H]|i{{1,3}}|iv|v)(?P<sign>[.)\]]))[.:]?[*_]{{0,2}}{SPACES}+(?P<text>\S.*)"
)
ANSWER_LINE = re.compile(
    rf"{SPACES}*(?:>{SPACES}*)?[*_]{{0,2}}"
    r"(?:kunci(?: jawaban)?|jawaban(?: (?:yang )?benar)?|answer)"
    rf"[*_]{{0,2}}{SPACES}*(?:[:=]|adalah|ialah){SPACES}*[*_]{{0,2}}{SPACES}*(?P<letters>[a-hA-H1-8]"
    rf"(?:{SPACES}*(?:,|/|&|dan){SPACES}*[a-hA-H1-8])*)[*_.)]{{0,3}}(?:{SPACES}.*)?",
    re.IGNORECASE,
)
KEY_WORDS = r"(?:kunci(?: jawaban)?|jawaban(?: (?:yang )?(?:benar|tepat))?|answer)"
KEY_LINE = re.compile(
    rf"{SPACES}*(?:>{SPACES}*)?(?:{ITEM_MARK}{SPACES}+)?[(\[*_]{{0,4}}"
    rf"(?:{KEY_WORDS}(?:nya)?[*_]{{0,2}}{SPACES}*[:=]"
    rf"|jawaban(?:nya)? yang (?:benar|tepat)[*_]{{0,2}}{SPACES}*(?:adalah|ialah))"
    rf"[*_]{{0,2}}{SPACES}*[*_]{{0,2}}[^\s*_.…:?].*",
    re.IGNORECASE,
)
KEY_WITHIN = re.compile(
    rf"[(\[]{SPACES}*[*_]{{0,2}}(?:{KEY_WORDS}|pembahasan|sumber)[*_]{{0,2}}{SPACES}*[:=]"
    rf"{SPACES}*[^\s.…_?]",
    re.IGNORECASE,
)
KEY_BEHIND = re.compile(
    rf"(?:^|[?!.…:–—-]){SPACES}*[*_]{{0,2}}(?:{KEY_WORDS}|pembahasan|sumber)[*_]{{0,2}}{SPACES}*"
    rf"[:=]{SPACES}*[^\s.…_?]",
    re.IGNORECASE,
)
VERDICT = (
    r"(?:tepat|benar|betul|salah|keliru|(?:kurang|belum|tidak) (?:tepat|benar)"
    r"|jawaban (?:yang )?(?:benar|tepat|salah|keliru))"
)
VERDICT_OR_KEY = rf"(?:{VERDICT}|kunci(?: jawaban)?|jawaban)"
MARK_OF_VERDICT = r"[✓✔✅☑✗✘❌❎]\ufe0f?"
VERDICT_BEHIND = re.compile(
    rf"\S\s*(?:[(\[]\s*{VERDICT_OR_KEY}\s*[.!]?\s*[)\]]|(?:-{{1,2}}>|=>|[→⇒])\s*{VERDICT_OR_KEY}"
    rf"|\s[–—-]{{1,2}}\s*{VERDICT_OR_KEY}|{MARK_OF_VERDICT}|<-+|←)[*_\s.!]*$",
    re.IGNORECASE,
)
VERDICT_AHEAD = re.compile(
    rf"\s*(?:[(\[]\s*{VERDICT_OR_KEY}\s*[)\]]|{MARK_OF_VERDICT})\s*\S", re.IGNORECASE
)
ALL_BOLD = re.compile(r"\s*(\*\*\*?|___?)(?!\s)[^*_]+\1[.!]?\s*")
STRAY_BOX = re.compile(rf"(?<![\w\\\]])\[{SPACES}?[{TICKS} ]?{SPACES}?\](?![(\[:\w])")
FEEDBACK_WORDS = re.compile(
    r"\s*(?:[→»\u203a\uff1e⇒]|&gt;|[-=]>"
    r"|(?:umpan balik|feedback|alasan(?:nya)?|penjelasan|catatan)\s*:"
    rf"|\(?{VERDICT}\s*(?:[.,:;!)–—-]|$)"
    rf"|(?=(?-i:[A-Z]))(?:(?:(?:pilihan|jawaban|opsi|langkah|cara|sikap|tindakan) )?"
    rf"(?:ini|itu|tersebut) (?:adalah )?)?{VERDICT}(?!-| satu\b| paham\b)\b"
    r"(?:\s+(?:karena|sebab|bila|jika|sekali|menurut|walau|meski)\b|[.,:;!])"
    rf"|(?=(?-i:[A-Z]))(?:pilihan|jawaban|opsi) (?:ini|itu|tersebut) (?:adalah )?{VERDICT}\b)",
    re.IGNORECASE,
)
REFERS = re.compile(r"\b(?:ayat|pasal|huruf|angka|butir|nomor|dan|atau|poin)$|,$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A line that was meant as a choice; `box` is its bullet and box as written, if it has one."""

    indent: int
    text: str
    has_mark: bool
    box: str | None = None
    is_ticked: bool = False


def find_lookalike(lines: Sequence[Line], index: int) -> Lookalike | None:
    """What a line that is no choice was meant to be, if it was meant to be one."""
    line = lines[index]
    if line.is_code or line.is_blank or line.heading or RULE.fullmatch(line.text):
        return None
    if CHOICE.fullmatch(line.text) or QUOTE.fullmatch(line.text):
        return None
    if match := WITH_BOX.fullmatch(line.text):
        sign = next((match[n] for n in ("square", "round", "symbol", "word") if match[n]), "")
        box = line.text[: match.start("text")].strip()
        is_ticked = bool(sign) and sign.casefold() not in UNTICKED
        has_mark = bool(match["mark"])
        return Lookalike(width_of(match["indent"]), match["text"], has_mark, box, is_ticked)
    if match := HALF_BOX.fullmatch(line.text):
        box = line.text[: match.start("text")].strip()
        return Lookalike(
            width_of(match["indent"]),
            match["text"],
            has_mark=True,
            box=box,
            is_ticked=bool(match["tick"]),
        )
    match = ITEM.fullmatch(line.text) or CLOSE_ITEM.fullmatch(line.text)
    if match is None and not _continues_reference(lines, index):
        match = LETTERED.fullmatch(line.text)
        if match is not None and not _is_in_sequence(match, lines, index):
            match = None
    return Lookalike(width_of(match["indent"]), match["text"], has_mark=True) if match else None


def _continues_reference(lines: Sequence[Line], index: int) -> bool:
    """Whether the line before breaks off inside a reference: "Pasal 3 huruf" and then "a. …"."""
    before = lines[index - 1] if index else None
    return before is not None and REFERS.search(before.text) is not None


def _is_in_sequence(match: re.Match[str], lines: Sequence[Line], index: int) -> bool:
    """Whether a letter counts choices; alone, "A. Rahman" is a name."""
    letter = match["letter"] or match["enclosed"]
    if letter.islower() or match["sign"] != ".":
        return True
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    if CHOICE.fullmatch(following) or QUOTE.fullmatch(following):
        return True
    neighbours = {chr(ord(letter) - 1), chr(ord(letter) + 1)}
    return any(
        (other := LETTERED.fullmatch(line.text))
        and (other["letter"] or other["enclosed"]) in neighbours
        for line in [*lines[max(0, index - 12) : index], *lines[index + 1 : index + 13]]
    )


def gives_verdict(text: str) -> bool:
    """Whether a choice says itself that it is right or wrong: by a word, a tick or an asterisk."""
    words = text.strip()
    has_star = words.count("*") == 1 and (words[-1] == "*" or words[0] == "*")
    return bool(has_star or VERDICT_BEHIND.search(text) or VERDICT_AHEAD.match(text))


def has_choices(lines: Sequence[Line], start: int) -> bool:
    """Whether choices stand between a place and the next heading."""
    for index in range(start, len(lines)):
        line = lines[index]
        if line.heading is not None:
            return False
        if not line.is_code and CHOICE.fullmatch(line.text):
            return True
    return False
