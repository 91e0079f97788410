"""Choices that speak of other choices are told, and kept last or refused."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.parsing.pointing import pointing_of
from tests.unit.authoring.pocketbooks import QUESTION, chapter_text, parse_folder, write

ALL = [
    "Benar semua", "Semua benar", "Semua jawaban benar", "Semua jawaban di atas benar.", "Semuanya",
    "Semua di atas", "Semua pilihan di atas benar", "Semuanya benar", "Salah semua", "Semua salah",
    "Tidak ada yang benar", "Tidak ada jawaban yang benar", "Tidak ada satu pun yang benar",
    "Tidak satupun benar", "Bukan salah satu di atas", "Semua opsi benar", "Seluruh jawaban tepat",
    "Semua yang di atas", "Semua hal di atas", "Jawaban di atas salah", "Jawaban benar semua",
    "All of the above", "**Semua benar**", "“Semua jawaban”", "Ketiganya", "Ketiganya benar",
    "Ketiga pilihan di atas benar", "Benar ketiganya", "Tiga-tiganya", "Semua pernyataan benar",
    "Tidak satu pun", "Tak satupun", "Tidak ada satu pun.",
]  # fmt: skip
SOME = [
    "Opsi A dan B", "A dan B", "A & C", "A, B, dan C", "A/B", "A + B", "Hanya B", "Hanya A dan C",
    "B saja", "A dan C saja", "Jawaban A", "Pilihan a, b benar", "a dan b benar", "Semua kecuali A",
    "Selain B", "(1) dan (3)", "1 dan 3", "1, 2, dan 3 benar", "Nomor 1 dan 2", "Jawaban pertama",
    "Pilihan pertama dan kedua", "Opsi terakhir", "Sama dengan B", "Huruf A", "A atau B",
    "I dan III", "Opsi A dan opsi B", "pilihan 1 dan pilihan 2", "Keduanya benar",
    "Kedua jawaban benar", "**A dan B**", "A dan B benar semua", "Dua yang pertama", "Dua pertama",
    "Tiga pilihan terakhir benar", "Yang di atas", "Yang tersebut di atas", "Selain yang di atas",
    "Selain itu semua benar", "Selain itu", "a–c", "A - C", "a s.d. c", "A sampai C", "Nomor 2",
    "No. 3", "Nomor 1–3", "Pilihan 1 sampai 3",
]  # fmt: skip
NOTHING = [
    "Semua orang berhak atas layanan", "Semua data benar dan lengkap", "Tidak ada", "A", "B", "3",
    "1 atau 2", "Hanya 2", "Golongan A", "Vitamin A dan C", "Keduanya diberi kesempatan", "5",
    "Semua warga", "Tidak ada yang berubah", "Yang pertama datang", "Pertama", "Bab 1 dan 2",
    "Semua pegawai di atas usia 50", "UU 25/2009", "Itu salah", "Benar", "Jawaban jujur",
    "Pasal 1 dan 2", "Hanya ketua", "1–3", "Dua orang pertama", "Dua hari terakhir", "Di atas meja",
    "Selain itu, catat namanya", "Yang di atas 50 tahun", "2 sampai 3",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "pointing"),
    [
        *((text, "all") for text in ALL),
        *((text, "some") for text in SOME),
        *((text, None) for text in NOTHING),
    ],
)
def test_a_choice_that_speaks_of_others_is_recognised(text: str, pointing: str | None) -> None:
    assert pointing_of(text, 4, "Apa langkah pertama?") == pointing


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("A memukul B. Siapa yang dilaporkan?", "A dan B"),
        ("A memukul B. Siapa yang dilaporkan?", "Hanya A"),
        ("Perhatikan: (1) satu; (2) dua; (3) tiga.", "(1) dan (3)"),
        ("Perhatikan pernyataan berikut.", "1 dan 3"),
        ("Dua pernyataan tentang hak.", "Keduanya benar"),
        ("Tiga pernyataan tentang hak.", "Dua yang pertama"),
        ("Ke loket nomor berapa ia diarahkan?", "Nomor 2"),
    ],
)
def test_a_choice_may_speak_of_what_the_question_names(asked: str, text: str) -> None:
    assert pointing_of(text, 4, asked) is None


def test_a_choice_that_counts_all_others_stays_last() -> None:
    assert [pointing_of("Ketiganya benar", count, "?") for count in (3, 4, 5)] == [
        "some",
        "all",
        "some",
    ]


@pytest.mark.parametrize(
    ("fourth", "code", "severity"),
    [
        ("Benar semua", "all-of-the-above", "warning"),
        ("Ketiganya", "all-of-the-above", "warning"),
        ("Keduanya", "choice-by-letter", "error"),
        ("Hanya B", "choice-by-letter", "error"),
    ],
)
def test_each_is_told_at_its_line(tmp_path: Path, fourth: str, code: str, severity: str) -> None:
    bank = QUESTION.replace("\n\n> **Pemb", f"\n- [ ] {fourth}\n  > Keliru.\n\n> **Pemb")
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(bank=bank, checks="")})
    result = parse_folder(folder)
    found = [p for p in check_pocketbook(result) if p.code != "no-checks"]
    line = result.chapters[0].bank[0].choices[-1].line
    assert [(p.code, p.severity, p.line) for p in found] == [(code, severity, line)]
    assert fourth in found[0].sentence
    stays_last = result.chapters[0].bank[0].choices[-1].stays_last
    assert stays_last is (code == "all-of-the-above")


def test_only_one_choice_can_stay_last(tmp_path: Path) -> None:
    bank = QUESTION.replace("Meminta ia kembali", "Benar semua").replace(
        "Menunggu atasan", "Tidak ada yang benar"
    )
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(bank=bank, checks="")})
    found = [p for p in check_pocketbook(parse_folder(folder)) if p.is_error]
    assert [p.code for p in found] == ["two-stay-last"]
