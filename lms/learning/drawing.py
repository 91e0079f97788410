"""Drawing a quiz: which questions, in which order, and the order of their choices."""

from collections.abc import Sequence
from random import Random

from lms.learning.models import FrozenQuestion
from lms.learning.rules import choice_order, quotas
from lms.pocketbooks.question_bank import BankItem


def draw(
    bank: Sequence[BankItem], draw_count: int, seen: frozenset[int], random: Random
) -> list[FrozenQuestion]:
    """Draw a quiz from a bank, stratified over the chapters, and shuffle everything.

    Questions in `seen` come only where a chapter has no others left.
    """
    by_chapter: dict[int, list[BankItem]] = {}
    for item in bank:
        by_chapter.setdefault(item.chapter_number, []).append(item)
    drawn: list[FrozenQuestion] = []
    shares = quotas({chapter: len(items) for chapter, items in by_chapter.items()}, draw_count)
    for chapter, items in by_chapter.items():
        pool = random.sample(items, len(items))
        pool.sort(key=lambda item: item.question_id in seen)
        for item in pool[: shares[chapter]]:
            order = choice_order(
                random.sample(range(item.choice_count), item.choice_count),
                keeps_order=item.keeps_order,
                pinned_last=item.pinned_last,
            )
            drawn.append(FrozenQuestion(question_id=item.question_id, chapter=chapter, order=order))
    random.shuffle(drawn)
    return drawn
