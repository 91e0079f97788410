"""The public log from outside: its page, its files, and what only a certificate's holder gets."""

import base64
import csv
import json
import tarfile
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from lms.certificates.models import Certificate
from lms.db import db, transaction
from lms.transparency.entries import Change, Issue, bundle, commitment_to, decode, unbundle
from lms.transparency.enums import EntryKind
from lms.transparency.paths import ENTRIES
from lms.transparency.queries import get_checkpoint, list_tiles
from lms.transparency.sequencer import sequence_batch
from lms.transparency.tree import hashes_of
from lms.web.transparency import archive, ledger
from tests.browser import Browser
from tests.factories import Factory, Issued
from tools.audit import ALL_RIGHT, main

ORIGIN = "sakuham.example/log"


def sequence(app: Flask, now: datetime) -> None:
    with app.app_context(), transaction():
        sequence_batch(ORIGIN, now=now)


@pytest.fixture
def issued(app: Flask, make: Factory, now: datetime, keys: None) -> list[Issued]:
    """Three certificates in the log, of which the last was revoked."""
    book, ours = make.book(), make.institution()
    certificates = [make.certificate(make.learner(at=ours), book) for _ in range(3)]
    make.revoke(certificates[2])
    sequence(app, now)
    return certificates


def test_the_page_counts_and_tells_how_to_check(browser: Browser, issued: list[Issued]) -> None:
    page = browser.get("/log")
    assert "Sertifikat berlaku 2" in page.words
    assert "Pencabutan 1" in page.words
    assert "python3 audit.py https://sakuham.example/log" in page.words
    assert {"/log/checkpoint", "/log/kunci", "/log/unduh", "/log/audit.py"} <= set(page.links)
    assert ORIGIN in page.words


def test_before_there_is_anything_the_page_says_so_calmly(browser: Browser, make: Factory) -> None:
    make.programme()
    page = browser.get("/log")
    assert "Log belum memuat entri." in page.words
    assert "/log/unduh" not in page.links
    assert "Log publik belum memuat entri." in browser.get("/capaian").words
    browser.get("/log/checkpoint", expect=404)


def test_the_figure_leads_to_the_checkpoint_it_was_read_at(
    browser: Browser, issued: list[Issued]
) -> None:
    page = browser.get("/capaian")
    assert "Log publik saat itu: 4 entri, 2 sertifikat berlaku" in page.words
    assert {"/log", "/log/checkpoint/4", "/log/unduh"} <= set(page.links)
    assert {"/log/checkpoint/4", "/log/unduh"} <= set(browser.get("/").links)
    browser.sign_in(issued[0].person)
    assert {"/log/checkpoint/4", "/log/unduh"} <= set(browser.get("/").links)
    newest, kept = browser.get("/log/checkpoint"), browser.get("/log/checkpoint/4")
    assert newest.text == kept.text
    assert newest.text.startswith(f"{ORIGIN}\n4\n")


def test_tiles_may_be_cached_for_good_and_the_checkpoint_for_seconds(
    app: Flask, browser: Browser, issued: list[Issued]
) -> None:
    client = app.test_client()
    assert client.get("/log/checkpoint").headers["Cache-Control"] == "public, max-age=5"
    assert client.get("/log/checkpoint").content_type == "text/plain; charset=utf-8"
    for path, length in (("0/000.p/4", 128), ("0/000.p/3", 96)):
        tile = client.get(f"/log/tile/{path}")
        assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert tile.content_type == "application/octet-stream"
        assert len(tile.data) == length
    entries = unbundle(client.get("/log/tile/entries/000.p/4").data)
    assert [decode(each).kind.name for each in entries][-1] == "REVOCATION"
    for path in ("0/000", "0/0", "0/000.p/5", "entries/000.p/5", "1/000.p/1", "x", "0/000.p/04"):
        browser.get(f"/log/tile/{path}", expect=404)


def unpack(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=BytesIO(data)) as found:
        files = {each.name: found.extractfile(each) for each in found}
        return {name: file.read() for name, file in files.items() if file is not None}


