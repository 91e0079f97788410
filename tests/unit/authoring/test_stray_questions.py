"""No key stands in readable text, whatever the heading above it is called."""

from pathlib import Path

import pytest

from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, parse_folder, write

TICKED = "- [x] memanggil dengan nama\n- [ ] mengusir warga\n- [ ] diam saja\n"
FED = "- [ ] mengusir warga\n  > Keliru.\n- [ ] diam saja\n  > Keliru.\n"
PLAIN = "- memanggil\n  > Tepat.\n- mengusir\n  > Keliru.\n"
STRAY = [
    pytest.param(f"## {name}\n\n{QUESTION}", 3, id=name)
    for name in (
        "Soal kuis tambahan", "Kuis", "Latihan", "Latihan soal", "Uji diri", "Refleksi", "Penutup",
        "Bank soal", "Evaluasi", "Post-test", "Quiz", "Cek pemahaman Anda",
        "Soal Kuis 2", "Ringkasan",
    )
] + [
    pytest.param(f"### Bagaimana memanggil warga?\n\n{TICKED}", 1, id="below a third heading"),
    pytest.param(f"### Memanggil warga\n\n{TICKED}", 1, id="a third heading that asks nothing"),
    pytest.param(f"#### Memanggil warga\n\n{TICKED}", 1, id="a fourth heading"),
    pytest.param(f"## Bagaimana memanggil warga?\n\n{TICKED}", 1, id="a second heading that asks"),
    pytest.param(f"## Latihan\n\n**Bagaimana?**\n\n{TICKED}", 1, id="a question in bold"),
    pytest.param(f"## Lain\n\nBagaimana memanggil warga?\n\n{TICKED}", 1, id="a question in words"),
    pytest.param(f"Bagaimana memanggil warga?\n\n{TICKED}", 3, id="no heading at all"),
    pytest.param(f"## Lain\n\n{TICKED}\n> Sebab itulah namanya.\n", 1, id="a quote after a tick"),
    pytest.param(f"## Lain\n\n{FED}", 1, id="feedback without a tick"),
    pytest.param("## Lain\n\n- [ ] a\n- [ ] b\n\n> **Pembahasan:** a.\n", 1, id="an explanation"),
    pytest.param(f"## Soal\n\n### Apa?\n\n{PLAIN}", 3, id="no boxes, but feedback"),
    pytest.param("## Soal\n\n### Apa?\n\na. satu\nb. dua\n\nKunci: b\n", 3, id="letters and a key"),
    pytest.param("### Apa?\n\nA. satu\n\nB. dua\n\nJawaban: B\n", 1, id="letters and an answer"),
    pytest.param("### Apa?\n\n- [*] satu\n- [ ] dua\n", 1, id="another tick"),
    pytest.param("### Apa?\n\n[x] satu\n[ ] dua\n", 1, id="no bullet"),
    pytest.param("### Apa?\n\n1. [x] satu\n2. [ ] dua\n", 1, id="numbers"),
    pytest.param("## Lain\n\nLangkah pertama adalah:\n\n- [x] a\n- [ ] b\n", 1, id="a gap"),
    pytest.param("## Lain\n\nLangkahnya ....\n\n- [x] a\n- [ ] b\n", 1, id="dots"),
    pytest.param("## Lain\n\nPilih satu:\n\n- [x] a\n- [ ] b\n", 1, id="an order"),
    pytest.param("## Lain\n\n**Latihan**\n\nNama:\n\n- [x] a\n- [ ] b\n", 1, id="bold title"),
    pytest.param("## Lain\n\n1. Apa?\n   - [x] a\n   - [ ] b\n", 1, id="numbered questions"),
    pytest.param("## Lain\n\nApa?\n----\n\n- [x] a\n- [ ] b\n", 1, id="underlined heading"),
    pytest.param("### Apa?\n\n| Isi | |\n|---|---|\n| a | [x] |\n| b | [ ] |\n", 1, id="a table"),
    pytest.param("### Apa?\n\n\u2611 a\n\n\u2610 b\n", 1, id="ballot boxes"),
    pytest.param("### Apa?\n\n- a\n- b ✅\n- c\n", 1, id="a tick behind"),
    pytest.param("### Apa?\n\na. satu\nb. dua (benar)\nc. tiga\n", 1, id="a word behind"),
    pytest.param("### Apa?\n\na. satu\nb. dua\n\nJawaban yang benar adalah b.\n", 1, id="in words"),
    pytest.param("### Apa?\n\n- satu\n- dua\n\n> **Pembahasan:** dua.\n", 1, id="only explained"),
    pytest.param("### Apa?\n\n- a\n  Tepat.\n- b\n  Keliru.\n", 1, id="feedback without mark"),
    pytest.param("> Apa?\n>\n> - [x] satu\n> - [ ] dua\n", 3, id="quoted without heading"),
    pytest.param("> ### Apa?\n>\n> - [x] satu\n> - [ ] dua\n>\n>   > Keliru.\n", 3, id="quoted"),
] + [
    pytest.param(f"### {heading}\n\nPetugas sebaiknya:\n\n{choices}", 1, id=f"{heading}, {kind}")
    for heading in ("Renungkan", "Di loket kelurahan", "Coba", "Refleksi", "Simulasi")
    for kind, choices in {
        "ballots": "☐ mengusir\n\n☑ menyapa\n\n☐ diam\n",
        "brackets": "( ) mengusir\n\n(x) menyapa\n",
        "items": "- ( ) mengusir\n- (x) menyapa\n",
        "radios": "○ mengusir\n\n● menyapa\n\n○ diam\n",
        "first radio": "● mengusir\n\n○ menyapa\n\n○ diam\n",
        "signs": "a. mengusir ❌\nb. menyapa ✅\n",
        "verdicts": "- mengusir\n  > Keliru.\n- menyapa\n  > Tepat.\n",
        "verdicts apart": "a. mengusir\n\n> Keliru.\n\nb. menyapa\n\n> **Tepat:** sopan.\n",
        "explained": "1. mengusir\n2. menyapa\n\n> **Pembahasan:** Nomor 2.\n> **Sumber:** UU.\n",
        "explained in words": "1. mengusir\n2. menyapa\n\nPembahasan: Yang tepat nomor 2.\n",
    }.items()
] + [
    pytest.param(f"## Refleksi\n\nSebuah paragraf.\n\n{TICKED}", 1, id="a second heading"),
    pytest.param("### Latihan mandiri\n\n○ a\n\n● b\n\n○ c\n", 1, id="radios alone"),
    pytest.param("Soal: Apa?\n\na) satu\n\nb) dua\n\n(Jawaban: b)\n", 3, id="key in brackets"),
    pytest.param("### Apa?\n\n- satu\n- dua\n\nJawaban: dua\n", 1, id="the right item's words"),
    pytest.param("### Coba\n\n- satu\n- dua\n\n**Kunci:** pilihan kedua\n", 1, id="its place"),
    pytest.param("### Kasus 1\n\na. satu ❌\nb. dua ✅\n", 1, id="a case with signs"),
    pytest.param("### Siapa\n\n✅ satu\n\n❌ dua\n", 1, id="signs in front"),
    pytest.param("### Apa?\n\na. satu\n> Keliru.\n\nb. dua\n> Tepat.\n", 1, id="letters judged"),
    pytest.param("## Kunci jawaban\n\n1. B\n2. A\n", 1, id="a list of keys"),
    pytest.param("## Kunci jawaban\n\n1. Menyapa\n2. Diam\n", 1, id="a list of right words"),
    pytest.param("**Kunci:**\n\n1. A\n2. B\n", 3, id="a list of keys below bold words"),
    pytest.param("**Kunci jawaban:** 1. B, 2. A, 3. C\n", 1, id="keys in one line"),
    pytest.param("### Lampiran\n\n1. C\n2. A\n3. C\n", 1, id="letters under any heading"),
    pytest.param("| No | Soal | Jawaban |\n|---|---|---|\n| 1 | Apa? | a |\n", 1, id="key table"),
    pytest.param("| Isi | |\n|---|---|\n| a | [x] |\n| b | [ ] |\n", 3, id="a table of boxes"),
    pytest.param("| Isi | Y | T |\n|---|---|---|\n| a | [x] | [ ] |\n", 3, id="a row of boxes"),
    pytest.param("> - [x] satu\n> - [ ] dua\n", 1, id="boxes in a quote"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), STRAY)
