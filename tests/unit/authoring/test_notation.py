"""What readers would lose, or see as signs, is told at its line; what is plain text is not."""

import re
from pathlib import Path

import pytest

from lms.authoring.checks.notation import check_notation
from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostic
from lms.authoring.parsing.result import ParseResult
from lms.authoring.source.texts import SourceFile, normal_text
from lms.authoring.source.tree import SourceTree
from lms.rendering.html_tree import parse_html
from lms.rendering.markdown import render_chapter
from lms.rendering.page_html import Surroundings
from tests.unit.authoring.pocketbooks import (
    BOOK,
    HEAD,
    PROSE,
    chapter_text,
    parse_folder,
    read,
    write,
)

BODY_FROM = HEAD.count("\n") + 1
TABLE = "| Langkah | Isi |\n|---|---|\n| satu | sapa |\n"


def told(text: str, name: str = "01-satu.md") -> list[tuple[str, int]]:
    """The code and the line of each problem, lines counted from the body's first."""
    source = SourceFile(name, normal_text(f"{HEAD}{text}\n"))
    result = ParseResult(SourceTree("buku", {}), pocketbook=None, diagnostics=(), sources=(source,))
    diagnostics = check_notation(result)
    assert all(diagnostic.sentence and diagnostic.remedy for diagnostic in diagnostics)
    return sorted((diagnostic.code, diagnostic.line - BODY_FROM + 1) for diagnostic in diagnostics)


def shown(text: str) -> str:
    chapter, _ = read(f"{HEAD}{text}\n")
    return re.sub(r"\s*\n\s*", " ", render_chapter(chapter).html)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("| satu | sapa | HILANG |", 4),
        ("satu | sapa | HILANG", 4),
        ("| satu | sapa | a | b |", 4),
        ("| satu | sapa | |", 4),
        ("| dua | catat |\n| tiga | tutup | HILANG |", 5),
        ("| dua \\| tiga | sapa | HILANG |", 4),
    ],
)
def test_a_cell_beyond_the_head_of_its_table_is_told_at_its_row(text: str, line: int) -> None:
    assert told(f"{TABLE}{text}") == [("table-extra-cells", line)]
    assert told("> " + f"{TABLE}{text}".replace("\n", "\n> ")) == [("table-extra-cells", line)]


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE + "| `a | b` | sapa |",
        TABLE + r"| a \| b | sapa |",
        TABLE + "| satu |",
        TABLE.replace("| satu | sapa |", "satu | sapa"),
        "Langkah | Isi\n:--|--:\nsatu | sapa",
        "> " + TABLE.replace("\n", "\n> "),
        "```\n| a | b | c |\n```",
        "Pilih a | b.",
    ],
)
def test_a_sound_table_says_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("| Langkah | Isi |\n| satu | sapa |", 1),
        ("| Langkah | Isi |\n\n|---|---|\n| satu | sapa |", 1),
        ("| Langkah | Isi |\n|---|\n| satu | sapa |", 2),
        ("| Langkah | Isi |\n|---|---|---|\n| satu | sapa |", 2),
        (f"{TABLE}\n| dua | catat |", 5),
    ],
)
def test_bars_that_make_no_table_are_told(text: str, line: int) -> None:
    assert ("table-not-read", line) in told(text)


@pytest.mark.parametrize("indent", ["", "  ", "\t"])
@pytest.mark.parametrize("mark", ["-", "\u2022", "1."])
def test_the_second_level_of_words_lists_is_read_wherever_it_stands(indent: str, mark: str) -> None:
    text = f"{mark}\tPersyaratan\n{indent}o\tKTP\n{indent}o\tKK\n"
    item = "<li>Persyaratan<ul> <li>KTP</li> <li>KK</li> </ul> </li>"
    both = text + text.replace("1.", "2.")
    assert told(both) == []
    assert shown(text).count(item) == 1
    assert shown(both).count(item) == 2


def test_the_second_level_of_words_lists_is_read_alone_and_an_o_is_a_word() -> None:
    assert shown("o\tKTP\no\tKK").startswith('<ul id="p1"> <li>KTP</li>')
    assert "<li>" not in shown("o begitu\no ya")


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("Belajar C#", "Belajar C#"),
        ("Belajar C##", "Belajar C##"),
        ("Belajar C# ##", "Belajar C#"),
        (r"Belajar C\#", "Belajar C#"),
        ("Belajar ##", "Belajar"),
        ("Folder C:\\", "Folder C:\\"),
        ("Folder \\\\", "Folder \\"),
    ],
)
def test_a_heading_keeps_the_signs_at_its_end(words: str, heading: str) -> None:
    assert shown(f"## {words}\n\nTeks.").startswith(f'<h2 id="p1">{heading}</h2> <p')


