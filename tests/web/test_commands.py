"""Commands for those who operate the platform: what they say, and what they leave behind."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, Engine, event, insert, text

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.audit import AuditEntry
from lms.certificates.models import Certificate
from lms.db import db, transaction
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.units import add_unit
from lms.learning.models import Attempt
from lms.mail import OutboxMessage
from lms.pocketbooks.models import Edition, Release
from lms.programmes.models import TallyEntry
from lms.programmes.versions import close_programme
from tests.browser import Browser
from tests.factories import REASON, Factory
from tests.pocketbooks import Source, write_pocketbook

HEAD = "code,name,kind,time_zone\n"
PEOPLE = "name,number,email\n"


def run(app: Flask, *words: str, expect: int = 0) -> Result:
    """Run a command as an operator does."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == expect, result.output
    assert "Traceback" not in result.output
    assert expect == 0 or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A pocketbook with two faults whose lines are known."""
    folder = write_pocketbook(tmp_path / "rusak", Source(slug="rusak"))
    chapter = folder / "01-bab-1.md"
    chapter.write_text(chapter.read_text().replace("- [x] Mendengarkan", "- [ ] Mendengarkan"))
    book = folder / "buku.md"
    book.write_text(book.read_text().replace("jp: 2", "jp: dua"))
    return folder


# Content


def test_a_sound_pocketbook_is_passed_over_in_silence(app: Flask, tmp_path: Path) -> None:
    write_pocketbook(tmp_path / "baik", Source(slug="baik"))
    result = run(app, "content", "check", str(tmp_path))
    assert "galat" not in result.output


def test_every_fault_is_told_with_file_line_and_remedy(app: Flask, bad: Path) -> None:
    lines = run(app, "content", "check", str(bad), expect=1).output.splitlines()
    faults = [line for line in lines if ": galat: " in line]
    assert len(faults) == 2
    assert all("Perbaikan: " in line for line in faults)
    assert any("buku.md:6: " in line for line in faults)
    assert any("01-bab-1.md:" in line for line in faults)


def test_faults_come_as_json_for_editors(app: Flask, bad: Path) -> None:
    result = run(app, "content", "check", str(bad), "--format", "json", expect=1)
    faults = [each for each in json.loads(result.output) if each["severity"] == "error"]
    assert {Path(each["path"]).name for each in faults} == {"buku.md", "01-bab-1.md"}
    assert all(each["line"] > 0 and each["remedy"] for each in faults)


def test_faults_come_as_notes_on_a_pull_request(app: Flask, bad: Path) -> None:
    result = run(app, "content", "check", str(bad), "--format", "github", expect=1)
    lines = [line for line in result.output.splitlines() if line.startswith("::error ")]
    assert len(lines) == 2
    assert all("file=" in line and ",line=" in line for line in lines)


@pytest.mark.parametrize("command", ["check", "publish"])
def test_where_there_is_no_pocketbook_the_command_says_so(
    app: Flask, tmp_path: Path, command: str
) -> None:
    result = run(app, "content", command, str(tmp_path), expect=1)
    assert "Berkas buku.md tidak ada." in result.output
    missing = str(tmp_path / "tiada")
    assert "no folder" in run(app, "content", command, missing, expect=1).output


@pytest.mark.both
def test_publishing_twice_changes_nothing(app: Flask, make: Factory, tmp_path: Path) -> None:
    folder = write_pocketbook(tmp_path / "nilai", Source(slug="nilai"))
    assert " published " in run(app, "content", "publish", str(folder)).output
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert " unchanged " in run(app, "content", "publish", str(folder)).output
    assert (make.count(Release), make.count(Edition)) == (1, 1)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_publishing_writes_the_ids_that_questions_lack(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    folder = write_pocketbook(tmp_path / "nilai", Source(slug="nilai"))
    chapter = folder / "01-bab-1.md"
    without_ids(chapter)
    run(app, "content", "publish", str(folder))
    assert chapter.read_text().count("<!-- id: ") == 4
    assert " unchanged " in run(app, "content", "publish", str(folder)).output


def test_a_pocketbook_with_faults_is_not_published(app: Flask, make: Factory, bad: Path) -> None:
    result = run(app, "content", "publish", str(bad), expect=1)
    assert ".md:" in result.output
    assert make.count(Release) == 0


def test_publishing_several_goes_on_after_one_that_fails(
    app: Flask, make: Factory, bad: Path
) -> None:
    for name in ("baik", "tepat"):
        write_pocketbook(bad.parent / name, Source(slug=name, code=f"UJI-{name.upper()}"))
    without_ids(bad / "01-bab-1.md")
    without_ids(bad.parent / "tepat" / "01-bab-1.md")
    before = {path.name: path.read_bytes() for path in bad.iterdir() if path.is_file()}
    result = run(app, "content", "publish", str(bad.parent), expect=1)
    assert "rusak not published: " in result.output
    assert "1 of 3 not published" in result.output
    assert [line.split()[0] for line in result.output.splitlines() if " published " in line] == [
        "baik",
        "tepat",
    ]
    assert make.count(Release) == 2
    assert before == {path.name: path.read_bytes() for path in bad.iterdir() if path.is_file()}
    assert "<!-- id: " in (bad.parent / "tepat" / "01-bab-1.md").read_text()


def test_a_file_that_may_not_be_read_makes_no_book_unchanged(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    folder = write_pocketbook(tmp_path / "nilai", Source(slug="nilai"))
    run(app, "content", "publish", str(folder))
    (folder / "09-baru.md").write_text("---\njudul: Baru\n---\n\n" + "> " * 2000 + "a\n")
    assert "09-baru.md:5" in run(app, "content", "publish", str(folder), expect=1).output
    assert make.count(Release) == 1


def without_ids(chapter: Path) -> None:
    lines = chapter.read_text().splitlines(keepends=True)
    chapter.write_text("".join(line for line in lines if "<!-- id" not in line))


# People


def write(folder: Path, content: str | bytes) -> str:
    """A file for a command."""
    path = folder / "data.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.both
def test_institutions_are_added_and_corrected(app: Flask, make: Factory, tmp_path: Path) -> None:
    rows = (
        "A-1,Kota Contoh,pemerintah kota,Asia/Makassar\n"
        " B-2 , Kementerian Contoh ,kementerian,WIB\n"
    )
    path = write(tmp_path, HEAD + rows)
    told = "2 added, 0 changed, 0 as they were, 0 refused\n"
    assert run(app, "institutions", "import", path, "--check").output == told
    assert make.count(Institution) == 0
    assert run(app, "institutions", "import", path).output == told
    again = rows.replace("Kota Contoh", "Pemerintah Kota Contoh")
    path = write(tmp_path, "\ufeff" + HEAD + again)
    told = "0 added, 1 changed, 1 as they were, 0 refused\n"
    assert run(app, "institutions", "import", path).output == told
    with app.app_context():
        found = {row.code: (row.name, row.time_zone) for row in db.session.query(Institution)}
    assert found == {
        "A-1": ("Pemerintah Kota Contoh", "Asia/Makassar"),
        "B-2": ("Kementerian Contoh", "Asia/Jakarta"),
    }


def test_institutions_may_say_what_their_addresses_end_in(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    head, row = "code;name;kind;domain\n", "A-1;Kota Contoh;pemerintah kota"
    run(app, "institutions", "import", write(tmp_path, f"{head}{row};@Contoh.example\n"))
    without = write(tmp_path, f"code;name;kind\n{row}\n")
    assert "1 as they were" in run(app, "institutions", "import", without).output
    with app.app_context():
        assert [each.email_domain for each in db.session.query(Institution)] == ["contoh.example"]
    path = write(tmp_path, f"{head}{row};contoh\n")
    output = run(app, "institutions", "import", path, expect=1).output
    assert "line 2: Tulis domain surelnya" in output


@pytest.mark.both
def test_wrong_lines_of_institutions_are_named_and_the_others_taken(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    rows = [
        "A-1,Kota Contoh,pemerintah kota,Asia/Makassar",
        "A-2,Kota Lain,kota,Asia/Jakarta",
        "A-3,Kota Contoh,pemerintah kota,Asia/Jakarta",
        "A-4,Kota Empat,pemerintah kota,Mars/Olympus",
        "A-5",
        f"A-6,{'x' * 201},kementerian,Asia/Jakarta",
        ",Tanpa Kode,kementerian,Asia/Jakarta",
    ]
    path = write(tmp_path, HEAD + "\n".join(rows))
    output = run(app, "institutions", "import", path, expect=1).output
    assert "1 added, 0 changed, 0 as they were, 6 refused" in output
    assert [n for n in range(1, 10) if f"line {n}: " in output] == [3, 4, 5, 6, 7, 8]
    assert "line 3: Jenis ini tidak dikenal" in output
    assert "line 4: Instansi lain sudah bernama ini" in output
    assert "line 5: Zona waktu adalah WIB" in output
    assert make.count(Institution) == 1


@pytest.mark.both
def test_a_long_list_of_institutions_keeps_nobody_who_writes_waiting(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    rows = "".join(f"A-{n},Kota Contoh {n},pemerintah kota,Asia/Jakarta\n" for n in range(400))
    # The fixture `writers_are_quick` judges.
    run(app, "institutions", "import", write(tmp_path, HEAD + rows))
    assert make.count(Institution) == 400


def test_an_institution_may_take_the_name_that_another_gives_up_above(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    kind = "pemerintah kota,Asia/Jakarta\n"
    first = write(tmp_path, f"{HEAD}A-1,Kota Satu,{kind}A-2,Kota Dua,{kind}")
    run(app, "institutions", "import", first)
    run(
        app, "institutions", "import", write(tmp_path, f"{HEAD}A-1,Kota,{kind}A-2,Kota Satu,{kind}")
    )
    with app.app_context():
        found = {row.code: row.name for row in db.session.query(Institution)}
    assert found == {"A-1": "Kota", "A-2": "Kota Satu"}


@pytest.mark.both
def test_a_name_that_is_taken_during_an_import_is_told_and_the_others_are_taken(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    rows = "".join(f"A-{n},Kota Contoh {n},pemerintah kota,Asia/Jakarta\n" for n in range(12))
    rivals = {"A-0": "Kota Contoh 7", "A-9": "Kota Contoh 9"}

    def add_a_rival(_mapper: object, connection: Connection, first: Institution) -> None:
        if first.code in rivals:
            rival = {"code": f"B{first.code}", "name": rivals[first.code], "kind": first.kind}
            connection.execute(insert(Institution).values(**rival, time_zone="Asia/Jakarta"))

    event.listen(Institution, "before_insert", add_a_rival)
    try:
        path = write(tmp_path, HEAD + rows)
        output = run(app, "institutions", "import", path, expect=1).output
    finally:
        event.remove(Institution, "before_insert", add_a_rival)
    assert "10 added, 0 changed, 0 as they were, 2 refused" in output
    assert "line 9: " in output
    assert "line 11: Kode, nama, atau kode wilayahnya baru saja dipakai" in output
    # The rival that came between a question and its insert went with what was undone.
    assert make.count(Institution) == 11
    assert "1 added" in run(app, "institutions", "import", path, expect=1).output


@pytest.mark.both
def test_a_staff_list_confirms_and_writes_to_nobody(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    known = make.learner("Lama", at=ours)
    numbers = [make.employee_number(), make.employee_number(is_pppk=True)]
    rows = (
        f"Ayu Lestari,{numbers[0]},Ayu@Contoh.example\n"
        f'"Budi, S.H.",{numbers[1][:8]} {numbers[1][8:]},budi@contoh.example\n'
        f"Lama,{known.number},{known.email}\n"
    )
    output = run(app, "staff", "import", ours.code, write(tmp_path, PEOPLE + rows)).output
    assert output == "3 people (2 added, 1 known)\n"
    run(app, "staff", "import", ours.code, write(tmp_path, PEOPLE + rows))
    with app.app_context():
        assert {row.name for row in db.session.query(Account)} == {
            "Ayu Lestari", "Budi, S.H.", "Lama",
        }  # fmt: skip
        assert db.session.query(Posting).filter(Posting.confirmed_at.is_(None)).count() == 0
        applied = db.session.query(AuditEntry).filter_by(action="staff.list_applied")
        imports = applied.order_by(AuditEntry.id).all()
        assert [(entry.subject, entry.details["counts"]) for entry in imports] == [
            (f"institution:{ours.id}", {"new": 2, "known": 1}),
            (f"institution:{ours.id}", {"known": 3}),
        ]
    assert make.count(OutboxMessage) == 0


@pytest.mark.both
def test_every_wrong_line_of_a_staff_list_is_named_and_the_others_are_taken(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours, theirs = make.institution(), make.institution()
    other = make.learner("Orang Lain", at=theirs)
    before = make.count(Account)
    good = make.employee_number()
    rows = [
        f"Ayu,{good},ayu@contoh.example",
        "Budi,123,budi@contoh.example",
        f",{make.employee_number()},citra@contoh.example",
        f"Dewi,{make.employee_number()},dewi",
        f"Orang Salah,{other.number},{other.email}",
        f"Eko,{make.employee_number()},ayu@contoh.example",
        "Fajar",
    ]
    path = write(tmp_path, PEOPLE + "\n".join(rows))
    output = run(app, "staff", "import", ours.code, path, expect=1).output
    assert [n for n in range(1, 10) if f"line {n}: " in output] == [3, 4, 5, 6, 7, 8]
    assert "18 digits; you typed 3" in output
    assert "line 6: Another account uses this NIP already" in output
    assert "line 7: This e-mail address stands on line 2 for somebody else" in output
    assert "line 8: This line has 1 cells for 3 columns" in output
    assert (make.count(Account), make.count(OutboxMessage)) == (before + 1, 0)


def test_lines_of_a_staff_list_that_are_nobody_are_told_and_no_failure(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    rows = f"DINAS SOSIAL,,\nAyu,{make.employee_number()},\nJUMLAH,1,\n"
    path = write(tmp_path, f"{PEOPLE}{rows}")
    output = run(app, "staff", "import", ours.code, path).output
    assert "passed over as nobody's (titles, totals, signatures): lines 2, 4" in output
    assert "1 people (1 added)" in output


def test_what_is_told_of_a_staff_list_is_in_one_language(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    rows = (
        f"Ayu,{make.employee_number()},ayu@contoh.example\n"
        f"Budi 2,{make.employee_number()},budi@contoh.example\n"
        f"Citra,{make.employee_number()},Citra <citra@contoh.example>\n"
    )
    path = write(tmp_path, PEOPLE + rows)
    output = run(app, "staff", "import", ours.code, path, expect=1).output
    assert "line 3: The name contains " in output
    assert "line 4: The e-mail address contains" in output
    assert "one address only, without a name" in output


@pytest.mark.both
def test_a_check_says_the_same_and_stores_nothing(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours, theirs = make.institution(), make.institution()
    other = make.learner("Orang Lain", at=theirs)
    before = (make.count(Account), make.count(AuditEntry))
    rows = [
        f"Ayu,{make.employee_number()},ayu@contoh.example",
        f"Orang Salah,{other.number},{other.email}",
    ]
    path = write(tmp_path, PEOPLE + "\n".join(rows))
    output = run(app, "staff", "import", ours.code, path, "--check", expect=1).output
    assert "line 3: Another account uses this NIP already" in output
    assert "1 people (1 added)\nnothing was stored" in output
    assert (make.count(Account), make.count(AuditEntry)) == before
    assert make.count(OutboxMessage) == 0


@pytest.mark.both
def test_lines_to_be_mended_are_written_to_a_file_and_taken_once_they_are(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    number = make.employee_number()
    rows = f"Ayu,{make.employee_number()},ayu@contoh.example\nBudi,{number},budi\n"
    path, rejected = write(tmp_path, PEOPLE + rows), tmp_path / "perbaiki.csv"
    run(app, "staff", "import", ours.code, path, "--rejected", str(rejected), expect=1)
    text = rejected.read_text("utf-8")
    assert "line 3: The e-mail address" in text
    rejected.write_text(text.replace(";budi;", ";budi@contoh.example;"), "utf-8")
    output = run(app, "staff", "import", ours.code, str(rejected)).output
    assert output == "1 people (1 added)\n"


@pytest.mark.both
def test_a_squatted_number_stops_no_list_and_both_are_told(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours, theirs = make.institution(), make.institution()
    here = make.learner("Penyerang", at=ours, confirmed=False, email="x@gratis.example")
    there = make.learner("Penyerang", at=theirs, confirmed=False, email="y@gratis.example")
    rows = (
        f"Korban Satu,{here.number},satu@contoh.example\n"
        f"Korban Dua,{there.number},dua@contoh.example\n"
    )
    output = run(app, "staff", "import", ours.code, write(tmp_path, PEOPLE + rows)).output
    assert "line 2: name was Penyerang, now Korban Satu; email was x@gratis.example" in output
    assert "line 3: Has registered with other data at another institution" in output
    assert "2 people (2 confirmed)" in output
    with app.app_context():
        emails = {row.email for row in db.session.query(Account)}
        recipients = {row.recipient for row in db.session.query(OutboxMessage)}
    assert emails == {"satu@contoh.example", "dua@contoh.example"}
    assert recipients == set()


@pytest.mark.both
def test_another_address_of_who_is_listed_is_named_and_replaced_only_if_asked(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    sri = make.learner("Sri Uji", at=ours)
    path = write(tmp_path, f"{PEOPLE}Sri Uji,{sri.number},sri@x.example\n")
    output = run(app, "staff", "import", ours.code, path, expect=1).output
    assert sri.email in output
    assert "--replace-addresses" in output
    with app.app_context():
        assert db.session.get_one(Account, sri.id).email == sri.email
    output = run(app, "staff", "import", ours.code, path, "--replace-addresses").output
    assert f"line 2: email was {sri.email}, now sri@x.example" in output
    with app.app_context():
        assert db.session.get_one(Account, sri.id).email == "sri@x.example"
    assert "1 known" in run(app, "staff", "import", ours.code, path).output


@pytest.mark.both
def test_a_role_by_address_keeps_no_number_from_the_staff_list(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours = make.institution()
    thief = make.learner("Penyerang", at=ours, confirmed=False)
    run(app, "roles", "grant", thief.email, "author")
    run(app, "roles", "grant", thief.number, "reviewer", expect=1)
    path = write(tmp_path, f"{PEOPLE}Sri Uji,{thief.number},sri@x.example\n")
    output = run(app, "staff", "import", ours.code, path).output
    assert output == "1 people (1 added)\n"
    assert make.count(Account) == 2


def test_a_list_as_a_spreadsheet_writes_it_is_read(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    ours, number = make.institution(), make.employee_number()
    rows = (
        f"sep=;\r\n Nama Lengkap ; NIP ;E-Mail;Jabatan\r\n\r\nSri, S.Pd.;{number};s@x.example;\r\n"
    )
    path = write(tmp_path, rows.encode("utf-16"))
    assert run(app, "staff", "import", ours.code, path).output == "1 people (1 added)\n"


@pytest.mark.both
def test_a_long_list_is_stored_in_short_transactions(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    """The first one is short, since each statement is compiled in it; those behind it grow."""
    ours = make.institution()
    rows = "".join(
        f"Pegawai,{make.employee_number()},p{count}@contoh.example\n" for count in range(450)
    )
    added: list[int] = []

    def count(*executed: Any) -> None:
        _, cursor, statement, *_ = executed
        if statement.startswith("INSERT INTO accounts "):
            added.append(cursor.rowcount)

    event.listen(Engine, "after_cursor_execute", count)
    try:
        run(app, "staff", "import", ours.code, write(tmp_path, PEOPLE + rows))
    finally:
        event.remove(Engine, "after_cursor_execute", count)
    assert added == [100, 150, 200]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "nama,surel\nSri,s@x.example\n",
            "lacks the columns number; its headings are: nama, surel",
        ),
        ("nama,nip,surel,email\na,b,c,d\n", "2 columns for email: surel, email"),
        ("", "This file is empty"),
        ("nama,nip\n", "has headings only"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is no table, whatever its name ends in"),
        (b"PK\x03\x04 no spreadsheet", "cannot be read as a table"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_such(
    app: Flask, make: Factory, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    ours = make.institution()
    path = write(tmp_path, content)
    assert sentence in run(app, "staff", "import", ours.code, path, expect=1).output


def test_staff_of_an_institution_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path, PEOPLE)
    output = run(app, "staff", "import", "TIADA", path, expect=1).output
    assert "No institution has the code TIADA" in output


@pytest.mark.both
def test_a_role_is_granted_once_however_often_it_is_asked(app: Flask, make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    for _ in range(2):
        run(app, "roles", "grant", ayu.number, "hr_officer", "--institution", ours.code)
        assert run(app, "roles", "grant", ayu.email, "coordinator").output == "Ayu: coordinator\n"
    with app.app_context():
        grants = {(row.role, row.institution_id) for row in db.session.query(RoleGrant)}
    assert grants == {(Role.HR_OFFICER, ours.id), (Role.COORDINATOR, None)}
    assert make.count(RoleGrant) == 2


@pytest.mark.both
def test_a_role_is_granted_for_a_unit(app: Flask, make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    with app.app_context(), transaction():
        unit = add_unit(ours.id, "Dinas Contoh", code="D-1").id
    for reference in ("D-1", f"#{unit}"):
        where = ("--institution", ours.code, "--unit", reference)
        run(app, "roles", "grant", ayu.number, "hr_officer", *where)
    with app.app_context():
        grants = [(row.institution_id, row.unit_id) for row in db.session.query(RoleGrant)]
    assert grants == [(ours.id, unit)]


@pytest.mark.both
def test_units_are_brought_from_a_sheet(app: Flask, make: Factory, tmp_path: Path) -> None:
    ours = make.institution()
    path = write(tmp_path, "Nama,Induk\nDinas Contoh,\nBidang Contoh,Dinas Contoh\nX,Tiada\n")
    words = ("institutions", "import-units", ours.code, path)
    told = "2 added, 0 changed, 0 as they were, 1 refused"
    assert told in run(app, *words, "--check", expect=1).output
    assert make.count(Unit) == 0
    output = run(app, *words, expect=1).output
    assert told in output
    assert "line 4: Induk Tiada tidak ditemukan" in output
    assert make.count(Unit) == 2
    assert "2 as they were" in run(app, *words, expect=1).output
    empty = write(tmp_path, "Kolom\n1\n")
    output = run(app, "institutions", "import-units", ours.code, empty, expect=1).output
    assert "kolom nama" in output


@pytest.mark.both
def test_seeding_is_done_once_however_often_it_is_asked(app: Flask) -> None:
    told = [run(app, "institutions", "seed").output for _ in range(2)]
    assert told == [
        "552 institutions and 20 regional offices added\n",
        "0 institutions and 0 regional offices added\n",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody@contoh.example", "admin"), "Nobody has"),
        (("{number}", "hr_officer"), "--institution"),
        (("{number}", "hr_officer", "--institution", "TIADA"), "No institution"),
        (("{number}", "coordinator", "--institution", "{code}"), "holds everywhere"),
        (("{number}", "hr_officer", "--unit", "D-1"), "--institution"),
        (("{number}", "hr_officer", "--institution", "{code}", "--unit", "D-9"), "has no unit D-9"),
        (("{number}", "hr_officer", "--institution", "{code}", "--unit", "#9"), "has no unit #9"),
    ],
)
def test_a_role_that_cannot_be_granted_is_refused(
    app: Flask, make: Factory, words: tuple[str, ...], sentence: str
) -> None:
    institution = make.institution()
    number = make.learner(at=institution).number
    given = [word.format(number=number, code=institution.code) for word in words]
    assert sentence in run(app, "roles", "grant", *given, expect=1).output
    assert make.count(RoleGrant) == 0


@pytest.mark.both
def test_a_role_is_granted_by_number_only_to_whom_somebody_vouches_for(
    app: Flask, make: Factory
) -> None:
    claimed = make.learner("Penyerang", at=make.institution(), confirmed=False)
    output = run(app, "roles", "grant", claimed.number, "coordinator", expect=1).output
    assert "no staff list has confirmed it" in output
    assert make.count(RoleGrant) == 0
    run(app, "roles", "grant", claimed.email, "coordinator")
    assert make.count(RoleGrant) == 1


# Programmes


@pytest.mark.both
def test_a_programme_is_opened_folded_and_reconciled(
    app: Flask, make: Factory, now: datetime
) -> None:
    book = make.book(counted=False)
    assert run(app, "programmes", "open-national").output == "1 Juta ASN: 1000000\n"
    run(app, "programmes", "open-national", "--target", "500")
    institution = make.institution()
    make.certificate(make.learner(at=institution), book)
    assert run(app, "programmes", "reconcile").output == "0 differences\n"
    assert run(app, "programmes", "fold").output == "1-juta-asn: 1 entries folded\n"
    assert run(app, "programmes", "reconcile").output == "0 differences\n"
    with app.app_context():
        db.session.execute(text("UPDATE rollup_cells SET people_count = 2"))
        db.session.commit()
    output = run(app, "programmes", "reconcile", expect=1).output
    assert "1-juta-asn" in output
    assert "published=Amount(people=2, " in output
    assert output.endswith("1 differences\n")
    assert make.count(TallyEntry) == 1


@pytest.mark.both
def test_what_is_final_is_not_opened_again(app: Flask, make: Factory, now: datetime) -> None:
    make.book()
    with make.inside():
        close_programme("1-juta-asn", REASON, actor_id=None, now=now)
        db.session.commit()
    output = run(app, "programmes", "open-national", "--target", "500", expect=1).output
    assert output == "Error: This programme is closed and cannot be changed any more.\n"


@pytest.mark.both
def test_a_published_figure_is_computed_anew(app: Flask, make: Factory, now: datetime) -> None:
    assert "No such programme" in run(app, "programmes", "recount", expect=1).output
    make.certificate(make.learner(at=make.institution()))
    output = run(app, "programmes", "recount", "1-juta-asn").output
    assert output.startswith("1-juta-asn version 3 (published), ledger position 1, 20")
    assert output.count("1 people, 2 JP") == 3
    assert output.endswith("0 figures differ\n")
    run(app, "programmes", "fold")
    with app.app_context():
        db.session.execute(text("UPDATE programmes SET folded_count = 2"))
        db.session.commit()
    output = run(app, "programmes", "recount", expect=1).output
    assert "figure        2 people, 2 JP" in output
    assert output.endswith("1 figures differ\n")


# A country


@pytest.mark.both
def test_a_country_is_populated_once(app: Flask, make: Factory) -> None:
    assert "Publish" in run(app, "demo", "populate", "--people", "60", expect=1).output.title()
    make.book()
    output = run(app, "demo", "populate", "--people", "150", "--until", "2026-05-01").output
    assert output.endswith("150 people at 2 institutions.\n")
    assert run(app, "programmes", "reconcile").output == "0 differences\n"
    assert "there already" in run(app, "demo", "populate", expect=1).output


# A wrong key


def test_what_a_wrong_key_failed_is_counted_listed_and_graded_anew(
    app: Flask, make: Factory, browser: Browser
) -> None:
    book = make.book(source=Source(bank=4))
    folder = write_pocketbook(make.folder / "benar", Source(bank=4))
    chapter = (folder / "01-bab-1.md").read_text()
    swapped = chapter.replace("[x] Soal 1 pilihan b", "[ ] Soal 1 pilihan b")
    swapped = swapped.replace("[ ] Soal 1 pilihan a", "[x] Soal 1 pilihan a")
    ayu, marlina = make.learner("Ayu Lestari", at=make.institution()), make.admin("Marlina")
    sitting = make.attempt(ayu, book)
    first = min(sitting.question_ids.values())
    position = next(at for at, each in sitting.question_ids.items() if each == first)
    answers = dict(sitting.right)
    with make.inside():
        asked = db.session.get_one(Attempt, sitting.id).questions[position - 1]["order"]
    answers[position] = [asked.index(0)]
    other = next(at for at in answers if at != position)
    answers[other] = sitting.wrong[other]
    make.answers(sitting, answers)
    make.submit(sitting)
    make.revise(book, files={"01-bab-1.md": swapped})

    told = run(app, "learning", "regrade", book.slug, "uji01-k01").output
    assert told == "1 attempts were failed at these questions; 1 people would pass\n"
    told = run(app, "learning", "regrade", book.slug, "uji01-k01", "--by", marlina.number).output
    assert "Ayu Lestari: 2 to 3 of 4, would pass" in told
    assert ayu.number not in told
    assert make.count(Certificate) == 0
    words = ("learning", "regrade", book.slug, "uji01-k01", "--reason", REASON)
    run(app, *words, expect=1)
    run(app, *words, "--by", ayu.number, expect=1)
    run(app, *words, "--by", "190000000000000000", expect=1)
    assert "1 graded anew" in run(app, *words, "--by", marlina.email).output
    assert make.count(Certificate) == 1
    assert "0 graded anew" in run(app, *words, "--by", marlina.email).output
    browser.sign_in(ayu)
    page = browser.get(f"/percobaan/{sitting.token}/hasil")
    assert "Lulus" in page.words
    assert "Dinilai ulang pada" in page.words
    assert REASON in page.words


def test_a_question_that_is_not_there_ends_the_command_in_a_line(app: Flask, make: Factory) -> None:
    book = make.book()
    assert (
        "Pertanyaan ini tidak ada"
        in run(app, "learning", "regrade", book.slug, "uji01-k99", expect=1).output
    )
