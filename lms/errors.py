"""The four families of refusal, and the mark for sentences that are translated at the edge."""

from dataclasses import dataclass, field
from typing import Any


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark an Indonesian sentence for the catalogue; returned as it is."""
    return sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """An Indonesian sentence marked with `N_`, and what fills its `%(name)s` placeholders.

    The two stay apart until the edge has translated the sentence.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The Indonesian sentence, filled in."""
        return self.text % self.values if self.values else self.text


class Refusal(Exception):
    """Something was asked that cannot be done; `sentence` tells the person why.

    Nothing in it is secret: it is shown to whoever asked.
    """

    def __init__(self, text: str, **values: Any) -> None:
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))


class NotFound(Refusal):
    """There is no such thing, or none that the asker may know of."""


class NotAllowed(Refusal):
    """The asker's role does not cover this."""


class Conflict(Refusal):
    """It was right to ask, but the state of things does not allow it now."""


class Invalid(Refusal):
    """One field of what was typed cannot be read; `field` names it, `sentence` says how to mend."""

    def __init__(self, field: str, text: str, **values: Any) -> None:
        self.field = field
        super().__init__(text, **values)