def test_text_right_below_a_table_is_told() -> None:
    assert told(f"{TABLE}Lalu petugas menutup loket.") == [("table-goes-on", 4)]


@pytest.mark.parametrize(
    ("text", "diagnostics"),
    [
        ("Teks.[^1]\n\n[^1]: Catatan.", []),
        ("Teks.[^a] Lagi.[^a]\n\n[^a]: Catatan\nyang panjang.", []),
        (("## Judul[^1]\n\n| a[^2] | b |\n|---|---|\n| 1[^3] | 2 |\n\n"
          "[^1]: Satu.\n[^2]: Dua.\n[^3]: Tiga."), []),
        ("> Kutipan[^1]\n\n- butir[^2]\n\n[^1]: Satu.\n[^2]: Dua, lihat pula[^1].", []),
        ("Teks.[^1]\n\n[^1]:\n    Catatan.", []),
        ("Teks `[^1]`.", []),
        (r"Teks \[^1].", []),
        ("Teks.[^1] Lagi.[^9]\n\n[^1]: Catatan.", [("footnote-without-note", 1)]),
        ("## Judul[^9]\n\nTeks", [("footnote-without-note", 1)]),
        ("| a | b |\n|---|---|\n| 1[^9] | 2 |", [("footnote-without-note", 3)]),
        ("Teks.\n\n[^8]: Tidak ditunjuk.", [("note-without-mark", 3)]),
        ("Teks.[^A]\n\n[^a]: Catatan.", [("footnote-without-note", 1), ("note-without-mark", 3)]),
        ("Teks.[^1]\n\n[^1]: Satu.\n[^1]: Dua.", [("note-twice", 4)]),
        ("Teks.[^1]\n\n[^1]:", [("empty-note", 3)]),
        ("Teks.^[catatan langsung]", [("unknown-notation", 1)]),
    ],
)  # fmt: skip
def test_marks_have_their_notes_and_notes_their_marks(
    text: str, diagnostics: list[tuple[str, int]]
) -> None:
    assert told(text) == diagnostics


