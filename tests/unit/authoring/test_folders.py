"""Reading a folder: heads, sections of the book, and files that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from lms.authoring.diagnostics import Diagnostic
from lms.authoring.folder import looks_like_pocketbook
from lms.authoring.parsing.result import QuizSettings
from lms.authoring.source.tree import MAX_TEXT_BYTES
from tests.unit.authoring.pocketbooks import BOOK, chapter_text, parse_folder, write


def told(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, int, str]]:
    return [
        (Path(diagnostic.path).name, diagnostic.line, diagnostic.code) for diagnostic in diagnostics
    ]


def test_a_sound_folder_is_read_whole(tmp_path: Path) -> None:
    result = parse_folder(write(tmp_path / "nilai-dasar"))
    assert result.diagnostics == ()
    book = result.pocketbook
    assert book is not None
    assert (book.slug, book.title, book.code, book.theme) == (
        "nilai-dasar",
        "Nilai dasar",
        "HAM-01",
        "nilai-dasar",
    )
    assert (book.audience, book.credit_hours) == (("asn", "umum"), 1)
    assert book.regulations_checked_on == date(2026, 1, 31)
    assert (book.introduction, book.objectives) == (
        "Pengantar singkat.",
        ("Menjelaskan pengertian HAM.",),
    )
    assert book.quiz == QuizSettings(1, 80, 10)
    assert [(c.number, c.slug, c.title, c.path) for c in book.chapters] == [
        (1, "satu", "Bab satu", "01-satu.md")
    ]
    assert [source.name for source in result.sources] == ["buku.md", "01-satu.md"]


def test_chapters_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    files = {f"{number}-bab.md": chapter_text() for number in ("10", "2", "03")}
    result = parse_folder(write(tmp_path / "buku", files))
    assert [chapter.number for chapter in result.chapters] == [1, 2, 3, 10]


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [
        ("", 1, "no-front-matter"),
        ("judul: X\n", 1, "no-front-matter"),
        ("---\njudul: X\n", 1, "front-matter-open"),
        ("---\n- judul\n---\n", 2, "front-matter-invalid"),
        ("---\njust words\n---\n", 2, "front-matter-invalid"),
        ("---\njudul = A\n---\n", 2, "front-matter-invalid"),
        ("---\njudul\uff1a A\n---\n", 2, "front-matter-invalid"),
        ("---\njudul: A\n  dan seterusnya\n---\n", 3, "front-matter-invalid"),
        ("---\njudul: A\n  lanjut: B\n---\n", 3, "front-matter-invalid"),
        ("---\njudul: A\n\nSatu paragraf.\n\n---\n", 4, "front-matter-invalid"),
        ("---\njudul: A\n## Bagian\n---\n", 3, "front-matter-invalid"),
        ("---\njudul: [a\n---\n", 2, "wrong-type"),
        (f"---\njudul: {'[' * 200}\n---\n", 2, "wrong-type"),
        ("---\njudul: [x, y]\n---\n", 2, "wrong-type"),
        ("---\njudul:\n- x\n- y\n---\n", 2, "wrong-type"),
        ("---\njudul: {a: b}\n---\n", 2, "wrong-type"),
        ("---\njudul: !!int \"\"\n---\n", 2, "wrong-type"),
        ("---\njudul: &a Hak\n---\n", 2, "wrong-type"),
        ("---\njudul: *a\n---\n", 2, "wrong-type"),
        ("---\njudul: |\n---\n", 2, "wrong-type"),
        ("---\njudul: >-\n---\n", 2, "wrong-type"),
        ("---\njudul: @hak\n---\n", 2, "wrong-type"),
        ("---\njudul: %hak\n---\n", 2, "wrong-type"),
        ("---\njudul: - hak\n---\n", 2, "wrong-type"),
        ("---\njudul: #3 Loket\n---\n", 2, "wrong-type"),
        ("---\njudul: \"Hak\" asasi\n---\n", 2, "wrong-type"),
        ("---\njudul: \"Hak \"dasar\"\"\n---\n", 2, "wrong-type"),
        ("---\njudul: 'Jum'at'\n---\n", 2, "wrong-type"),
        ("---\njudul: 'Hak\n---\n", 2, "wrong-type"),
        ("---\njudul: ''\n---\n", 2, "wrong-type"),
        ("---\njudul:\n---\n", 2, "wrong-type"),
        ("---\n# catatan\njudul: A\njudul: B\n---\n", 4, "field-twice"),
        ("---\nlain: A\n---\n", 1, "missing-field"),
        ("---\n---\n", 1, "missing-field"),
    ],
)  # fmt: skip
def test_a_broken_head_is_reported(tmp_path: Path, head: str, line: int, code: str) -> None:
    folder = write(tmp_path / "buku", {"01-satu.md": f"{head}\nIsi.\n"})
    diagnostics = parse_folder(folder).diagnostics
    assert ("01-satu.md", line, code) in told(diagnostics)


@pytest.mark.parametrize(
    ("before", "after", "line", "code"),
    [
        ("judul: Nilai dasar", "judull: Nilai dasar", 1, "missing-field"),
        ("judul: Nilai dasar", "judul: [Nilai]", 2, "wrong-type"),
        ("kode: HAM-01", "kode: ham 01", 3, "bad-code"),
        ("kode: HAM-01", f"kode: HAM-{'1' * 17}", 3, "bad-code"),
        ("judul: Nilai dasar", f"judul: {'x' * 151}", 2, "wrong-type"),
        ("kode: HAM-01", "kode: 1", 3, "bad-code"),
        ("untuk: [asn, umum]", "untuk: [1, 2]", 5, "wrong-type"),
        ("untuk: [asn, umum]", "untuk: []", 5, "wrong-type"),
        ("jp: 1", "jp: satu", 6, "wrong-type"),
        ("jp: 1", "jp: true", 6, "wrong-type"),
        ("jp: 1", "jp: 0", 6, "wrong-type"),
        ("jp: 1", "jp: 1.5", 6, "wrong-type"),
        *(
            ("jp: 1", f"jp: {value}", 6, "wrong-type")
            for value in (
                *("1:30", "010", "0x10", "0o7", "0b1", "1_0", "1e1", "1.0", "1,5", "+1", "-1"),
                *("yes", "no", "null", "~", "2026-01-31", "1 JP", "1 # satu jam", "\uff11", "½"),
                *("41", "1000", "9" * 50, "[1]", "&a 1", '"satu"', "''", "'1", "!!int 1", ""),
            )
        ),
        *(
            ("2026-01-31", value, 7, "wrong-type")
            for value in (
                *("31 Januari 2026", "31/01/2026", "2026-1-5", "2026-02-30", "2026-13-01"),
                *("0026-01-31", "Januari 2026", "null", "ya", "20260131", "2026-01-31T10:00"),
            )
        ),
        *(
            ("jp: 1", f"jp: 1\nberlaku: {value}", 7, "wrong-type")
            for value in (
                *("24", "0 bulan", "121 bulan", "11 tahun", "dua tahun", "24 minggu", "bulan"),
                *("-1 tahun", "1,5 tahun", "selamanya", "", "[24 bulan]", "\uff12 tahun"),
            )
        ),
        ("untuk: [asn, umum]", "untuk: [asn, &a]", 5, "wrong-type"),
        ("untuk: [asn, umum]", "untuk: [asn, umum", 5, "wrong-type"),
        ("untuk: [asn, umum]", "untuk: {asn}", 5, "wrong-type"),
        ("2026-01-31", "2026-01-31 10:00:00", 7, "wrong-type"),
        ("- Ambil: 1 soal", "- Ambil: semua", 18, "bad-setting"),
        ("- Ambil: 1 soal", "- Ambil: 0 soal", 18, "bad-setting"),
        ("- Nilai lulus: 80", "- Nilai lulus: 120", 19, "bad-setting"),
        ("- Jeda: 10 menit", "- Jeda: 10", 20, "bad-setting"),
        ("- Jeda: 10 menit", "- Jeda: 400 hari", 20, "bad-setting"),
        ("## Kuis akhir", "### Kuis akhir", 16, "wrong-heading-level"),
        ("Pengantar singkat.", "## Soal kuis", 10, "section-in-wrong-file"),
    ],
)
def test_what_is_wrong_in_the_book_is_an_error(
    tmp_path: Path, before: str, after: str, line: int, code: str
) -> None:
    assert before in BOOK
    folder = write(tmp_path / "buku", {"buku.md": BOOK.replace(before, after)})
    errors = tuple(p for p in parse_folder(folder).diagnostics if p.is_error)
    assert told(errors) == [("buku.md", line, code)]


@pytest.mark.parametrize(
    ("before", "after", "line", "code", "hint"),
    [
        ("jp: 1", "jp: 1\ntemaa: x", 7, "unknown-field", "tema?"),
        ("jp: 1", "jp: 1\nxyzzy: x", 7, "unknown-field", "judul"),
        ("- Jeda: 10 menit", "- Jedaa: 10 menit", 20, "unknown-setting", "Jeda?"),
        ("- Jeda: 10 menit", "- Percobaan: 3", 20, "unknown-setting", "Ambil"),
        ("- Jeda: 10 menit", "Jeda sepuluh menit", 20, "text-not-shown", "butir"),
        ("- Menjelaskan", "Anda mampu:\n\n- Menjelaskan", 14, "text-not-shown", "butir"),
    ],
)
def test_what_is_ignored_in_the_book_is_a_warning_with_a_hint(
    tmp_path: Path, before: str, after: str, line: int, code: str, hint: str
) -> None:
    folder = write(tmp_path / "buku", {"buku.md": BOOK.replace(before, after)})
    result = parse_folder(folder)
    assert result.pocketbook is not None
    assert told(result.diagnostics) == [("buku.md", line, code)]
    assert not result.diagnostics[0].is_error
    assert hint in result.diagnostics[0].remedy


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", QuizSettings(10, 80, 10)),
        ("- Ambil: 5\n", QuizSettings(5, 80, 10)),
        ("* **Ambil:** 12 butir soal\n* Nilai lulus: 75%\n* Jeda: 2 jam.\n",
         QuizSettings(12, 75, 120)),
        ("• ambil : 3 soal\n• NILAI LULUS: 100 %\n• jeda: 1 hari\n", QuizSettings(3, 100, 1440)),
        ("- Jeda: 0 menit\n", QuizSettings(10, 80, 0)),
    ],
)  # fmt: skip
def test_settings_have_defaults_and_are_read_tolerantly(
    tmp_path: Path, settings: str, expected: QuizSettings
) -> None:
    book = BOOK[: BOOK.index("- Ambil")] + settings
    result = parse_folder(write(tmp_path / "buku", {"buku.md": book}))
    assert result.diagnostics == ()
    assert result.quiz == expected


def test_without_a_quiz_section_the_defaults_hold(tmp_path: Path) -> None:
    book = BOOK[: BOOK.index("## Kuis akhir")]
    assert parse_folder(write(tmp_path / "b", {"buku.md": book})).quiz == QuizSettings(10, 80, 10)


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("“Hak: dasar”", "Hak: dasar"),
        ("“Kata \"asing\"”", 'Kata "asing"'),
        ("'Hak: dasar'", "Hak: dasar"),
        ("Hak   dasar", "Hak dasar"),
        ("Menyapa Warga di Loket #3", "Menyapa Warga di Loket #3"),
        ("Hak: dasar", "Hak: dasar"),
        ("Hak \"dasar\" kita", 'Hak "dasar" kita'),
        ("“Ucapkan” dan “Dengar”", "“Ucapkan” dan “Dengar”"),
        ('"Loket \\"3\\""', 'Loket "3"'),
        ("'Jum''at'", "Jum'at"),
        ("Jum'at bersih", "Jum'at bersih"),
        ("12", "12"),
        ("2026-01-31", "2026-01-31"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("Tidak", "Tidak"),
        ("no", "no"),
        ("null", "null"),
        ("R&D, 5 > 3 * 2 [a] {b} | c", "R&D, 5 > 3 * 2 [a] {b} | c"),
        ("-5 derajat", "-5 derajat"),
        ("'# pagar'", "# pagar"),
        ("\u00a0Hak\u00a0dasar", "Hak dasar"),
        ("“Hak dasar\"", "Hak dasar"),
        ("x" * 150, "x" * 150),
    ],
)  # fmt: skip
def test_a_title_is_what_stands_on_its_line(tmp_path: Path, value: str, title: str) -> None:
    book = BOOK.replace("judul: Nilai dasar", f"judul: {value}")
    result = parse_folder(write(tmp_path / "b", {"buku.md": book}))
    assert result.diagnostics == ()
    assert result.pocketbook is not None
    assert result.pocketbook.title == title


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31 Januari 2026", "2026-01-31"),
        ("5 mei 2026", "2026-05-05"),
        ("31/01/2026", "2026-01-31"),
        ("1-2-2026", "2026-02-01"),
        ("31.12.2025", "2025-12-31"),
        ("2026/1/5", "2026-01-05"),
        ("2026-1-5", "2026-01-05"),
        ("31 Jan 2026", "2026-01-31"),
        ("Sabtu, 31 Januari 2026", "2026-01-31"),
        ("Jum'at, 2 Agt. 2024", "2024-08-02"),
        ("January 31, 2026", "2026-01-31"),
        ("2026\u201301\u201331", "2026-01-31"),
        ("2026-01-31T00:00:00Z", "2026-01-31"),
    ],
)
def test_a_date_in_another_form_is_told_with_the_right_one(
    tmp_path: Path, written: str, meant: str
) -> None:
    book = BOOK.replace("2026-01-31", written)
    (diagnostic,) = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert written in diagnostic.sentence
    assert f"peraturan_diperiksa: {meant}." in diagnostic.remedy


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("jp: 1:30", "1:30"),
        ("jp: 41", "40 JP"),
        ("jp:", "kosong"),
        ("jp: > 1", "tanda >"),
        ("jp: *a", "tanda *"),
        ("jp = 1", "tanda ="),
        ("jp: [1]", "kurung siku"),
        ('jp: "1', "tanda kutip"),
        ("jp: 1\njp: 2", "dua kali"),
        ("jp: 1\n  lanjutan", "menjorok"),
    ],
)
def test_the_head_names_the_cause(tmp_path: Path, value: str, cause: str) -> None:
    folder = write(tmp_path / "b", {"buku.md": BOOK.replace("jp: 1", value)})
    assert any(cause in p.sentence and p.is_error for p in parse_folder(folder).diagnostics)


@pytest.mark.parametrize(
    ("written", "months"),
    [("24 bulan", 24), ("2 tahun", 24), ("24bulan", 24), ("1 BULAN", 1), ("10 Tahun.", 120),
     ('"6 bulan"', 6), ("3 thn", 36), ("18 bln", 18)],
)  # fmt: skip
def test_a_book_says_how_long_its_certificates_are_in_force(
    tmp_path: Path, written: str, months: int
) -> None:
    book = BOOK.replace("jp: 1\n", f"jp: 1\nberlaku: {written}\n")
    result = parse_folder(write(tmp_path / "b", {"buku.md": book}))
    assert result.diagnostics == ()
    assert result.pocketbook is not None
    assert result.pocketbook.valid_months == months


def test_a_book_that_says_nothing_of_it_has_no_term(tmp_path: Path) -> None:
    pocketbook = parse_folder(write(tmp_path / "b")).pocketbook
    assert pocketbook is not None
    assert pocketbook.valid_months is None


def test_a_bare_number_is_told_with_what_to_write(tmp_path: Path) -> None:
    book = BOOK.replace("jp: 1\n", "jp: 1\nberlaku: 24\n")
    (diagnostic,) = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert (diagnostic.line, diagnostic.sentence) == (7, "Isian berlaku berisi 24 tanpa satuan.")
    assert "berlaku: 24 bulan" in diagnostic.remedy
    assert "berlaku: 2 tahun" in diagnostic.remedy


@pytest.mark.parametrize(
    "written",
    ["[asn, umum]", "asn, umum", "\n  - asn\n  - umum", "\n- asn\n- 'umum'", "[asn; umum]"],
)
def test_the_audience_may_be_listed_in_several_ways(tmp_path: Path, written: str) -> None:
    book = BOOK.replace("[asn, umum]", written)
    result = parse_folder(write(tmp_path / "b", {"buku.md": book}))
    assert result.diagnostics == ()
    assert result.pocketbook is not None
    assert result.pocketbook.audience == ("asn", "umum")


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_a_book_with_foreign_line_ends_and_mark_is_the_same_book(
    tmp_path: Path, line_end: str
) -> None:
    plain = parse_folder(write(tmp_path / "satu" / "buku"))
    foreign = parse_folder(
        write(
            tmp_path / "dua" / "buku",
            {
                "buku.md": "\ufeff" + BOOK.replace("\n", line_end),
                "01-satu.md": "\ufeff" + chapter_text().replace("\n", line_end),
            },
        )
    )
    assert foreign.diagnostics == ()
    assert foreign.pocketbook == plain.pocketbook


def test_an_unknown_audience_is_both_when_it_is_not_said(tmp_path: Path) -> None:
    book = BOOK.replace("untuk: [asn, umum]\n", "")
    result = parse_folder(write(tmp_path / "b", {"buku.md": book}))
    assert result.pocketbook is not None
    assert result.pocketbook.audience == ("asn", "umum")


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (b"", 1, "empty-file"),
        (b"\xef\xbb\xbf \r\n\t\r\n", 1, "empty-file"),
        (b"---\njudul: A\n---\n\nsat\xfc\n", 5, "not-utf-8"),
        ("---\njudul: A\n---\n".encode("utf-16"), 1, "not-utf-8"),
        (b"x" * (MAX_TEXT_BYTES + 1), 1, "file-too-large"),
        (b"---\njudul: A\n---\n\nnol\x00 di sini\n", 5, "control-character"),
        (b"---\njudul: A\n---\n\nx\xe2\x80\xa8y\n", 5, "control-character"),
    ],
)
def test_a_file_that_is_no_text_is_reported(
    tmp_path: Path, content: bytes, line: int, code: str
) -> None:
    result = parse_folder(write(tmp_path / "buku", {"01-satu.md": content}))
    assert told(result.diagnostics) == [("01-satu.md", line, code)]


def test_a_file_of_just_the_largest_size_is_read(tmp_path: Path) -> None:
    head = "---\njudul: A\n---\n"
    words = (("kata " * 1000 + "\n\n") * 100)[: MAX_TEXT_BYTES - len(head)]
    folder = write(tmp_path / "b", {"01-satu.md": head + words})
    assert parse_folder(folder).diagnostics == ()


def test_a_folder_without_book_still_has_its_chapters_checked(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(bank="- [x] lepas")})
    (folder / "buku.md").unlink()
    result = parse_folder(folder)
    assert result.pocketbook is None
    assert told(result.diagnostics)[1:] == [("buku.md", 1, "no-book-file")]
    assert result.diagnostics[0].code == "choice-before-question"


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    result = parse_folder(tmp_path / "tidak-ada")
    assert result.pocketbook is None
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["folder-unreadable"]


@pytest.mark.parametrize("name", ["02-dua.md", "buku.md"])
def test_a_symbolic_link_is_not_followed(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "buku")
    secret = tmp_path / "rahasia.md"
    secret.write_text("---\njudul: Rahasia\n---\n\nRahasia.\n")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(secret)
    result = parse_folder(folder)
    assert (name, 1, "not-a-plain-file") in told(result.diagnostics)
    assert "Rahasia" not in repr(result)


def test_a_folder_named_like_a_chapter_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    (folder / "02-dua.md").mkdir()
    assert told(parse_folder(folder).diagnostics) == [("02-dua.md", 1, "not-a-plain-file")]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Bab Dua.md", "02-bab-dua.md"),
        ("01-sapaan.md.txt", "01-sapaan.md (di Notepad"),
        ("02-dua.txt", "02-dua.md"),
        ("Bab 3 Ruang Tunggu.md", "03-ruang-tunggu.md"),
        ("bab-04.md", "04-bab.md"),
        ("5. Penutup.md", "05-penutup.md"),
        ("02-Dua.md", "02-dua.md"),
        ("2-étape.md", "02-etape.md"),
        ("02-dua .md", "02-dua.md"),
        ("Istilah.md", "istilah.md"),
        ("kartu.md.txt", "kartu.md"),
        ("01-Satu.md", "Berkas 01-satu.md sudah ada"),
        ("02-dua.docx", "Salin teks 02-dua.docx ke berkas teks 02-dua.md"),
        ("02 dua.md", "02-dua.md"),
        ("02-Dua.MD", "02-dua.md"),
        ("03_tiga.markdown", "03-tiga.md"),
        ("catatan.docx", "02-catatan.md"),
    ],
)
def test_a_file_that_is_not_read_is_told_with_a_better_name(
    tmp_path: Path, name: str, suggestion: str
) -> None:
    result = parse_folder(write(tmp_path / "buku", {name: "x"}))
    assert told(result.diagnostics) == [(name, 1, "file-not-read")]
    assert suggestion in result.diagnostics[0].remedy


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {".01-satu.md.swp": b"\xff", "~$01-satu.docx": b"\xff"})
    assert parse_folder(folder).diagnostics == ()


@pytest.mark.parametrize("name", ["Nilai Dasar", "nilai_dasar", "nilai--dasar"])
def test_a_folder_whose_name_is_no_address_is_an_error(tmp_path: Path, name: str) -> None:
    diagnostics = parse_folder(write(tmp_path / name)).diagnostics
    assert told(diagnostics) == [("buku.md", 1, "bad-slug")]


def test_problems_name_the_folder_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "content" / "buku", {"01-satu.md": ""})
    monkeypatch.chdir(tmp_path)
    diagnostics = parse_folder(Path("content/buku")).diagnostics
    assert [diagnostic.path for diagnostic in diagnostics] == ["content/buku/01-satu.md"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Buku.md", "Ganti nama Buku.md menjadi buku.md."),
        ("BUKU.MD", "Ganti nama BUKU.MD menjadi buku.md."),
        ("buku.md.txt", "Ganti nama buku.md.txt menjadi buku.md (di Notepad"),
        ("buku.txt", "Ganti nama buku.txt menjadi buku.md"),
        ("buku.markdown", "Ganti nama buku.markdown menjadi buku.md."),
        ("Buku Saku.md", "Ganti nama Buku Saku.md menjadi buku.md."),
        ("buku.docx", "Salin teks buku.docx ke berkas teks buku.md."),
        ("catatan.md", "Buat buku.md"),
    ],
)
def test_a_folder_without_a_book_is_told_which_file_was_meant(
    tmp_path: Path, name: str, advice: str
) -> None:
    folder = write(tmp_path / "buku")
    (folder / "buku.md").rename(folder / name)
    errors = [p for p in parse_folder(folder).diagnostics if p.is_error]
    assert [(Path(p.path).name, p.code) for p in errors] == [("buku.md", "no-book-file")]
    assert advice in errors[0].remedy


def test_chapters_in_a_folder_of_their_own_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"bab/02-dua.md": chapter_text(), "gambar/baca.txt": "x"})
    assert told(parse_folder(folder).diagnostics) == [("bab", 1, "file-not-read")]


@pytest.mark.parametrize(
    ("names", "looks"),
    [
        (["01-sapaan.md"], True),
        (["Buku.md"], True),
        (["buku.md.txt", "01-sapaan.md.txt"], True),
        (["Bab 1 Sapaan.md"], True),
        (["1. Sapaan.txt"], True),
        (["Naskah HAM.docx"], True),
        ([], False),
        (["README.md"], False),
        (["catatan.txt", "foto.jpg"], False),
        ([".01-sapaan.md.swp", "~$naskah.docx"], False),
    ],
)
def test_a_folder_looks_like_a_pocketbook_by_its_files(
    tmp_path: Path, names: list[str], looks: bool
) -> None:
    for name in names:
        (tmp_path / name).write_text("x")
    assert looks_like_pocketbook(tmp_path) is looks


@pytest.mark.parametrize("title", ["Hak **dasar**", "Hak <b>dasar</b>", "Hak `dasar`", "A &amp; B"])
def test_marks_in_a_title_are_told(tmp_path: Path, title: str) -> None:
    book = BOOK.replace("judul: Nilai dasar", f"judul: {title}")
    result = parse_folder(write(tmp_path / "b", {"buku.md": book}))
    assert told(result.diagnostics) == [("buku.md", 2, "markup-in-title")]
    assert result.pocketbook is not None
    assert result.pocketbook.title == title


def test_what_is_longer_than_the_database_takes_is_told(tmp_path: Path) -> None:
    name = f"02-{'a' * 81}.md"
    files = {name: chapter_text(), "kartu.md": f"# {'x' * 151}\n\nIsi.\n"}
    diagnostics = parse_folder(write(tmp_path / "b", files)).diagnostics
    assert sorted(told(diagnostics)) == [
        (name, 1, "name-too-long"),
        ("kartu.md", 1, "title-too-long"),
    ]
    long_name = parse_folder(write(tmp_path / ("c" * 81))).diagnostics
    assert told(long_name) == [("buku.md", 1, "bad-slug")]