def test_a_question_in_a_chapters_text_is_an_error(tmp_path: Path, text: str, line: int) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=f"Isi.\n\n{text}")})
    diagnostics = [p for p in parse_folder(folder).diagnostics if p.is_error]
    assert [(p.code, p.line) for p in diagnostics] == [("question-outside-section", line + 7)]
    assert "Cek pemahaman" in diagnostics[0].remedy


@pytest.mark.parametrize(("text", "line"), STRAY)
def test_a_question_in_the_introduction_or_an_appendix_is_an_error(
    tmp_path: Path, text: str, line: int
) -> None:
    book = BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n{text}")
    appendix = f"# Istilah\n\nIsi.\n\n{text}"
    folder = write(tmp_path / "b", {"buku.md": book, "istilah.md": appendix})
    diagnostics = [p for p in parse_folder(folder).diagnostics if p.is_error]
    assert [(p.code, p.path.rpartition("/")[2], p.line) for p in diagnostics] == [
        ("question-outside-section", "buku.md", line + 11),
        ("question-outside-section", "istilah.md", line + 4),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Daftar:\n\n- [x] sudah\n- [ ] belum\n",
        "## Sebelum pulang\n\n- [ ] kunci lemari\n- [ ] matikan lampu\n",
        "### Sebelum pulang\n\n- [ ] kunci lemari\n- [ ] matikan lampu\n",
        "## Daftar periksa\n\n- [ ] satu\n- [ ] dua\n\n> **Ucapkan:** Selamat pagi.\n",
        "## Daftar periksa\n\n- [ ] satu\n- [ ] dua\n> **Hindari:** marah.\n",
        "### Apa yang perlu?\n\n- satu\n- dua\n\n> Kata bijak.\n",
        "## Latihan bersama\n\n- Duduk melingkar.\n- Ceritakan satu kejadian.\n",
        "## Latihan\n\n### Apa yang Anda rasakan?\n\n- Catat tiga hal.\n",
        "### Apakah semua siap?\n\n- [ ] kunci lemari\n- [ ] matikan lampu\n",
        "### Benar atau salah?\n\n- Benar: sapa.\n- Salah: diam.\n",
        "### Apakah boleh?\n\nBoleh, dengan syarat berikut.\n\n- satu\n- dua\n",
        "## Percakapan\n\n> Petugas: Apa keperluan Ibu?\n>\n> Warga: Surat pindah.\n",
        "Beri tanda [x] pada formulir yang lengkap.\n",
        "### Lakukan\n\n✅ Sapa dahulu.\n\n❌ Jangan menunda.\n",
        "### Rujukan\n\n[1] UU 39/1999.\n[2] UU 25/2009.\n",
        "```\n### Apa?\n- [x] contoh\n  > Tepat.\n```\n",
        "## Menjawab soal warga\n\n1. Dengarkan.\n2. Ulangi.\n\n> Pesan seorang petugas.\n",
        "> **Sumber:** UU 39/1999.\n",
        "### Sebelum pulang\n\n☐ kunci lemari\n\n☐ matikan lampu\n",
        "### Yang boleh dan tidak?\n\n- menyapa ✅\n- mengusir ❌\n",
        "### Di loket\n\n- menyapa ✅\n- mengusir ❌\n- mencatat ✅\n",
        "### Tanya jawab\n\n1. Apakah boleh?\n\n   Jawaban: Boleh.\n2. Siapa yang datang?\n",
        "### Apakah boleh?\n\nJawaban: Boleh, dengan syarat berikut.\n\n- satu\n- dua\n",
        "| Pertanyaan | Jawaban |\n|---|---|\n| Apakah boleh? | Boleh. |\n",
        "### Tanya jawab\n\n- Apa itu?\n  Jawaban: surat.\n- Berapa lama?\n  Jawaban: 3 hari.\n",
        "### Golongan\n\n1. A\n2. B\n3. C\n",
        "### Kunci keberhasilan\n\n1. Sabar\n2. Tekun\n",
        "### Persyaratan\n\n● Berkas\n\n○ KTP\n\n○ KK\n",
        "### Ujaran\n\n- Datanglah\n- Pulanglah\n\n> **Benar:** sapa.\n\n> **Salah:** diam.\n",
        "### Timbangan\n\n(+) cepat\n\n(-) mahal\n",
        "A. Rahman menulis [sic] begitu.\n\nB. Sari membacanya.\n",
    ],
)
def test_plain_lists_and_task_lists_stay_as_they_are(tmp_path: Path, text: str) -> None:
    folder = write(
        tmp_path / "b",
        {
            "01-satu.md": chapter_text(body=f"Isi.\n\n{text}"),
            "buku.md": BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n{text}"),
            "kartu.md": f"# Kartu\n\n{text}",
        },
    )
    assert parse_folder(folder).diagnostics == ()