@pytest.mark.parametrize("name", ["buku.md", "kartu.md", "istilah.md"])
def test_where_no_footnotes_work_they_are_told(name: str) -> None:
    assert told("Teks.[^1]\n\n[^1]: Catatan.", name) == [
        ("footnote-outside-chapter", 1),
        ("footnote-outside-chapter", 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "==sorot==",
        "++garis bawah++",
        "~coret~",
        "H~2~O",
        "luas 10 m^2^",
        "$$E = mc^2$$",
        "Rumus $a + b$ sederhana.",
        r"Rumus \(x^2\) sederhana.",
        r"\newpage",
        "[[ruang tunggu]]",
        "[[ruang-tunggu|Bab 2]]",
        "::: info",
        "!!! note",
        "> [!CATATAN]\n> isi",
        "[!NOTE]",
        f"> {PROSE}\n> [!NOTE]",
        "## Judul {#jangkar}",
        "kata{.merah}",
        "![Loket](gambar/a.png){width=50%}",
        "{{ nama }}",
        "{% include x %}",
        "[TOC]",
        "Selamat :smile: pagi",
        "*[HAM]: Hak Asasi Manusia",
        "[laman] (https://a.example)",
        "(laman)[https://a.example]",
        "! [Loket](gambar/a.png)",
        "![Loket] (gambar/a.png)",
        "[laman](https://a.example",
        "** tebal **",
        "**tebal",
        "kata **tebal **biasa",
        "**Catatan:**isi",
        "- **KTP:**asli",
        "**tebal.**Lalu",
        "**(arti)**nya",
        '**"kutip"**nya',
        "*(arti)*nya",
        "***tebal.***lalu",
        "~~lama.~~baru",
        "**Catatan bagi petugas loket yang bertugas pagi hari dan membuka\npintunya:**isi",
        "kata**(arti)**",
        "(https://a.example)[laman]",
        "[laman(https://a.example)",
        "Batas demam\n> 37,5 derajat",
        "> 37,5 derajat",
        "> Rp1.000.000",
        "- > 10 orang.",
        "1. >= 10%",
        "3*4*5",
        "####### Judul",
        "## \n\nteks",
        "#Judul bagian\n\nteks",
        "Teks\\",
        "Istilah\n: penjelasannya yang cukup panjang untuk satu baris",
        "&nbps; dan",
        "a&nbsp b",
        "kata&#8203;kata",
        "kata&shy;kata",
    ],
)
def test_a_notation_of_another_program_is_told_at_its_line(text: str) -> None:
    diagnostics = told(f"Paragraf.\n\n{text}\n\nParagraf.")
    assert diagnostics, shown(text)
    assert {code for code, _ in diagnostics} == {"unknown-notation"}
    assert all(3 <= line <= 3 + text.count("\n") for _, line in diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        "Harganya US$5 dan US$6, bukan $7.",
        "Suhu 30~35 derajat, kira-kira ~40.",
        "a == b dan c == d",
        "C++ dan G++",
        "R&D, A&B; Q&A",
        "&copy; 2026, &nbsp;satu&hellip;",
        "Pukul 10:30: rapat. Rasio 1:2:3.",
        "https://a.example/?a==b==c&d=$x$",
        "[laman](https://a.example/[[x]]?q=~a~)",
        "`==kode==` dan `$x$` dan `[[x]]`",
        "```\n==kode== $x$ [[x]] ::: {#id}\n```",
        "Ia berkata [sic] (dengan heran).",
        "Pasal 5 [lama] (dicabut)",
        "**tebal** dan *miring* dan ***keduanya***",
        "**tebal** lalu **tebal** lagi",
        "**tebal**nya, kata**tebal**, (**tebal**), **tebal:** lalu",
        "**satu.** dua **tiga.** (**empat.**) **lima**: *enam.*",
        "harga*) dan catatan*)",
        "*.pdf dan *.docx",
        "[lihat (https://a.example)]",
        "Lihat (https://a.example)[2].",
        "**KTP**, lalu **KK** (asli), **akta** dan **surat**-nya",
        "**[laman](https://a.example)**nya",
        "> 1. Sapa.\n> 2. Catat.",
        "> (1) Setiap orang berhak.",
        "> 129 adalah nomor bantuan.",
        "> 129",
        "> 0811 1234 5678",
        "> 2 Mei 2025",
        "Tulisannya:\n\n> 17 kata saja",
        "> 10 orang hadir di ruang tunggu pada pagi itu, dan kemudian mereka\n> 2 orang pulang.",
        r"\> 37,5 derajat",
        "* * *",
        "***",
        "5 * 3 * 2",
        r"3\*4\*5",
        "#tagar",
        "#1 terbaik",
        "## Judul #3",
        "~~coret~~",
        "Nama: ______ NIP: ______",
        "{nama} dan {alamat}",
        "> [!NOTE]\n> isi",
        "> [!warning] Isi\n> lanjut isinya",
        "<https://a.example>",
        "Jalan A\\\nKota B",
        "Rapat (10.00)[catatan]",
    ],
)
def test_what_reads_as_it_is_meant_says_nothing(text: str) -> None:
    assert told(f"Paragraf.\n\n{text}\n\nParagraf.") == []


@pytest.mark.parametrize(
    ("text", "diagnostics"),
    [
        ("[a][x]\n\n[x]: https://a.example", []),
        ("[x][]\n\n[x]: https://a.example", []),
        ("[x]\n\n[x]: https://a.example", []),
        ("[a][x]", [("unknown-reference", 1)]),
        ("[a][]", [("unknown-reference", 1)]),
        ("Teks\n\n[x]: https://a.example", [("reference-unused", 3)]),
        ("[x]\n\n[x]: https://a.example\n[x]: https://b.example", [("reference-twice", 4)]),
        ("Lihat [a] dan [b].", []),
    ],
)
def test_an_address_apart_is_used_and_found(text: str, diagnostics: list[tuple[str, int]]) -> None:
    assert told(text) == diagnostics


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1. a\n2. b\n3. c", []),
        ("3. a\n4. b", []),
        ("1. a\n1. b\n1. c", []),
        ("1. a\n\n   lanjut\n\n2. b", []),
        ("1. a\n   1. x\n   2. y\n2. b\n   1. x", []),
        ("1. a\n2. b\n\nKalimat.\n\n1. c\n2. d", []),
        ("1. a\n2. b\n\n## Judul\n\n1. c", []),
        ("1. a\n\nKalimat.\n\n2. b", []),
        ("Pada tahun\n1999. Lalu sesudah itu ada perubahan.", []),
        ("1. a\n3. b", [2]),
        ("1. a\n2. b\n2. c", [3]),
        ("1. a\n2. b\n\n1. c", [4]),
        ("5. a\n7. b\n8. c", [2]),
    ],
)
def test_a_number_that_would_be_counted_anew_is_told(text: str, lines: list[int]) -> None:
    found = [line for code, line in told(text) if code == "list-number-jumps"]
    assert found == lines


