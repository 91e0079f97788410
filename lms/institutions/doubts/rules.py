"""Who may answer a doubt, and what its texts need; from values."""

from lms.institutions.doubts.errors import EvidenceNeeded, OwnConfirmation, WordsNeeded
from lms.institutions.doubts.models import DoubtAnswer

SHORTEST, LONGEST = 10, 500


def read_words(text: str) -> str:
    """Why somebody doubts, as it is kept; raises WordsNeeded."""
    words = _tidy(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise WordsNeeded
    return words


def read_evidence(text: str) -> str:
    """On what an answer rests, as it is kept; raises EvidenceNeeded."""
    evidence = _tidy(text)
    if not SHORTEST <= len(evidence) <= LONGEST:
        raise EvidenceNeeded
    return evidence


def may_answer(answer: DoubtAnswer, answerer_id: int | None, confirmer_id: int | None) -> bool:
    """Whether somebody may say this of a confirmation: nobody upholds one of their own.

    That they were wrong they may say.
    """
    return answer is DoubtAnswer.WITHDRAWN or answerer_id is None or answerer_id != confirmer_id


def require_another(answer: DoubtAnswer, answerer_id: int | None, confirmer_id: int | None) -> None:
    """Raise OwnConfirmation where it is the answerer's own."""
    if not may_answer(answer, answerer_id, confirmer_id):
        raise OwnConfirmation


def _tidy(text: str) -> str:
    return " ".join(text.split())
