"""Doubts of confirmations on pages: coordinators open them, officers and coordinators answer."""

from dataclasses import replace

import pytest

from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.doubts.errors import NoOverseer
from lms.institutions.doubts.models import ConfirmationDoubt
from lms.institutions.doubts.officer_days import (
    DOUBTING,
    SETTLING,
    OfficerDay,
    doubt_officer_day,
    list_waiting,
    settle_officer_day,
)
from lms.institutions.doubts.queries import count_open_doubts
from lms.jobs.errors import ClaimLost
from lms.jobs.kind import Run
from lms.jobs.service import cancel, enqueue
from lms.mail import list_recent_mail
from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

pytestmark = pytest.mark.both

WHY = {"ground": "mail_domain", "words": "Domain surelnya tidak dikenal kantor itu."}
HERE = "https://sakuham.example/kepegawaian/keraguan"
ANSWER = {"answer": "upheld", "evidence": "SK pengangkatan nomor 12 tahun 2024."}


def confirmed(make: Factory, officer: Person, at: InstitutionRef, count: int = 1) -> list[Person]:
    """People whom an officer has confirmed today."""
    with make.at_once():
        people = [make.learner(at=at, confirmed=False) for _ in range(count)]
    with make.inside():
        for person in people:
            confirm_staff(officer.scope, person.posting_id or 0, now=make.now)
        db.session.commit()
    return people


def day_of(make: Factory, officer: Person, at: InstitutionRef) -> str:
    """The page of those whom an officer confirmed."""
    return f"/koordinator/konfirmasi/{local_day(make.now)}/{officer.id}/{at.id}"


def test_a_doubt_goes_from_the_coordinator_to_the_officer_and_back(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    ratna = make.officer("Ratna", at=ours, password=PASSWORD)
    oki = make.officer("Oki", at=ours)
    (dewi,) = confirmed(make, ratna, ours)
    browser.sign_in(make.coordinator())
    page = browser.post(f"{day_of(make, ratna, ours)}/ragukan", {**WHY, "orang": str(dewi.id)})
    assert "Konfirmasi 1 orang diragukan" in page.text
    assert "diragukan, menunggu jawaban" in page.text
    with make.inside():
        (message,) = list_recent_mail()
    assert (message.recipient, "/kepegawaian/keraguan" in message.body) == (ratna.email, True)
    assert dewi.name not in message.body
    page = browser.get("/koordinator/konfirmasi/keraguan")
    assert dewi.name in page.text
    assert dewi.number not in page.text
    browser.sign_in(ratna)
    page = browser.get("/kepegawaian")
    assert "konfirmasi yang diragukan dan menunggu jawaban" in page.text
    (link,) = {
        each
        for each in browser.get("/kepegawaian/keraguan").links
        if each.startswith("/kepegawaian/keraguan/")
    }
    page = browser.post(link, ANSWER, expect=403)
    assert "pengelola kepegawaian lain" in page.text
    assert ANSWER["evidence"] in page.text
    browser.sign_in(oki)
    page = browser.post(link, {"answer": "upheld", "evidence": "ya"}, expect=422)
    assert "Tulis buktinya dalam 10 sampai 500 karakter" in page.text
    page = browser.post(link, ANSWER)
    assert "konfirmasinya berlaku" in page.text
    assert "Tidak ada konfirmasi yang menunggu jawaban." in page.text
    assert ANSWER["evidence"] in browser.get(link).text
    assert "Simpan jawaban" not in browser.get(link).text


def test_another_institutions_officer_finds_nothing(browser: Browser, make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=theirs)
    (dewi,) = confirmed(make, ratna, ours)
    browser.sign_in(make.coordinator())
    browser.post(f"{day_of(make, ratna, ours)}/ragukan", {**WHY, "orang": str(dewi.id)})
    browser.sign_in(oki)
    assert dewi.name not in browser.get("/kepegawaian/keraguan").text
    browser.get("/kepegawaian/keraguan/1", expect=404)
    browser.post("/kepegawaian/keraguan/1", ANSWER, expect=404)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"orang": "1"}, "Pilih sebabnya."),
        (WHY, "Belum ada yang dipilih."),
        ({**WHY, "words": "pendek", "lingkup": "semua"}, "10 sampai 500 karakter"),
        ({**WHY, "ground": "sample", "lingkup": "semua"}, "Pilih sebabnya."),
        ({**WHY, "orang": "999999"}, "Belum ada yang dipilih."),
        ({**WHY, "orang": "²"}, "Belum ada yang dipilih."),
    ],
)
def test_a_refused_doubt_keeps_what_was_typed(
    browser: Browser, make: Factory, fields: dict[str, str], sentence: str
) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    confirmed(make, ratna, ours)
    browser.sign_in(make.coordinator())
    page = browser.post(f"{day_of(make, ratna, ours)}/ragukan", fields, expect=422)
    assert sentence in page.text
    assert fields.get("words", "") in page.text
    with make.inside():
        assert count_open_doubts(None) == 0