@pytest.mark.parametrize(
    "text",
    ["1.Sapa\n2.Catat", "-Sapa\n-Catat", "•Sapa\n•Catat", "*Sapa\n*Catat", "1)Sapa\n\n2)Catat"],
)
def test_marks_without_a_space_are_told(text: str) -> None:
    assert "list-without-space" in {code for code, _ in told(f"Langkahnya begini saja:\n\n{text}")}


@pytest.mark.parametrize(
    "text",
    [
        "Kantor Contoh\nJalan Rekaan 1\nKota Contoh",
        "> Kantor Contoh\n> Jalan Rekaan 1",
        "Hari: Senin\nPukul: 10.00 WIB\nTempat: aula",
        "Langkah\tIsi\nsatu\tsapa",
        "Kantor Contoh  \nJalan Rekaan 1\nKota Contoh",
        "Hari: Senin\nTempat: aula kantor wilayah di lantai tiga, dari pintu timur\nPukul: 10",
    ],
)
def test_short_lines_that_run_together_are_told(text: str) -> None:
    assert told(text) == [("lines-joined", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Kantor Contoh  \nJalan Rekaan 1  \nKota Contoh",
        "Kantor Contoh\\\nJalan Rekaan 1\\\nKota Contoh",
        "Kalimat yang panjang dan dipatahkan oleh penyunting teks\nagar muat di layar.",
        "Kalimat satu.\nKalimat kedua yang panjang dan berdiri di barisnya sendiri.\nKetiga.",
        f"Lihat laman resmi kementerian di\nhttps://a.example/{'x' * 60}",
        "![Loket](gambar/a.png)\n![Meja](gambar/b.png)",
        "- butir\n  lanjutan\n- butir",
        "a. adil;\nb. cermat;",
        "(1) Setiap orang\n(2) Setiap warga",
        "Menurut Pasal 3:\n- adil\n- cermat",
        "> **Ucapkan:**\n> Selamat pagi.",
        "> [!NOTE]\n> Selamat pagi.",
        TABLE,
        "```\nsatu\ndua\n```",
        "[^1]: Catatan\nlanjut\n\nTeks[^1]",
    ],
)
def test_lines_that_stand_as_they_were_written_say_nothing(text: str) -> None:
    assert "lines-joined" not in {code for code, _ in told(text)}


