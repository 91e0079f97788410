"""Drawing a quiz: which questions, in which order, and the order of their choices."""

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from lms.learning.balancing import balance
from lms.learning.models import FrozenQuestion
from lms.learning.rules import choice_order
from lms.pocketbooks.question_bank import BankItem


def draw(
    bank: Sequence[BankItem], draw_count: int, seen: frozenset[int], random: Random
) -> list[FrozenQuestion]:
    """Draw a quiz from a bank, stratified over objectives and chapters, and shuffle everything.

    Every objective and every chapter gets its share. Questions in `seen` come only where these
    shares leave no others. Where no question names an objective, all are of one, which has its
    share with any draw: it is by chapter alone.
    """
    shuffled = random.sample(bank, len(bank))
    taken = balance(
        [((item.objective, item.chapter_number), item.question_id in seen) for item in shuffled],
        draw_count,
    )
    drawn = [shuffled[index] for index in sorted(taken)]
    _part_families(drawn, [item for index, item in enumerate(shuffled) if index not in taken], seen)
    random.shuffle(drawn)
    return [
        FrozenQuestion(
            question_id=item.question_id,
            chapter=item.chapter_number,
            order=choice_order(
                random.sample(range(item.choice_count), item.choice_count),
                keeps_order=item.keeps_order,
                pinned_last=item.pinned_last,
            ),
        )
        for item in drawn
    ]


def _part_families(drawn: list[BankItem], others: Iterable[BankItem], seen: frozenset[int]) -> None:
    """Exchange a question for one of its kind where another with its very choices is drawn.

    Side by side they could be compared, and what is right for one is often wrong for the other.
    """
    families = Counter(item.family for item in drawn)
    for other in others:
        if families[other.family]:
            continue
        for place, item in enumerate(drawn):
            if families[item.family] > 1 and _kind(item, seen) == _kind(other, seen):
                families[item.family] -= 1
                families[other.family] += 1
                drawn[place] = other
                break


def _kind(item: BankItem, seen: frozenset[int]) -> tuple[int | None, int, bool]:
    return item.objective, item.chapter_number, item.question_id in seen
