"""The register of laws: what it may say, what the check makes of it, and what a book prints."""

from datetime import date
from pathlib import Path

import pytest

from lms.authoring.canonical import canonical_source
from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostic
from lms.authoring.folder import read_folder
from lms.authoring.parsing.result import ParseResult
from lms.authoring.register import Regulation, RegulationState
from tests.unit.authoring.pocketbooks import BOOK, parse_folder, write

TODAY = date(2026, 11, 29)
ENTRY = """\
- kutipan: {citation}
  judul: Undang-Undang tentang Penyandang Disabilitas
  keadaan: {state}
  diperiksa: {day}
  cara: salinan naskah
  berikutnya: peraturan pelaksananya
"""
SOUND = ENTRY.format(citation="UU 8/2016", state="berlaku", day="2026-05-31")
WITHOUT_DAY = BOOK.replace("peraturan_diperiksa: 2026-01-31\n", "")


def read(tmp_path: Path, register: str | bytes, files: dict[str, str] | None = None) -> ParseResult:
    """A small pocketbook with a register beside it."""
    data = register.encode() if isinstance(register, str) else register
    (tmp_path / "sumber.yaml").write_bytes(data)
    return parse_folder(write(tmp_path / "b", files or {}))


def told(result: ParseResult) -> list[tuple[str, int, str]]:
    """File, line and code of all that the check finds."""
    found: list[Diagnostic] = check_pocketbook(result, today=TODAY)
    return [(Path(each.path).name, each.line, each.code) for each in found]


def test_a_source_that_stands_in_the_register_is_accepted(tmp_path: Path) -> None:
    assert told(read(tmp_path, SOUND, {"buku.md": WITHOUT_DAY})) == []


def test_a_source_that_the_register_lacks_is_refused_at_its_line(tmp_path: Path) -> None:
    register = ENTRY.format(citation="UU 39/1999", state="berlaku", day="2026-05-31")
    found = told(read(tmp_path, register))
    source_lines = [
        number
        for number, line in enumerate((tmp_path / "b/01-satu.md").read_text().split("\n"), start=1)
        if "**Sumber:**" in line
    ]
    assert found == [("01-satu.md", line, "source-not-in-register") for line in source_lines]


def test_a_question_may_not_rest_on_a_repealed_law(tmp_path: Path) -> None:
    register = ENTRY.format(citation="UU 8/2016", state="dicabut", day="2026-05-31")
    result = read(tmp_path, register, {"buku.md": WITHOUT_DAY})
    assert {code for _, _, code in told(result)} == {"source-repealed"}


ARTICLES = """\
# Pasal yang melindungi Anda

## UU 5/2014 Pasal 1

Isinya.

> **Ucapkan kepada atasan:** "Boleh saya minta dasar tertulisnya?"
"""


def test_an_article_that_protects_is_of_a_law_in_force(tmp_path: Path) -> None:
    repealed = SOUND + ENTRY.format(citation="UU 5/2014", state="dicabut", day="2026-05-31")
    in_force = repealed.replace("dicabut", "berlaku")
    files = {"buku.md": WITHOUT_DAY, "pasal.md": ARTICLES}
    assert told(read(tmp_path, repealed, files)) == [("pasal.md", 3, "source-repealed")]
    assert told(read(tmp_path, SOUND, files)) == [("pasal.md", 3, "source-not-in-register")]
    assert told(read(tmp_path, in_force, files)) == []


def test_a_text_may_name_a_repealed_law_and_is_told_of_an_unknown_one(tmp_path: Path) -> None:
    register = SOUND + ENTRY.format(citation="UU 5/2014", state="dicabut", day="2026-05-31")
    book = WITHOUT_DAY.replace("Pengantar singkat.", "UU 5/2014 sudah dicabut.\n\nUU 1/1946 juga.")
    found = told(read(tmp_path, register, {"buku.md": book}))
    assert [(name, code) for name, _, code in found] == [("buku.md", "law-not-in-register")]


def test_without_a_register_every_source_is_accepted(tmp_path: Path) -> None:
    assert told(parse_folder(write(tmp_path / "b"))) == []


def test_the_book_prints_the_earliest_day_of_its_laws(tmp_path: Path) -> None:
    register = SOUND + ENTRY.format(
        citation="UU 39/1999", state="sedang direvisi", day="2026-02-01"
    )
    book = WITHOUT_DAY.replace("Pengantar singkat.", "Dasarnya UU 39/1999.")
    pocketbook = read(tmp_path, register, {"buku.md": book}).pocketbook
    assert pocketbook is not None
    assert pocketbook.regulations_checked_on == date(2026, 2, 1)
    (appendix,) = pocketbook.appendices
    assert appendix.kind == "sumber"
    revised, in_force = appendix.body.split("\n")[2:]
    assert revised == (
        "- **UU 39/1999**: Undang-Undang tentang Penyandang Disabilitas. Sedang direvisi; "
        "diperiksa 1 Februari 2026."
    )
    assert in_force.endswith("Berlaku; diperiksa 31 Mei 2026.")


def test_laws_that_a_book_does_not_cite_are_not_printed_in_it(tmp_path: Path) -> None:
    other = ENTRY.format(citation="UU 20/2023", state="berlaku", day="2020-01-01")
    pocketbook = read(tmp_path, SOUND + other, {"buku.md": WITHOUT_DAY}).pocketbook
    assert pocketbook is not None
    assert "UU 20/2023" not in pocketbook.appendices[0].body
    assert pocketbook.regulations_checked_on == date(2026, 5, 31)


