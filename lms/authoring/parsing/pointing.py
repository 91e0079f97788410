"""Recognises choices that speak of other choices: of all of them, or of some by letter or place.

Choices are shuffled for each learner. One that speaks of all the others is shown last; what is
said of some of them would come to mean something else.
"""

import re
from typing import Literal

Pointing = Literal["all", "some"]

NOUN = r"(?:jawaban|pilihan|opsi|butir|poin|pernyataan|hal)(?:nya|-\w+)?"
WHOLE = r"(?:semua(?:nya)?|seluruh(?:nya)?)"
NONE = r"(?:(?:tidak|tak) (?:ada|satu ?pun)(?: satu ?pun)?|bukan (?:salah satu|semua)(?:nya)?)"
JUDGED = r"(?:benar|salah|betul|tepat|sesuai|keliru|di ?atas|tersebut|itu|adalah)"
ALL = re.compile(
    rf"(?:{WHOLE}|{NONE})(?: {NOUN})?(?: (?:yang|dari|di antara))*(?: {NOUN})?(?: (?:yang|dari))?"
    rf"(?: {JUDGED})+|{JUDGED} {WHOLE}|semuanya|(?:{WHOLE}|{NONE}) {NOUN}(?: {JUDGED})*"
    rf"|{NOUN} di ?atas(?: {JUDGED})*(?: {WHOLE})?|{NOUN} {JUDGED} {WHOLE}"
    r"|(?:tidak|tak)(?: ada)? satu ?pun"
    r"|(?:all|none) of the above"
)
COUNTS = {"dua": 2, "tiga": 3, "empat": 4, "lima": 5}
COUNTED = re.compile(
    rf"(?:{JUDGED} )?(?:ke(?P<count>dua|tiga|empat|lima)(?:nya|-\w+nya| {NOUN})"
    rf"|(?P<all>dua|tiga|empat|lima)-(?:dua|tiga|empat|lima)nya)"
    rf"(?: (?:yang|{JUDGED}|{NOUN}))*"
)
SELECTED = re.compile(
    rf"(?:{JUDGED} )?(?:dua|tiga|empat)(?: {NOUN})?(?: yang)? (?:pertama|terakhir|di ?atas)"
    rf"(?: {JUDGED})*"
    r"|(?:hanya |cuma |selain |kecuali |bukan |seperti )*(?:yang (?:tersebut )?)?"
    rf"di ?(?:atas|bawah)(?:nya| ini| itu)?(?: {JUDGED})*(?: saja)?"
    rf"|selain (?:yang )?(?:itu|ini|tersebut)(?:,? {WHOLE})?(?: {JUDGED})*(?: {WHOLE})?"
)
LETTER = r"\(?[a-h]\)?"
DIGIT = r"\(?(?:[1-8]|i{1,3}|iv|v)\)?"
ORDINAL = r"(?:pertama|kedua|ketiga|keempat|kelima|terakhir|sebelumnya)"
MARK = rf"(?:{LETTER}|{DIGIT}|{ORDINAL})"
RANGE = r"(?: ?[–—-] ?| (?:s\.?/?d\.?|sampai(?: dengan)?|hingga) )"
JOIN = rf"(?:,? (?:dan|atau|serta|&) |, ?| ?[/+&] ?|{RANGE})"
POINTED = re.compile(
    rf"(?P<only>(?:(?:hanya|cuma|selain|kecuali|bukan|yang|{WHOLE}|semua kecuali|sama dengan"
    rf"|seperti|lihat|idem|antara) )*)(?P<noun>(?:{NOUN} |huruf |nomor |no\.? )*)"
    rf"(?P<marks>{MARK}(?:{JOIN}(?:{NOUN} )?{MARK})*)"
    rf"(?P<after>(?:,? (?:saja|{WHOLE}|ke(?:dua|tiga)nya|{JUDGED}))*)"
)
STATEMENTS = re.compile(r"\bpernyataan\b|\(\d\)", re.IGNORECASE)
LONGEST = 80
CAPITAL = re.compile(r"\b[A-H]\b")


def plain_words(text: str) -> str:
    """A text to compare by: lower case, without emphasis, quotes and closing punctuation."""
    words = re.sub(r"[*_`\"'“”‘’]", "", text).casefold()
    return " ".join(words.split()).rstrip(" .!?;:,")


def pointing_of(text: str, choice_count: int, asked: str) -> Pointing | None:
    """What a choice says of the other choices, if it says anything of them.

    `asked` is the question with its story: where it numbers statements, or names people by letters,
    a choice may speak of those.
    """
    words = plain_words(text)
    if len(words) > LONGEST:
        return None
    if ALL.fullmatch(words):
        return "all"
    counted = COUNTED.fullmatch(words)
    if counted:
        if COUNTS[counted["count"] or counted["all"]] == choice_count - 1:
            return "all"
        return None if STATEMENTS.search(asked) else "some"
    if SELECTED.fullmatch(words):
        return None if STATEMENTS.search(asked) else "some"
    pointed = POINTED.fullmatch(words)
    return "some" if pointed and _is_of_choices(pointed, asked) else None


def _is_of_choices(pointed: re.Match[str], asked: str) -> bool:
    """Whether marks such as "a dan c" are those of choices."""
    is_range = re.search(RANGE, pointed["marks"]) is not None
    marks = re.findall(
        r"[a-z0-9]+",
        re.sub(rf"{RANGE}|\b(?:dan|atau|serta|{NOUN})\b", " ", pointed["marks"]),
    )
    is_several = len(marks) > 1
    names_choices = re.search("jawaban|pilihan|opsi|huruf", pointed["noun"]) is not None
    if names_choices:
        return True
    if all(re.fullmatch("[a-h]", mark) for mark in marks):
        is_named_before = {mark.upper() for mark in marks} <= set(CAPITAL.findall(asked))
        is_said = bool(is_several or pointed["only"] or pointed["noun"] or pointed["after"])
        return is_said and not is_named_before
    if STATEMENTS.search(asked):
        return False
    if any(re.fullmatch(ORDINAL, mark) for mark in marks):
        return False
    if is_several and "atau" not in pointed["marks"] and not is_range:
        return True
    if re.search(r"nomor|no\b", pointed["noun"]):
        return re.search(r"\b(?:nomor|no)\b", asked.casefold()) is None
    return bool(pointed["noun"] and (is_several or pointed["only"] or pointed["after"]))
