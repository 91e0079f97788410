"""When somebody is reminded of what."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.assignments.letters import reminder_letter
from lms.assignments.rules import (
    CEILING_SPAN,
    Duty,
    News,
    Stage,
    day_of,
    days_in_words,
    next_moment,
    stage_on,
    take_turn,
    wait,
)

DUE = date(2026, 6, 30)  # a Tuesday
DUTY = Duty(
    assignment_id=7,
    title="Nilai Dasar HAM",
    words="Demi akreditasi.",
    due_on=DUE,
    told_due_on=None,
    stage=0,
    is_open=True,
    is_withdrawn=False,
    time_zone="Asia/Jakarta",
)


def at(day: date, hour: int, zone: str = "Asia/Jakarta") -> datetime:
    """A moment by a zone's clock."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def told_over_time(duty: Duty, begin: datetime, days: int) -> list[tuple[date, News]]:
    """What is told from a moment on, if nobody else writes and it is never finished."""
    told, moment = [], begin
    while True:
        turn = take_turn(duty, now=moment)
        if turn.news is not None:
            local = moment.astimezone(ZoneInfo(duty.time_zone))
            assert 7 <= local.hour < 17
            told.append((local.date(), turn.news))
        duty = replace(duty, stage=turn.stage, told_due_on=turn.told_due_on)
        if turn.remind_at is None or turn.remind_at > begin + timedelta(days=days):
            return told
        assert turn.remind_at >= moment
        moment = turn.remind_at


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
@pytest.mark.parametrize("hour", [0, 6, 12, 18, 23])
def test_a_duty_is_told_when_it_begins_twice_before_and_three_times_after(
    zone: str, hour: int
) -> None:
    begin = at(date(2026, 6, 2), hour, zone)
    told = told_over_time(replace(DUTY, time_zone=zone), begin, 60)
    first = date(2026, 6, 3) if hour >= 17 else date(2026, 6, 2)
    assert told == [
        (first, News.ASSIGNED),
        (date(2026, 6, 23), News.SOON),
        (date(2026, 6, 29), News.SOON),
        (date(2026, 7, 1), News.LATE),
        (date(2026, 7, 8), News.LATE),
        (date(2026, 7, 15), News.LATE),
    ]


def test_a_reminder_before_the_day_that_falls_on_a_sunday_comes_on_saturday() -> None:
    monday = date(2026, 6, 29)
    assert day_of(Stage.DAY_BEFORE, monday) == date(2026, 6, 27)
    saturday = date(2026, 6, 27)
    told = told_over_time(replace(DUTY, due_on=saturday), at(date(2026, 6, 26), 9), 30)
    assert told[1][0] == date(2026, 6, 29)  # the day after was a Sunday


def test_what_is_assigned_shortly_before_its_day_is_told_once_and_not_twice() -> None:
    told = told_over_time(DUTY, at(date(2026, 6, 26), 9), 6)
    assert told == [
        (date(2026, 6, 26), News.ASSIGNED),
        (date(2026, 6, 29), News.SOON),
        (date(2026, 7, 1), News.LATE),
    ]


def test_a_moved_day_is_told_and_its_reminders_come_anew() -> None:
    duty = replace(DUTY, told_due_on=DUE, stage=Stage.DAY_AFTER, due_on=date(2026, 7, 31))
    turn = take_turn(duty, now=at(date(2026, 7, 2), 9))
    assert (turn.news, turn.stage) == (News.MOVED, Stage.ASSIGNED)
    assert turn.remind_at == at(date(2026, 7, 24), 7)


def test_what_is_withdrawn_is_told_to_who_was_told_of_it_and_then_never_again() -> None:
    withdrawn = replace(DUTY, is_open=False, is_withdrawn=True)
    assert take_turn(withdrawn, now=at(DUE, 9)).news is None
    turn = take_turn(replace(withdrawn, told_due_on=DUE), now=at(DUE, 9))
    assert (turn.news, turn.remind_at) == (News.WITHDRAWN, None)


def test_what_is_finished_is_told_no_more() -> None:
    turn = take_turn(replace(DUTY, is_open=False), now=at(DUE, 9))
    assert (turn.news, turn.remind_at) == (None, None)


def test_at_night_nothing_is_told_and_nothing_lost() -> None:
    turn = take_turn(DUTY, now=at(date(2026, 6, 2), 22))
    assert turn.news is None
    assert turn.told_due_on is None
    assert turn.remind_at == at(date(2026, 6, 3), 7)


def test_who_was_written_often_enough_waits_until_a_week_after_the_first() -> None:
    now = at(date(2026, 6, 10), 9)
    written = [now - timedelta(days=1), now - timedelta(days=6)]
    turn = wait(DUTY, written, now=now)
    assert turn.remind_at == min(written) + CEILING_SPAN
    assert (turn.news, turn.told_due_on) == (None, None)


def test_the_last_reminder_is_the_last() -> None:
    assert next_moment(Stage.LAST, DUE, "Asia/Jakarta", now=at(DUE, 9)) is None
    assert stage_on(DUE, DUE + timedelta(days=400)) is Stage.LAST


@pytest.mark.parametrize(
    ("days", "words"),
    [(7, "7 hari lagi"), (1, "besok"), (0, "hari ini"), (-3, "lewat 3 hari")],
)
def test_a_due_date_is_told_in_days(days: int, words: str) -> None:
    assert days_in_words(DUE, DUE - timedelta(days=days)) == words


def test_one_letter_tells_of_several_with_the_reason_and_the_way_out() -> None:
    late = replace(DUTY, title="Layanan Setara", due_on=date(2026, 6, 1))
    letter = reminder_letter(
        [(News.LATE, late), (News.ASSIGNED, DUTY)],
        name="Siti, S.H.",
        learning="https://sakuham.example/belajar",
        activation="",
        stop_url="https://sakuham.example/berhenti/x",
        now=at(date(2026, 6, 4), 9),
    )
    assert letter.subject == "2 penugasan buku saku Anda"
    assert '"Layanan Setara" belum Anda selesaikan. Tenggatnya 1 Juni 2026 (lewat 3 hari).' in (
        letter.text
    )
    assert "sampai 30 Juni 2026 (26 hari lagi)" in letter.text
    assert 'Pesan pengelola kepegawaian: "Demi akreditasi."' in letter.text
    assert "karena instansi Anda menugaskan" in letter.text
    assert letter.text.endswith("Berhenti di sini:\nhttps://sakuham.example/berhenti/x\n")