@pytest.mark.parametrize(
    ("text", "diagnostics"),
    [
        ("Paragraf.\n---\nLagi.", [("line-below-text", 2)]),
        ("Judul\n=====\n\nLagi.", [("line-below-text", 2)]),
        ("Paragraf.\n\n---\n\nLagi.", []),
        ("## Judul\n---\n\nLagi.", []),
    ],
)
def test_a_line_of_signs_below_a_text_is_told(
    text: str, diagnostics: list[tuple[str, int]]
) -> None:
    assert told(text) == diagnostics


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Kantor  \nJalan 1   \nKota", '<p id="p1">Kantor<br> Jalan 1<br> Kota</p>'),
        ("Satu\\\nDua", '<p id="p1">Satu<br> Dua</p>'),
        ("- satu  \n  dua", '<ul id="p1"> <li>satu<br> dua</li> </ul>'),
        ("> satu  \n> dua", '<blockquote id="p1"> <p>satu<br> dua</p> </blockquote>'),
        ("Satu \nDua", '<p id="p1">Satu Dua</p>'),
        ("`a\\`\nb", '<p id="p1"><code>a\\</code> b</p>'),
        ("- a\n  | x | y |\n  |---|---|\n  | 1 | 2 |",
         ('<ul id="p1"> <li> <p>a</p> <div class="table-scroll" tabindex="0" role="region" '
         'aria-label="Tabel 1"><table> <thead> <tr> <th scope="col">x</th> '
         '<th scope="col">y</th> </tr> </thead> <tbody> <tr> <td>1</td> <td>2</td> </tr> '
         "</tbody> </table></div> </li> </ul>")),
        ("~~lama~~ baru", '<p id="p1"><del>lama</del> baru</p>'),
        ("    Menjorok", '<p id="p1">Menjorok</p>'),
        ("> [!TIP]\n> isi",
         '<blockquote class="callout" id="p1"> <p><strong>Saran:</strong> isi</p> </blockquote>'),
    ],
)  # fmt: skip
def test_line_breaks_strokes_and_boxes_are_drawn(text: str, html: str) -> None:
    assert shown(text) == html


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Menurut Pasal 3:\na. adil;\nb. cermat;\nc. santun.", "a. b. c."),
        ("Menurut Pasal 3:\n\na. adil;\n\nb. cermat;", "a. b."),
        ("a) adil\nb) cermat", "a) b)"),
        ("(a) adil\n(b) cermat", "(a) (b)"),
        ("(1) Setiap orang\n(2) Setiap warga", "(1) (2)"),
        ("A. Umum\nB. Khusus", "A. B."),
        ("i. satu\nii. dua\niii. tiga\niv. empat", "i. ii. iii. iv."),
        ("I. satu\nII. dua", "I. II."),
        ("c. santun;\nd. ramah", "c. d."),
        ("h. satu\ni. dua\nj. tiga", "h. i. j."),
        ("– adil\n– cermat", "– –"),
        ("✓ sapa\n✓ catat", "✓ ✓"),
        ("\uf0b7 adil\n\uf0b7 cermat", "• •"),
        ("✅ sapa\n✅ catat", "✅ ✅"),
        ("📌 sapa\n👉 catat", "📌 👉"),
        ("1\ufe0f\u20e3 sapa\n2\ufe0f\u20e3 catat", "1\ufe0f\u20e3 2\ufe0f\u20e3"),
        ("① sapa\n② catat", "① ②"),
        ("✔\ufe0f sapa\n✔\ufe0f catat", "✔\ufe0f ✔\ufe0f"),
        ("- a. adil\n- b. cermat", "a. b."),
        ("1. Pokok\n   a. satu\n   b. dua\n2. Lagi", "a. b."),
        ("1. Pokok\na. satu\nb. dua\n2. Lagi", "a. b."),
        ("a. Pokok\n   1. satu\n   2. dua\nb. Lagi", "a. b."),
        ("a. panjang\nlanjut\nb. dua", "a. b."),
        ("> a. adil\n> b. cermat", "a. b."),
    ],
)
def test_marks_that_belong_to_the_text_stay_as_they_are_written(text: str, marks: str) -> None:
    root = parse_html(shown(text))
    found = [e.text for e in root.iter("span") if e.get("class") == "mark"]
    assert " ".join(word or "" for word in found) == marks
    assert any(element.get("class") == "marked" for element in root.iter("ul"))


@pytest.mark.parametrize(
    "text", ["A. Rahman menulis surat.", "a. adil\n\nParagraf.\n\nb. cermat", "– kata sisipan –"]
)
def test_a_mark_that_stands_alone_is_text(text: str) -> None:
    assert "marked" not in shown(text)


WRITTEN = [
    "Alamat kami:\nJalan Rekaan 1  \nKota Contoh\\\nKode 12345",
    "Menurut Pasal 34:\n(1) adil\n(2) santun\n    a. ramah\n    b. tepat\n(3) tegas",
    "Langkah:\n1. Sapa\n2. Catat\n\n    Lanjut\n3. Tutup\n\t- sub butir",
    "\tParagraf menjorok seperti di Word.\n\n     Lagi.",
    "Istilah\n: penjelasan",
    "Satu[^1] dua\n\n[^1]: Catatan satu\n\n    paragraf kedua\n\nTiga",
    "> Kutipan\n>> dalam\n> lagi\n\nAkhir",
    "# Satu\n#### Empat\n###### Enam\nteks",
    "Kepala | Isi\n---|---\nsatu | dua\ntiga | empat | lima",
    "| a |\n|---|\n| satu |",
    "- [ ] periksa\n- [x] selesai\n* bintang\n+ tambah",
    "Judul\n===\nteks\nJudul dua\n---\nteks",
    "~~lama~~ ==baru== $x$ [[tautan]] ::: kotak",
    "[kata](02-dua.md) [mati](berkas/a.pdf) [a][b] ![gambar](gambar/x.png)",
    "a\n\n* * *\n\nb\n\n___\n\nc",
    "1.Satu\n2.Dua\n-Tiga\n-Empat",
    "\"kutip\" 'kutip' ... -- --- < > & &amp; &lt;tanda&gt; © ½",
    "Baris\ttab\ndua\ttab",
    "```bahasa\nkode baris\n```\n~~~\nkode lain\n~~~",
    "[TOC]\n\n{: .kelas}\n\nteks{#id}\n\n\\newpage",
    "*miring* _miring_ **tebal** __tebal__ ***keduanya*** `kode` ``ko`de``",
    "http://contoh.example/a_b_c www.contoh.example orang@contoh.example",
    "- a\n\n\n- b\n\n  > kutip dalam butir\n\n      jauh\n- c",
    "Nomor 08111-129-129 (WhatsApp); Pasal 28G ayat (1) huruf a.",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_every_word_is_shown_or_its_line_is_told(text: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(body=text)})
    result = parse_folder(folder)
    lines = {p.line for p in check_pocketbook(result) if p.path.endswith("01-satu.md")}
    page = render_chapter(result.chapters[0], Surroundings("buku")).html
    words = "".join(re.findall(r"\w", "".join(parse_html(page).itertext())))
    for number, line in enumerate(text.split("\n"), start=6):
        for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"\]\([^)]*\)|```\w+|&\w+;", "", line)):
            assert word in words or number in lines, (word, page)