def test_the_whole_log_is_downloaded_and_our_program_finds_it_right(
    app: Flask, issued: list[Issued], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = app.test_client().get("/log/unduh")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sakuham-log-4.tar"'
    file = tmp_path / "log.tar"
    file.write_bytes(answer.data)
    assert unpack(answer.data).keys() == {
        "checkpoint", "kunci", "tile/0/000.p/4", "tile/entries/000.p/4",
    }  # fmt: skip
    assert main([str(file)]) == ALL_RIGHT
    words = capsys.readouterr().out
    assert "= 2 sertifikat berlaku" in words
    with app.app_context():
        assert get_checkpoint().in_force_count == 2


def test_a_long_log_is_downloaded_in_parts(
    app: Flask,
    browser: Browser,
    issued: list[Issued],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Parts of one tile are as good as those of 256 to see how they go together."""
    monkeypatch.setattr(archive, "TILES_OF_PART", 1)
    monkeypatch.setattr(archive, "ENTRIES_OF_PART", 256)
    issue_copies(app, issued[0], 600)
    while_waiting = datetime.fromisoformat("2026-05-21T00:00:00+00:00")
    sequence(app, while_waiting)
    sequence(app, while_waiting)
    client = app.test_client()
    files = []
    for part in (1, 2, 3):
        answer = client.get(f"/log/unduh/{part}")
        files.append(tmp_path / f"{part}.tar")
        files[-1].write_bytes(answer.data)
        assert f"sakuham-log-604-{part}.tar" in answer.headers["Content-Disposition"]
    assert {"/log/unduh/1", "/log/unduh/2", "/log/unduh/3"} <= set(browser.get("/log").links)
    assert main([str(file) for file in files]) == ALL_RIGHT
    for part in (0, 4):
        browser.get(f"/log/unduh/{part}", expect=404)


def issue_copies(app: Flask, issued: Issued, count: int) -> None:
    """Enter so many certificates more, each of which follows the one before."""
    from tests.integration.test_transparency import fill

    with app.app_context():
        fill(issued, count)


def test_who_has_the_code_gets_the_proof_and_nothing_of_the_holder(
    app: Flask, browser: Browser, issued: list[Issued], tmp_path: Path
) -> None:
    page = browser.get(f"/v/{issued[1].code}/bukti.json")
    proof = page.json
    assert proof["position"] == 1
    assert proof["checkpoint"].startswith(f"{ORIGIN}\n4\n")
    for secret in (issued[1].person.name, issued[1].person.number, issued[1].code):
        assert secret not in page.text
    assert "salt" not in page.text
    file, log = tmp_path / "bukti.json", tmp_path / "log.tar"
    file.write_text(page.text)
    log.write_bytes(app.test_client().get("/log/unduh").data)
    assert main([str(log), "--proof", str(file)]) == ALL_RIGHT
    for code in ("0000-0000-0000", "x"):
        browser.get(f"/v/{code}/bukti.json", expect=404)


def test_the_holder_alone_can_open_what_was_logged(
    app: Flask, browser: Browser, make: Factory, issued: list[Issued], tmp_path: Path
) -> None:
    path = f"/sertifikat/{issued[0].code}/pembuka.json"
    browser.get(path, expect=401)
    other = browser.another()
    other.sign_in(issued[1].person)
    other.get(path, expect=404)
    browser.sign_in(issued[0].person)
    page = browser.get(path)
    opening = page.json
    with app.app_context():
        facts = db.session.get_one(Certificate, issued[0].id).facts.canonical()
    assert opening["facts"].encode() == facts
    salt = base64.b64decode(opening["salt"])
    entry = base64.b64decode(browser.get(f"/v/{issued[0].code}/bukti.json").json["entry"])
    assert entry.endswith(commitment_to(facts, salt))
    files = {name: tmp_path / name for name in ("bukti.json", "pembuka.json", "log.tar")}
    files["pembuka.json"].write_text(page.text)
    files["bukti.json"].write_text(browser.get(f"/v/{issued[0].code}/bukti.json").text)
    files["log.tar"].write_bytes(app.test_client().get("/log/unduh").data)
    arguments = ["--proof", str(files["bukti.json"]), "--opening", str(files["pembuka.json"])]
    assert main([str(files["log.tar"]), *arguments]) == ALL_RIGHT


def test_a_check_says_where_the_certificate_stands_in_the_log(
    browser: Browser, issued: list[Issued], make: Factory
) -> None:
    page = browser.get(f"/v/{issued[1].code}")
    assert "entri ke-2 dari 4 dalam log publik" in page.words
    assert f"/v/{issued[1].code}/bukti.json" in page.links
    # By its number, which is easily guessed, nothing leads to the code.
    assert issued[1].code not in browser.get(f"/verifikasi?kode={issued[1].number}").text
    waiting = make.certificate(issued[0].person, make.book("tema-dua"))
    assert "menunggu dicatat" in browser.get(f"/v/{waiting.code}").words


def test_the_printed_proof_of_a_check_names_the_place_in_the_log(
    app: Flask, issued: list[Issued]
) -> None:
    content = app.test_client().get(f"/v/{issued[1].code}/bukti.pdf").data
    pages = PdfReader(BytesIO(content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "entri ke-2 dari 4" in words


def test_the_holders_page_leads_to_proof_and_opening(
    browser: Browser, issued: list[Issued], make: Factory
) -> None:
    browser.sign_in(issued[0].person)
    page = browser.get(f"/sertifikat/{issued[0].code}")
    assert "entri ke-1 dari 4 dalam log publik" in page.words
    assert f"/v/{issued[0].code}/bukti.json" in page.links
    assert f"/sertifikat/{issued[0].code}/pembuka.json" in page.links
    waiting = make.certificate(issued[0].person, make.book("tema-dua"))
    page = browser.get(f"/sertifikat/{waiting.code}")
    assert "menunggu dicatat dalam log publik" in page.words
    assert f"/sertifikat/{waiting.code}/pembuka.json" not in page.links


def test_what_waits_for_the_log_has_no_proof_yet(
    browser: Browser, make: Factory, keys: None
) -> None:
    waiting = make.certificate(make.learner(at=make.institution()), make.book())
    assert "belum tercatat" in browser.get(f"/v/{waiting.code}/bukti.json", expect=404).text
    browser.sign_in(waiting.person)
    browser.get(f"/sertifikat/{waiting.code}/pembuka.json", expect=404)


def test_the_program_is_downloaded_as_it_is(app: Flask, browser: Browser) -> None:
    answer = app.test_client().get("/log/audit.py")
    assert answer.data == (Path(__file__).parents[2] / "tools" / "audit.py").read_bytes()


def test_the_keys_are_those_of_the_published_ones(
    app: Flask, browser: Browser, issued: list[Issued]
) -> None:
    (line,) = browser.get("/log/kunci").text.splitlines()
    raw = base64.b64decode(line.split("+", 2)[2])[1:]
    published = json.loads(app.test_client().get("/.well-known/sakuham-keys.json").data)
    spki = {each["purpose"]: base64.b64decode(each["spki"]) for each in published["keys"]}
    assert spki["log"].endswith(raw)


def test_a_long_log_is_downloaded_from_the_list_of_its_parts(
    browser: Browser, issued: list[Issued], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.transparency.archive.ENTRIES_OF_PART", 3)
    for address in ("/", "/capaian"):
        assert "/log#unduh" in browser.get(address).links


def test_the_ledger_is_a_table_of_every_entry_and_of_nobody(
    app: Flask, browser: Browser, issued: list[Issued], monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("/log", "/capaian"):
        assert "/log/buku-besar.csv" in browser.get(address).links
    text = browser.get("/log/buku-besar.csv").text.removeprefix("\ufeff")
    head, *rows = csv.reader(StringIO(text), delimiter=";")
    assert head[0] == "Posisi"
    assert [row[:2] for row in rows] == [
        ["0", "terbit"], ["1", "terbit"], ["2", "terbit"], ["3", "dicabut"],
    ]  # fmt: skip
    assert rows[3][6] == "2"
    with app.app_context():
        ((_, _, content),) = list_tiles(4, ENTRIES, 0, most=1)
        ((_, _, hashes),) = list_tiles(4, 0, 0, most=1)
    for row, entry, hashed in zip(rows, unbundle(content), hashes_of(hashes), strict=True):
        assert base64.b64decode(row[8]) == hashed
        found = decode(entry)
        assert row[2] == datetime.fromtimestamp(found.logged_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(found, Issue):
            assert base64.b64decode(row[7]) == found.commitment
            assert row[5] == found.module_code
    for certificate in issued:
        for secret in (certificate.code, certificate.person.name, certificate.person.number):
            assert secret not in text
    monkeypatch.setattr("lms.web.transparency.views.ENTRIES_OF_PART", 3)
    assert browser.get("/log/buku-besar.csv").text.removeprefix("\ufeff") == text


def test_a_long_ledger_is_read_a_few_tiles_at_a_time(
    app: Flask, make: Factory, now: datetime, keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        Change(kind=EntryKind.REVOCATION, logged_at=at, issue_position=at).encode()
        for at in range(700)
    ]
    tiles = [
        (number, len(part), bundle(part))
        for number in range(3)
        for part in [entries[number * 256 : (number + 1) * 256]]
    ]
    asked: list[int] = []

    def some_tiles(size: int, level: int, first: int, *, most: int) -> list[tuple[int, int, bytes]]:
        asked.append(first)
        return tiles[first : first + most]

    monkeypatch.setattr(ledger, "TILES_AT_ONCE", 1)
    monkeypatch.setattr(ledger, "list_tiles", some_tiles)
    with app.test_request_context():
        pieces = ledger.make_ledger(app, 700)
        lines = b"".join(pieces).decode().splitlines()
    assert len(lines) == 1 + 700
    assert lines[-1].startswith("699;dicabut;1970-01-01T00:11:39Z;;;;699;;")
    assert asked == [0, 1, 2, 3]
