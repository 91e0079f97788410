"""Letters: the one shape of every message that people get by mail.

Who is greeted, what is said, why it comes, and how it is ended. Plain text in Indonesian, which a
telephone shows before anything else of the message.
"""

from dataclasses import dataclass
from typing import Final

ALWAYS: Final = "Surel seperti ini selalu dikirim, karena menyangkut akun atau hasil belajar Anda."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message.

    `parts` are its paragraphs; `why` is the sentence that says why it comes, and `way_out` how it
    is ended, for what is needed the reason why it is not. `name` is greeted where the mailbox is
    known to be the person's.

    A letter with `stop_url` can be ended by the mail program itself: the address takes what
    RFC 8058 has it send. A letter with `time_zone` is sent in the office hours of that zone and
    after all others.
    """

    subject: str
    parts: tuple[str, ...]
    why: str
    way_out: str = ALWAYS
    name: str = ""
    stop_url: str | None = None
    time_zone: str | None = None

    @property
    def text(self) -> str:
        """The message as it is sent."""
        greeting = f"Yth. {self.name}," if self.name else "Yth. Bapak/Ibu,"
        return "\n\n".join((greeting, *self.parts, f"{self.why} {self.way_out}")) + "\n"