def test_what_the_book_and_the_questions_say_is_looked_at_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "buku.md": BOOK.replace("Pengantar singkat.", "Pengantar ==singkat==."),
        "01-satu.md": chapter_text().replace("Membacakan formulir", "Membacakan $x$ formulir"),
    }
    diagnostics = check_pocketbook(parse_folder(write(tmp_path / "buku", files)))
    assert sorted(where(diagnostics, "unknown-notation")) == [
        ("01-satu.md", 14), ("01-satu.md", 30), ("buku.md", 10),
    ]  # fmt: skip


def where(diagnostics: list[Diagnostic], code: str) -> list[tuple[str, int]]:
    return [(Path(p.path).name, p.line) for p in diagnostics if p.code == code]


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("berkas/panduan.pdf", "laman resmi"),
        ("panduan.docx", "laman resmi"),
        ("../buku-lain/01-awal.md", "/buku/buku-lain/1"),
        ("../buku-lain/", "/buku/buku-lain."),
        ("www.contoh.go.id/a", "https://www.contoh.go.id/a"),
        ("contoh.go.id", "https://contoh.go.id"),
        ("orang@contoh.example", "mailto:"),
        ("021 500 129", "tel:021500129"),
        ("gambar/a.png", "![…]"),
        ("01-satu", "01-satu.md"),
        ("/tidak-ada", "https://"),
        ("/buku/buku/7", "https://"),
        ("bab-2", "https://"),
        ("?cek=1", "https://"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_what_to_write(
    tmp_path: Path, target: str, advice: str
) -> None:
    text = chapter_text(body=f"{PROSE}\n\nLihat [ini]({target}).")
    result = parse_folder(write(tmp_path / "buku", {"01-satu.md": text}))
    diagnostics = [p for p in check_pocketbook(result) if p.code == "dead-link"]
    assert [(p.line, p.severity) for p in diagnostics] == [(8, "error")]
    assert advice in diagnostics[0].remedy


@pytest.mark.parametrize(
    "target",
    ["/verifikasi", "/verifikasi?kode=x", "/", "/buku/lain/3", "/buku/buku/1", "/buku/buku#p3",
     "buku.md", "01-satu.md", "./01-satu.md", "tel:129", "mailto:a@b.example"],
)  # fmt: skip
def test_a_link_that_leads_somewhere_says_nothing(tmp_path: Path, target: str) -> None:
    text = chapter_text(body=f"{PROSE}\n\nLihat [ini]({target}).")
    result = parse_folder(write(tmp_path / "buku", {"01-satu.md": text}))
    assert check_pocketbook(result) == []


@pytest.mark.parametrize(
    ("target", "code"),
    [("istilah.md", "unknown-chapter"), ("01-satu.md#p3", "unknown-anchor")],
)
def test_a_link_into_what_is_no_page_is_told(tmp_path: Path, target: str, code: str) -> None:
    files: dict[str, str | bytes] = {
        "01-satu.md": chapter_text(body=f"{PROSE}\n\nLihat [ini]({target})."),
        "istilah.md": "# Istilah\n\n- **hak**: kuasa\n",
    }
    diagnostics = check_pocketbook(parse_folder(write(tmp_path / "buku", files)))
    assert [(p.code, p.line) for p in diagnostics] == [(code, 8)]