def test_a_day_of_the_books_own_may_not_promise_more(tmp_path: Path) -> None:
    later = BOOK.replace("2026-01-31", "2026-10-01")
    assert told(read(tmp_path, SOUND, {"buku.md": later})) == [
        ("buku.md", 7, "checked-later-than-source")
    ]
    pocketbook = read(tmp_path, SOUND).pocketbook  # an earlier one is modest, and counts
    assert pocketbook is not None
    assert pocketbook.regulations_checked_on == date(2026, 1, 31)


def test_a_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    register = ENTRY.format(citation="UU 8/2016", state="berlaku", day="2027-01-01")
    assert ("sumber.yaml", 1, "checked-in-the-future") in told(
        read(tmp_path, register, {"buku.md": WITHOUT_DAY})
    )


@pytest.mark.parametrize(
    ("register", "line", "code"),
    [
        (b"\xff\xfe", 1, "register-unreadable"),
        ("- kutipan: [UU\n", 2, "register-unreadable"),
        ("[" * 20_000, 1, "register-unreadable"),
        ("kutipan: UU 8/2016\n", 1, "register-entry"),
        ("- UU 8/2016\n", 1, "register-entry"),
        ("- kutipan: UU 8/2016\n  judul: x\n", 1, "register-entry"),
        (SOUND.replace("keadaan: berlaku", "keadaan: entah"), 1, "register-state"),
        (SOUND.replace("2026-05-31", "31 Mei 2026"), 1, "register-date"),
        (SOUND.replace("UU 8/2016", "Undang-Undang Nomor 8 Tahun 2016"), 1, "register-citation"),
        (SOUND + SOUND, 7, "register-twice"),
        (SOUND + "  hukuman: berat\n", 7, "register-field"),
        (SOUND.replace("salinan naskah", "x" * 401), 5, "register-field"),
        (SOUND.replace("cara: salinan naskah", "cara: [a, b]"), 5, "register-field"),
        (SOUND.replace("cara", "[cara]"), 5, "register-field"),
        (SOUND.replace("salinan naskah", r'"\ud800"'), 5, "register-field"),
        (SOUND.replace("salinan naskah", r'"\Uffffffff"'), 1, "register-unreadable"),
        (f"%YAML 1.{'9' * 5000}\n---\n{SOUND}", 1, "register-unreadable"),
    ],
)
def test_what_is_wrong_in_the_register_is_told_at_its_line(
    tmp_path: Path, register: str | bytes, line: int, code: str
) -> None:
    assert ("sumber.yaml", line, code) in told(read(tmp_path, register))


def test_an_empty_register_knows_no_law(tmp_path: Path) -> None:
    result = read(tmp_path, "# belum ada\n")
    assert result.register == {}
    assert {code for _, _, code in told(result)} == {"source-not-in-register"}


@pytest.mark.parametrize("place", ["- *a39", "- *a39 : x", "- cara: *a39"])
def test_a_bomb_of_aliases_is_not_unfolded(tmp_path: Path, place: str) -> None:
    lines = ["- &a0 [x]", *(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40))]
    found = {code for _, _, code in told(read(tmp_path, "\n".join([*lines, place])))}
    assert found - {"register-field"} == {"register-entry", "source-not-in-register"}


def test_no_sign_that_readers_do_not_see_comes_in_by_its_number(tmp_path: Path) -> None:
    register = read(tmp_path, SOUND.replace("salinan naskah", r'"sa\0lin\u202ean"')).register
    assert register is not None
    assert register["UU 8/2016"].checked_by == "salinan"


def test_a_register_that_is_no_plain_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(SOUND)
    (tmp_path / "sumber.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    folder = write(tmp_path / "b")
    assert ("sumber.yaml", 1, "not-a-plain-file") in told(parse_folder(folder))
    (tmp_path / "sumber.yaml").unlink()
    (tmp_path / "sumber.yaml").write_text("#" * (256 * 1024 + 1))
    assert ("sumber.yaml", 1, "file-too-large") in told(parse_folder(folder))


def test_what_the_register_says_of_cited_laws_is_part_of_the_edition(tmp_path: Path) -> None:
    folder = write(tmp_path / "b")

    def canonical(register: str) -> str:
        (tmp_path / "sumber.yaml").write_text(register)
        tree = read_folder(folder)
        return canonical_source(tree, parse_folder(folder).sources)

    other = ENTRY.format(citation="UU 20/2023", state="berlaku", day="2020-01-01")
    assert canonical(SOUND) == canonical(SOUND + other)
    assert canonical(SOUND) != canonical(SOUND.replace("2026-05-31", "2026-06-30"))


@pytest.mark.parametrize(
    ("checked_on", "today", "is_due"),
    [
        (date(2026, 5, 29), TODAY, False),
        (date(2026, 5, 28), TODAY, True),
        (date(2026, 2, 28), date(2026, 8, 31), False),
        (date(2026, 2, 27), date(2026, 8, 31), True),
        (date(2025, 8, 31), date(2026, 2, 28), False),
    ],
)
def test_a_law_is_due_six_months_after_it_was_checked(
    checked_on: date, today: date, is_due: bool
) -> None:
    regulation = Regulation("UU 8/2016", "x", RegulationState.IN_FORCE, checked_on, "x", "x", 1)
    assert regulation.is_due(today) is is_due