def test_a_whole_day_is_doubted_and_answered_at_once(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    people = confirmed(make, ratna, ours, 3)
    browser.sign_in(make.coordinator())
    address = day_of(make, ratna, ours)
    page = browser.post(f"{address}/ragukan", {**WHY, "lingkup": "semua"})
    assert f"Konfirmasi {len(people)} orang diragukan" in page.text
    page = browser.post(f"{address}/jawab", {**ANSWER, "evidence": ""}, expect=422)
    assert "Tulis buktinya." in page.text
    page = browser.post(f"{address}/jawab", ANSWER)
    assert f"Keraguan tentang {len(people)} orang dijawab." in page.text
    assert "menunggu jawaban" not in page.text


def test_many_are_doubted_and_answered_by_jobs_that_may_begin_again(make: Factory) -> None:
    ours = make.institution()
    ratna, wulan = make.officer(at=ours, password=PASSWORD), make.coordinator()
    people = confirmed(make, ratna, ours, 53)
    which = OfficerDay(local_day(make.now), ratna.id, ours.id)
    given = {"of": which.as_json(), **WHY}
    answer = {"of": which.as_json(), **ANSWER}
    with make.inside():
        doubting = Run(1, DOUBTING, given, wulan.id, frozenset(), 1, "a")
        for _ in range(2):
            doubt_officer_day(doubting, HERE, clock=utc_now)
        assert len(list_waiting(which)) == len(people)
        (message,) = [each for each in list_recent_mail() if "menunggu bukti" in each.subject]
        assert (message.recipient, "53 konfirmasi" in message.body) == (ratna.email, True)
        settling = Run(2, SETTLING, answer, wulan.id, frozenset(), 1, "b")
        settle_officer_day(settling, clock=utc_now)
        assert list_waiting(which) == []
        with pytest.raises(NoOverseer):
            doubt_officer_day(
                Run(3, DOUBTING, given, ratna.id, frozenset(), 1, "c"), HERE, clock=utc_now
            )
        with transaction():
            assert db.session.query(ConfirmationDoubt).count() == len(people)


def test_officers_are_told_of_all_that_was_doubted_however_often_it_is_cut_off(
    make: Factory,
) -> None:
    ours = make.institution()
    ratna, wulan = make.officer(at=ours, password=PASSWORD), make.coordinator()
    confirmed(make, ratna, ours, 53)
    which = OfficerDay(local_day(make.now), ratna.id, ours.id)
    given = {"of": which.as_json(), **WHY}
    with make.inside():
        run = Run(1, DOUBTING, given, wulan.id, frozenset(), 1, "a")
        with pytest.raises(Killed):
            doubt_officer_day(replace(run, report=die), HERE, clock=utc_now)
        assert len(list_waiting(which)) == 50
        assert told(ratna) == []
        for _ in range(2):
            doubt_officer_day(run, HERE, clock=utc_now)
        assert told(ratna) == ["53"]


def test_officers_are_told_too_where_the_doubting_ends_before_its_time(make: Factory) -> None:
    ours = make.institution()
    ratna, wulan = make.officer(at=ours, password=PASSWORD), make.coordinator()
    confirmed(make, ratna, ours, 53)
    which = OfficerDay(local_day(make.now), ratna.id, ours.id)
    given = {"of": which.as_json(), **WHY}
    with make.inside():
        with transaction():
            job = enqueue(DOUBTING, given, asker_id=wulan.id, now=make.now)
            job_id = job.id

        def stop(_done: int, _total: int) -> None:
            with transaction():
                cancel(wulan.id, job_id, now=make.now)
            raise ClaimLost

        run = Run(job_id, DOUBTING, given, wulan.id, frozenset(), 1, "a", stop)
        with pytest.raises(ClaimLost):
            doubt_officer_day(run, HERE, clock=utc_now)
        assert told(ratna) == ["50"]
        # Asked for again, it goes on, and tells of the others.
        doubt_officer_day(replace(run, report=lambda _done, _total: None), HERE, clock=utc_now)
        assert sorted(told(ratna)) == ["3", "50"]


class Killed(BaseException):
    """The worker was."""


def die(_done: int, _total: int) -> None:
    """Be killed after the first part."""
    raise Killed


def told(person: Person) -> list[str]:
    """Of how many doubts somebody was written, letter by letter."""
    return [
        each.body.split(" konfirmasi ")[0].split()[-1]
        for each in list_recent_mail()
        if "menunggu bukti" in each.subject and each.recipient == person.email
    ]


def test_many_doubts_cost_what_few_cost_and_the_list_pages(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    ours = make.institution()
    ratna, oki, wulan = make.officer(at=ours), make.officer(at=ours), make.coordinator()
    counts = []
    for many in (2, 52):
        confirmed(make, ratna, ours, many)
        which = OfficerDay(local_day(make.now), ratna.id, ours.id)
        given = {"of": which.as_json(), **WHY}
        with make.inside():
            doubt_officer_day(
                Run(1, DOUBTING, given, wulan.id, frozenset(), 1, "a"), HERE, clock=utc_now
            )
        browser.sign_in(oki)
        browser.get("/kepegawaian/keraguan")
        with statements() as seen:
            page = browser.get("/kepegawaian/keraguan")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert "/kepegawaian/keraguan?halaman=2" in page.links
    assert len(list(browser.get("/kepegawaian/keraguan?halaman=2").document.all("tr"))) == 1 + 4
