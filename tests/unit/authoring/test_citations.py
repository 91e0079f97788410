"""Regulations as people write them, and the index of what rests on them."""

from pathlib import Path

import pytest

from lms.authoring.citations import Citation, index_citations, question_sources
from lms.authoring.regulations import regulations_in
from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, parse_folder, write


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("UU 39/1999", ["UU 39/1999"]),
        ("UU Nomor 39 Tahun 1999", ["UU 39/1999"]),
        ("UU No. 39 Tahun 1999", ["UU 39/1999"]),
        ("UU No.39/1999", ["UU 39/1999"]),
        ("UU RI Nomor 39 Tahun 1999", ["UU 39/1999"]),
        ("uu 039 / 1999", ["UU 39/1999"]),
        ("Undang-Undang Nomor 39 Tahun 1999", ["UU 39/1999"]),
        ("Undang-undang nomor 39 tahun 1999", ["UU 39/1999"]),
        ("Undang-Undang Republik Indonesia Nomor 25 Tahun 2009", ["UU 25/2009"]),
        ("Undang-Undang\nNomor 25\nTahun 2009", ["UU 25/2009"]),
        ("(UU 37/2008).", ["UU 37/2008"]),
        ("Pasal 9 ayat (3) UU 39/1999; UU 25/2009 Pasal 4", ["UU 39/1999", "UU 25/2009"]),
        ("UU 13/2006 jo. 31/2014", ["UU 13/2006", "UU 31/2014"]),
        ("UU 13/2006 jo UU 31/2014", ["UU 13/2006", "UU 31/2014"]),
        ("UU 13/2006 juncto 31/2014", ["UU 13/2006", "UU 31/2014"]),
        ("UU Nomor 13 Tahun 2006 jo. Nomor 31 Tahun 2014", ["UU 13/2006", "UU 31/2014"]),
        ("UU 11/2005, 12/2005, dan 8/2016", ["UU 11/2005", "UU 12/2005", "UU 8/2016"]),
        ("UU 11/2005 dan PP 12/2005", ["UU 11/2005", "PP 12/2005"]),
        ("PP 94/2021", ["PP 94/2021"]),
        ("Peraturan Pemerintah Nomor 94 Tahun 2021", ["PP 94/2021"]),
        ("Peraturan Pemerintah Pengganti Undang-Undang Nomor 2 Tahun 2022", ["Perppu 2/2022"]),
        ("Perpres 76/2013", ["Perpres 76/2013"]),
        ("Peraturan Presiden Nomor 76 Tahun 2013", ["Perpres 76/2013"]),
        ("Keputusan Presiden Nomor 36 Tahun 1990", ["Keppres 36/1990"]),
        ("Perma 3/2017", ["Perma 3/2017"]),
        ("Permenkumham 25/2023", ["Permenkumham 25/2023"]),
        ("permenkumham nomor 25 tahun 2023", ["Permenkumham 25/2023"]),
        ("Peraturan Menteri Hukum dan Hak Asasi Manusia Nomor 25 Tahun 2023",
         ["Permenkumham 25/2023"]),
        ("Permen HAM 14/2025", ["Permen HAM 14/2025"]),
        ("Peraturan Menteri Hak Asasi Manusia Nomor 14 Tahun 2025", ["Permen HAM 14/2025"]),
        ("Permen PPPA 4/2018", ["Permen PPPA 4/2018"]),
        ("Permendikbudristek 46/2023", ["Permendikbudristek 46/2023"]),
        ("Peraturan Menteri Pendidikan, Kebudayaan, Riset, dan Teknologi Nomor 46 Tahun 2023",
         ["Permendikbudristek 46/2023"]),
        ("PermenPAN-RB Nomor 29 Tahun 2022", ["Permen PANRB 29/2022"]),
        ("Permen PANRB 29/2022", ["Permen PANRB 29/2022"]),
        ("Peraturan Menteri Sosial Nomor 4 Tahun 2020", ["Permen Sosial 4/2020"]),
        ("Peraturan BKN 8/2019", ["Peraturan BKN 8/2019"]),
        ("Peraturan Badan Kepegawaian Negara Nomor 8 Tahun 2019", ["Peraturan BKN 8/2019"]),
        ("PerLAN 15/2020", ["Peraturan LAN 15/2020"]),
        ("UUD 1945", ["UUD 1945"]),
        ("Pasal 28D UUD", ["UUD 1945"]),
        ("UUD NRI 1945 Pasal 28I ayat (1)", ["UUD 1945"]),
        ("UUD NRI Tahun 1945", ["UUD 1945"]),
        ("Undang-Undang Dasar Negara Republik Indonesia Tahun 1945", ["UUD 1945"]),
        ("undang-undang dasar", ["UUD 1945"]),
        ("UUD 1945 dan UU 39/1999", ["UUD 1945", "UU 39/1999"]),
        ("TAP MPR XVII/MPR/1998", ["TAP MPR XVII/1998"]),
        ("TAP MPR Nomor XVII/MPR/1998", ["TAP MPR XVII/1998"]),
        ("TAP MPR No. XVII/MPR/1998", ["TAP MPR XVII/1998"]),
        ("Ketetapan MPR RI Nomor XVII/MPR/1998", ["TAP MPR XVII/1998"]),
        ("Ketetapan Majelis Permusyawaratan Rakyat Nomor XVII/MPR/1998", ["TAP MPR XVII/1998"]),
        ("TAP MPR XI/MPR/1998", ["TAP MPR XI/1998"]),
        ("MK 151/PUU-XXII/2024", ["MK 151/PUU-XXII/2024"]),
        ("Putusan Mahkamah Konstitusi Nomor 151/PUU-XXII/2024", ["MK 151/PUU-XXII/2024"]),
        ("Mahkamah Konstitusi (Putusan 97/PUU-XIV/2016)", ["MK 97/PUU-XIV/2016"]),
        ("Putusan MK No. 2-3/puu-v/2007", ["MK 2-3/PUU-V/2007"]),
        ("UU 27/2022; MK 151/PUU-XXII/2024 dan MK 97/PUU-XIV/2016",
         ["UU 27/2022", "MK 151/PUU-XXII/2024", "MK 97/PUU-XIV/2016"]),
        ("DUHAM Pasal 1", ["DUHAM"]),
        ("Deklarasi Universal Hak Asasi Manusia", ["DUHAM"]),
    ],
)  # fmt: skip
def test_a_regulation_is_known_in_every_form(text: str, names: list[str]) -> None:
    assert list(regulations_in(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "undang-undang itu",
        "UU ini berlaku sejak tahun 1999",
        "peraturan itu melengkapi nomor 12 tahun 2020",
        "Pasal 5 ayat (2)",
        "pada 12/2020",
        "SP4N-LAPOR! 1708",
        "PP muda 12 orang",
        "UU 39/19991",
        "TAP MPR",
        "perkara 97/PHPU-XIV/2016",
        "suudzon",
    ],
)
def test_what_names_no_regulation_is_none(text: str) -> None:
    assert list(regulations_in(text)) == []


