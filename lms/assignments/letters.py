"""The mail about assignments: one for all that there is to tell."""

from collections.abc import Sequence
from datetime import datetime

from lms.assignments.rules import Duty, News, days_in_words
from lms.days import local_day, write_day
from lms.letters import Letter

WHY = "Surel ini dikirim karena instansi Anda menugaskan buku saku kepada Anda."


def reminder_letter(
    told: Sequence[tuple[News, Duty]],
    *,
    name: str,
    learning: str,
    activation: str,
    stop_url: str,
    now: datetime,
) -> Letter:
    """What a person is told of their assignments, the soonest due first.

    `learning` is the page on which they go on; `activation` the one for a first password, or "".
    """
    parts = [_line(news, duty, now=now) for news, duty in told]
    if any(news is not News.WITHDRAWN for news, _ in told):
        parts.append(f"Semua penugasan Anda, dengan tempat Anda berhenti membaca:\n{learning}")
        if activation:
            parts.append(f"Belum punya kata sandi? Buatlah di sini:\n{activation}")
    return Letter(
        subject=_subject(told),
        parts=tuple(parts),
        why=WHY,
        way_out=f"Tidak ingin surel tentang penugasan? Berhenti di sini:\n{stop_url}",
        name=name,
        stop_url=stop_url,
        time_zone=told[0][1].time_zone,
    )


def _subject(told: Sequence[tuple[News, Duty]]) -> str:
    if len(told) > 1:
        return f"{len(told)} penugasan buku saku Anda"
    ((news, duty),) = told
    title = duty.title if len(duty.title) <= 100 else f"{duty.title[:99]}…"
    if news is News.WITHDRAWN:
        return f"Penugasan ditarik: {title}"
    return f"Penugasan sampai {write_day(duty.due_on)}: {title}"


def _line(news: News, duty: Duty, *, now: datetime) -> str:
    today = local_day(now, duty.time_zone)
    due = f"{write_day(duty.due_on)} ({days_in_words(duty.due_on, today)})"
    match news:
        case News.WITHDRAWN:
            return f'"{duty.title}" tidak lagi ditugaskan kepada Anda.'
        case News.MOVED:
            return f'Tenggat "{duty.title}" diubah menjadi {due}.'
        case News.LATE:
            return f'"{duty.title}" belum Anda selesaikan. Tenggatnya {due}.'
        case News.SOON:
            return f'"{duty.title}" ditunggu sampai {due}.'
    words = f'\nPesan pengelola kepegawaian: "{duty.words}"' if duty.words else ""
    return f'Instansi Anda menugaskan "{duty.title}" kepada Anda, sampai {due}.{words}'
