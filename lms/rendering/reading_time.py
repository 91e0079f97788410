"""Counts the words of a Markdown text and the minutes it takes."""

import re

WORDS_A_MINUTE = 200
MINUTES_A_CHECK = 2
UNREAD = re.compile(
    r"<!--[\s\S]*?-->|^[ \t]*(?:```|~~~).*$|!\[[^\]\n]{0,500}(?=\]\()|\]\([^)\n]{0,500}\)"
    r"|^\[[^\]\n]+\]:.*$",
    re.MULTILINE,
)
WORD = re.compile(r"[^\W_](?:[\w/.,’'-]*[^\W_])?")


def count_words(text: str) -> int:
    """How many words a reader sees: no addresses, descriptions of pictures, or notation."""
    return sum(1 for _ in WORD.finditer(UNREAD.sub(" ", text)))


def reading_minutes(word_count: int, check_count: int) -> int:
    """Minutes for a chapter: 200 words a minute and two minutes a small question, at least one."""
    return max(1, round(word_count / WORDS_A_MINUTE + check_count * MINUTES_A_CHECK))