def test_a_sentence_about_a_regulation_is_not_part_of_its_name() -> None:
    assert list(regulations_in("peraturan itu mengubah UU 39/1999")) == ["UU 39/1999"]


def line_of(text: str, words: str) -> int:
    """The first line of a file that begins with some words, or has them in it."""
    lines = text.split("\n")
    begins = [n for n, line in enumerate(lines, start=1) if line.startswith(words)]
    return (begins or [n for n, line in enumerate(lines, start=1) if words in line])[0]


def lines_of(folder: Path, files: dict[str, str | bytes]) -> dict[str, list[tuple[str, int, bool]]]:
    """The index of one pocketbook: file, line, and whether it is a question's."""
    index = index_citations([parse_folder(write(folder, files))])
    return {
        name: [(Path(each.path).name, each.line, each.is_question) for each in places]
        for name, places in index.items()
    }


def test_the_index_goes_by_kind_and_then_by_age(tmp_path: Path) -> None:
    body = (
        "UU 25/2009, UU 5/1998, UU 39/1999, UU 8/1999, PP 94/2021, PP 9/2021, UUD 1945, "
        "Perpres 76/2013, TAP MPR XVII/MPR/1998, MK 151/PUU-XXII/2024, MK 97/PUU-XIV/2016."
    )
    chapter = chapter_text(body=body, checks="", bank="")
    index = lines_of(tmp_path / "b", {"01-satu.md": chapter})
    assert list(index) == [
        "MK 97/PUU-XIV/2016",
        "MK 151/PUU-XXII/2024",
        "PP 9/2021",
        "PP 94/2021",
        "Perpres 76/2013",
        "TAP MPR XVII/1998",
        "UU 5/1998",
        "UU 8/1999",
        "UU 39/1999",
        "UU 25/2009",
        "UUD 1945",
    ]