@pytest.mark.parametrize(
    "heading",
    ["Soal kuis tambahan", "Soal kuiz", "Cek pemahaman Anda", "Bank soal kuis", "Cek pemahman"],
)
def test_a_heading_near_a_section_is_told(tmp_path: Path, heading: str) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=f"Isi.\n\n## {heading}\n\nx")})
    assert [(p.code, p.line) for p in parse_folder(folder).diagnostics] == [
        ("section-near-miss", 8)
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "- Ambil: 1 soal", "- Nilai lulus: 60", "- Jeda: 10 menit", "* **Nilai lulus:** 60",
        "1. Ambil: 5 soal", "Nilai lulus: 60", "Nilai lulus = 60", "nilai lulus : 60%",
        "| Nilai lulus | 60 |", "> Jeda: 10 menit", "• AMBIL: 3",
        "- *Jeda*: 1 jam", "\uf0b7 x\n- Ambil: 3",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "heading", ["", "## Kuis akhir modul\n\n", "## Kuis ahir\n\n", "## Aturan\n\n"]
)
def test_settings_outside_their_section_are_an_error(
    tmp_path: Path, settings: str, heading: str
) -> None:
    book = BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n{heading}{settings}")
    diagnostics = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert "setting-outside-section" in [p.code for p in diagnostics if p.is_error]
    told = [p.code for p in diagnostics if p.code == "section-near-miss"]
    assert told == ["section-near-miss"] * heading.startswith("## Kuis")