def test_the_index_tells_questions_from_text(tmp_path: Path) -> None:
    bank = QUESTION.replace("Seorang warga", "Menurut UU 39/1999, seorang warga").replace(
        "Ini memindahkan beban.", "PP 94/2021 melarangnya."
    )
    body = "UU 8/2016.\n\n**Sumber:** UU 8/2016."
    text = chapter_text(body=body, bank=bank, checks="") + "\n## Penutup\n\nUU 25/2009.\n"
    index = lines_of(tmp_path / "b", {"01-satu.md": text})
    assert index == {
        "PP 94/2021": [("01-satu.md", line_of(text, "PP 94"), True)],
        "UU 39/1999": [("01-satu.md", line_of(text, "### "), True)],
        "UU 25/2009": [("01-satu.md", line_of(text, "UU 25"), False)],
        "UU 8/2016": [
            ("01-satu.md", line_of(text, "UU 8"), False),
            ("01-satu.md", line_of(text, "**Sumber:**"), False),
            ("01-satu.md", line_of(text, "> **Sumber:**"), True),
        ],
    }


def test_a_line_stands_once_whatever_it_repeats(tmp_path: Path) -> None:
    body = "UU 8/2016 dan Undang-Undang Nomor 8 Tahun 2016.\n\nUU 8/2016."
    index = lines_of(tmp_path / "b", {"01-satu.md": chapter_text(body=body, checks="", bank="")})
    assert index == {"UU 8/2016": [("01-satu.md", 6, False), ("01-satu.md", 8, False)]}


def test_a_name_on_two_lines_stands_where_its_number_is(tmp_path: Path) -> None:
    body = "> Dasarnya Undang-Undang\n> Nomor 8 Tahun 2016."
    index = lines_of(tmp_path / "b", {"01-satu.md": chapter_text(body=body, checks="", bank="")})
    assert index == {"UU 8/2016": [("01-satu.md", 7, False)]}


def test_the_index_covers_the_head_and_the_appendices_but_no_comments(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "buku.md": BOOK.replace("Pengantar singkat.", "Pengantar UUD 1945. <!-- UU 1/2023 -->"),
        "01-satu.md": chapter_text(body="Teks.", checks="", bank=""),
        "kartu.md": "# Kartu\n\nUU 23/2004.\n",
    }
    assert lines_of(tmp_path / "b", files) == {
        "UU 23/2004": [("kartu.md", 3, False)],
        "UUD 1945": [("buku.md", 10, False)],
    }


def test_several_pocketbooks_share_one_index(tmp_path: Path) -> None:
    chapter = chapter_text(body="UU 8/2016.", checks="", bank="")
    folders = [write(tmp_path / name, {"01-satu.md": chapter}) for name in ("b", "a")]
    index = index_citations([parse_folder(folder) for folder in folders])
    paths = [f"{folder.as_posix()}/01-satu.md" for folder in folders]
    assert index == {"UU 8/2016": [Citation(path, 6, is_question=False) for path in paths]}


@pytest.mark.parametrize(
    ("source", "is_told"),
    [
        ("> **Sumber:** UU 8/2016.", False),
        ("> **Sumber:** praktik baik Bab 2.", False),
        ("> **Sumber:** lapor.go.id.", False),
        ("> **Sumber:** https://komnasham.example/x", False),
        ("> **Sumber:** DUHAM Pasal 1.", False),
        ("> **Sumber:**\n> UU 8/2016.", False),
        ("> **Sumber:** Undang-Undang\n> Nomor 8 Tahun 2016.", False),
        ("> **Sumber:** praktik yang baik.", True),
        ("> Sumber: pengalaman.", True),
        ("> *Sumber*: undang-undang", True),
        ("> **Sumber:** pengalaman\n>\n> **Menguji:** tujuan 1, ingat.", True),
        ("> **Sumber:** pengalaman\n>\n> UU 8/2016 tidak disebut sumbernya.", True),
    ],
)
def test_a_source_names_a_regulation_or_a_place_to_look(
    tmp_path: Path, source: str, is_told: bool
) -> None:
    bank = QUESTION.replace("> **Sumber:** UU 8/2016.", source)
    text = chapter_text(bank=bank, checks="")
    result = parse_folder(write(tmp_path / "b", {"01-satu.md": text}))
    found = [(each.file_name, each.line) for each in question_sources(result) if each.is_vague]
    assert found == [("01-satu.md", line_of(text, source.split("\n")[0]))] * is_told