@pytest.mark.parametrize(
    "text",
    [
        "Nilai lulus ditetapkan lembaga.", "Ambil waktu 10 menit untuk membaca.",
        "- Jeda sejenak sebelum menjawab", "Baca bab 3, ambil napas, lalu jeda.",
        "```\n- Ambil: 3 soal\n```",
    ],
)  # fmt: skip
def test_words_of_settings_in_a_sentence_are_no_settings(tmp_path: Path, text: str) -> None:
    book = BOOK.replace("Pengantar singkat.", text)
    assert parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("- Nilai lulus 60", "bad-setting"),
        ("Nilai lulus: 60", "bad-setting"),
        ("1. Nilai lulus: 60", "bad-setting"),
        ("Jeda sepuluh menit atau 20", "bad-setting"),
        ("- Ambil: 2 soal", "setting-twice"),
        ("- Nilai lulus: 08", "bad-setting"),
        ("- Nilai lulus: 0,8", "bad-setting"),
        ("- Nilai lulus: 80/100", "bad-setting"),
    ],
)
def test_a_setting_that_would_not_hold_is_an_error(tmp_path: Path, line: str, code: str) -> None:
    book = BOOK.replace("- Nilai lulus: 80", line)
    diagnostics = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert [(p.code, p.line) for p in diagnostics if p.is_error] == [(code, 19)]


@pytest.mark.parametrize(
    ("objectives", "found"),
    [
        ("- satu\n  - dalam", [("nested-objective", 15)]),
        ("1. satu\n    - dalam\n    - lagi", [("nested-objective", 15), ("nested-objective", 16)]),
        ("- satu\n\t- dalam", [("nested-objective", 15)]),
        ("- satu\n\nSetelah itu.", [("text-not-shown", 16)]),
        ("- satu\n- Nilai lulus: 60", [("setting-outside-section", 15)]),
        ("- satu\n  lanjutan", []),
        ("- satu\nlanjutan", []),
        ("- satu\n\n- dua", []),
        ("  - satu\n  - dua", []),
    ],
)
def test_objectives_are_one_list(
    tmp_path: Path, objectives: str, found: list[tuple[str, int]]
) -> None:
    book = BOOK.replace("- Menjelaskan pengertian HAM.", objectives)
    diagnostics = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert [(p.code, p.line) for p in diagnostics] == found


@pytest.mark.parametrize(
    "heading", ["Tujuan pembelajaran", "Tujuan belajar", "Tujua", "Kuis akhir modul"]
)
def test_a_heading_near_a_section_of_the_book_is_told(tmp_path: Path, heading: str) -> None:
    book = BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n## {heading}\n\nx")
    diagnostics = parse_folder(write(tmp_path / "b", {"buku.md": book})).diagnostics
    assert [(p.code, p.line) for p in diagnostics] == [("section-near-miss", 12)]
