"""The scene that opens a chapter: how it is read, and each of its rules broken once."""

import re
from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.checks.scenes import check_scene
from lms.authoring.diagnostics import Diagnostic, Diagnostics
from tests.patience import ends
from tests.unit.authoring.pocketbooks import BOOK, PROSE, parse_folder, read, write
from tests.unit.authoring.scenes import SCENE, scene_chapter

GUIDE = Path(__file__).parents[3] / "docs" / "penulis.md"
CARE = "> **Sebelum membaca:** Bab ini menyentuh luka.\nAnda boleh berhenti.\n\n"


def check(folder: Path, text: str, **others: str) -> list[Diagnostic]:
    files: dict[str, str | bytes] = {"01-satu.md": text, **others}
    return check_pocketbook(parse_folder(write(folder / "buku", files)))


def told(diagnostics: list[Diagnostic]) -> list[tuple[str, str, int]]:
    return [(each.code, each.severity, each.line) for each in diagnostics]


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


@pytest.mark.parametrize("above", ["", CARE, "# Bab satu\n\n", f"# Bab satu\n\n{CARE}"])
@pytest.mark.parametrize("below", [f"## Siapa\n\n{PROSE}", f"---\n\n{PROSE}"])
def test_a_sound_scene_has_no_problems(tmp_path: Path, above: str, below: str) -> None:
    assert check(tmp_path, scene_chapter(above=above, below=below)) == []


def test_a_scene_is_read_with_its_parts_and_where_they_lead() -> None:
    chapter, diagnostics = read(scene_chapter())
    scene = chapter.scene
    assert diagnostics == []
    assert scene is not None
    assert scene.title == "Map biru"
    assert [part.title for part in scene.parts[-2:]] == [
        "Ibu itu tidak datang lagi",
        "Satu menit lebih lama",
    ]
    assert [tuple(c.target for c in part.choices) for part in scene.parts] == [
        (2, 3), (4, 5), (4, 5), (6, 7), (7, 6), (), (),
    ]  # fmt: skip
    assert scene.parts[0].choices[1].text == "Bertanya kepada ibu itu sendiri."
    assert len(chapter.checks) == len(chapter.bank) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## Adegan: Map biru", "## **Adegan:** Map biru"),
        ("## Adegan: Map biru", "## ADEGAN – Map biru"),
        ("### 1. Pukul 15.20", "### 1) Pukul 15.20"),
        ("supaya cepat. (ke 2)", "supaya cepat (ke 2)."),
        ("supaya cepat. (ke 2)", "supaya\n  cepat. ( Ke bagian 2 )"),
        ("supaya cepat. (ke 2)", "supaya\ncepat. (ke\n2)"),
        ("(ke 2)\n- ", "(ke 2)\n\n- "),
        ("- Bertanya", "* Bertanya"),
        ("- Bertanya", "• Bertanya"),
        ("> **Dari mata warga:** \"Saya", "> __Dari mata anak__: \"Saya"),
        ("Formulirnya benar.", "Formulirnya benar:\n\n- nama\n- alamat"),
        ("Formulirnya benar.", "```\n- Bukan pilihan. (ke 1)\n- [x] contoh\n```"),
        ("### 1. Pukul", "![Loket](gambar/a.png)\n\n### 1. Pukul"),
    ],
)  # fmt: skip
def test_other_ways_of_writing_the_same_are_the_same(before: str, after: str) -> None:
    assert before in SCENE
    chapter, diagnostics = read(scene_chapter(SCENE.replace(before, after)))
    assert diagnostics == []
    assert chapter.scene is not None
    assert [len(part.choices) for part in chapter.scene.parts] == [2, 2, 2, 2, 2, 0, 0]


@pytest.mark.parametrize(
    ("before", "after", "code", "at"),
    [
        ("Adegan: Map biru", "Adegan:", "scene-without-title", "## Adegan"),
        ("## Adegan", "### Adegan", "wrong-heading-level", "### Adegan"),
        ("### 3.", "#### 3.", "wrong-heading-level", "#### 3."),
        ("## Adegan: Map biru\n", "## Adegan: Map biru\n\nLoket ramai.\n",
         "scene-text-above-parts", "Loket ramai."),
        ("### 3. Ibu", "### 4. Ibu", "scene-part-number", "### 4. Ibu"),
        ("### 3. Ibu", "### Ibu", "scene-part-number", "### Ibu"),
        ("### 3. Ibu", "### 1234. Ibu", "scene-part-number", "### 1234."),
        ("supaya cepat. (ke 2)", "supaya cepat.", "scene-choice-without-target", "supaya cepat."),
        ("supaya cepat. (ke 2)", "supaya (ke 2) cepat.", "scene-choice-without-target", "cepat."),
        ("supaya cepat. (ke 2)", "supaya cepat. (ke dua)", "scene-choice-without-target", "dua"),
        ("supaya cepat. (ke 2)", f"cepat. (ke {'9' * 40})", "scene-choice-without-target", "999"),
        ("supaya cepat. (ke 2)", "supaya cepat. (ke ٢)", "scene-choice-without-target", "ke ٢"),
        ("sendiri. (ke 3)", "[sendiri](https://a.example). (ke 3)", "scene-link-in-choice",
         "a.example"),
        ("sendiri. (ke 3)", "sendiri.[^1] (ke 3)", "scene-link-in-choice", "[^1] (ke"),
        ("sendiri. (ke 3)", "sendiri. (ke 3)\n\nDiam saja. (ke 4)",
         "scene-choice-outside-list", "Diam saja."),
        ("sendiri. (ke 3)", "sendiri. (ke 3)\n\na. Diam saja. (ke 4)",
         "scene-choice-outside-list", "a. Diam"),
        ("lagi. (ke 7)", "lagi. (ke 8)", "scene-unknown-target", "(ke 8)"),
        ("lagi. (ke 7)", "lagi. (ke 0)", "scene-unknown-target", "(ke 0)"),
        ("rumah. (ke 6)", "rumah. (ke 5)", "scene-jump-back", "rumah. (ke 5)"),
        ("rumah. (ke 6)", "rumah. (ke 1)", "scene-jump-back", "(ke 1)"),
        ("\n- Menyarankan bicara di rumah. (ke 6)", "", "scene-choice-count", "- Menjawab singkat"),
        ("rumah. (ke 6)", "rumah. (ke 6)\n- A. (ke 6)\n- B. (ke 7)", "scene-choice-count",
         "- Menjawab singkat"),
        ("6. Akhir: Ibu", "6. Ibu", "scene-without-choices", "### 6. Ibu"),
        ("Formulirnya benar.\n", "Formulirnya benar.\n\n- Pulang. (ke 7)\n- Tinggal. (ke 7)\n",
         "scene-end-with-choices", "### 6. Akhir"),
        ("> **Dari mata warga:** \"Saya tidak ditanya.\"\n", "", "scene-end-without-view",
         "### 6. Akhir"),
        ("> **Dari mata warga:** \"Saya", "> **Ucapkan:** \"Saya", "scene-end-without-view",
         "### 6. Akhir"),
        ("sendiri. (ke 3)\n", "sendiri. (ke 3)\n\nLalu diam.\n", "scene-text-after", "Lalu diam."),
        ("sendiri. (ke 3)\n", "sendiri. (ke 3)\n\n> Lalu diam.\n", "scene-text-after", "> Lalu"),
        ("ditanya.\"\n", "ditanya.\"\n\nSelesai.\n", "scene-text-after", "Selesai."),
        ("lagi. (ke 7)", "lagi. (ke 6)", "scene-unreachable", "### 7."),
        ("sendiri. (ke 3)", "sendiri. (ke 7)", "scene-way-length", "### 7."),
        ("- Bertanya kepada anaknya", "- [ ] Bertanya kepada anaknya", "scene-with-question",
         "- [ ] Bertanya"),
        ("Formulirnya benar.", "> **Sumber:** UU 25/2009.", "scene-with-question", "> **Sumber"),
    ],
)  # fmt: skip
def test_a_scene_that_breaks_a_rule_is_told_at_its_line(
    tmp_path: Path, before: str, after: str, code: str, at: str
) -> None:
    assert before in SCENE
    scene = SCENE.replace(before, after, 1)
    if code == "scene-unreachable":
        scene = scene.replace("singkat. (ke 7)", "singkat. (ke 6)")
    text = scene_chapter(scene)
    found = [each for each in check(tmp_path, text) if each.code == code]
    assert [(each.severity, each.line) for each in found] == [("error", line_of(text, at))]
    assert found[0].remedy


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (scene_chapter(above="Sebuah pembuka.\n\n"), "scene-not-first"),
        (scene_chapter(above="## Lebih dahulu\n\n"), "scene-not-first"),
        (scene_chapter(above="```\nkode\n```\n\n"), "scene-not-first"),
        (scene_chapter(below=f"{SCENE}\n## Siapa\n\n{PROSE}"), "scene-twice"),
        (scene_chapter(below=""), "scene-alone"),
        (scene_chapter(below="---"), "scene-alone"),
        (scene_chapter("## Adegan: Kosong\n"), "scene-without-parts"),
    ],
)
def test_a_scene_opens_its_chapter_and_leads_on_to_it(tmp_path: Path, text: str, code: str) -> None:
    errors = [each.code for each in check(tmp_path, text) if each.is_error]
    assert errors == [code]


def test_a_chapter_that_goes_on_without_a_heading_is_told_so_once(tmp_path: Path) -> None:
    found = check(tmp_path, scene_chapter(below="Isi bab tanpa judul."))
    assert [each.code for each in found if each.is_error] == ["scene-text-after"]
    assert "## atau baris ---" in found[-1].remedy


@pytest.mark.parametrize(
    ("ends", "way"),
    [
        ({1: (2, 3), 2: (4, 4), 3: (4, 4)}, "1 → 2 → 4"),
        ({1: (2, 2), 2: (3, 3), 3: (4, 4), 4: (5, 5), 5: (6, 6)}, "1 → 2 → 3 → 4 → 5 → 6"),
        ({1: (2, 4), 2: (3, 3), 3: (4, 4)}, "1 → 4"),
    ],
)
def test_a_way_of_the_wrong_length_is_shown(
    tmp_path: Path, ends: dict[int, tuple[int, int]], way: str
) -> None:
    last = max(max(targets) for targets in ends.values())
    parts = [
        f"### {number}. Giliran\n\nCerita.\n\n" + "".join(f"- Pilih. (ke {n})\n" for n in targets)
        for number, targets in ends.items()
    ]
    end = f'### {last}. Akhir: Selesai\n\n> **Dari mata rekan:** "Begitu."\n'
    found = check(tmp_path, scene_chapter("## Adegan: Jalan\n\n" + "\n".join([*parts, end])))
    assert [each.code for each in found if each.is_error] == ["scene-way-length"]
    assert f"({way})" in next(each.sentence for each in found if each.is_error)


def test_more_parts_than_fit_are_told_where_they_begin(tmp_path: Path) -> None:
    more = "".join(
        f'### {n}. Akhir: Lain\n\n> **Dari mata warga:** "Ya."\n\n' for n in range(8, 15)
    )
    text = scene_chapter(f"{SCENE}\n{more}")
    found = [each for each in check(tmp_path, text) if each.is_error]
    assert told(found) == [("scene-too-many-parts", "error", line_of(text, "### 13."))]


def test_a_scene_too_short_or_too_long_is_a_warning(tmp_path: Path) -> None:
    short = re.sub(r"Loket tutup[^\n]*", "Cerita.", SCENE)
    assert [(e.code, e.severity) for e in check(tmp_path / "a", scene_chapter(short))] == [
        ("scene-length", "warning")
    ]
    long = SCENE.replace("Formulirnya benar.", "Formulirnya benar. " * 150)
    assert [e.code for e in check(tmp_path / "b", scene_chapter(long))] == ["scene-length"]


@pytest.mark.parametrize("name", ["buku.md", "kartu.md", "istilah.md", "fasilitator.md"])
def test_a_scene_is_read_in_a_chapter_only(tmp_path: Path, name: str) -> None:
    text = BOOK.replace("Pengantar singkat.", f"Pengantar.\n\n{SCENE}")
    text = text if name == "buku.md" else f"# Lampiran\n\n{SCENE}"
    files: dict[str, str | bytes] = {name: text}
    found = check_pocketbook(parse_folder(write(tmp_path / "buku", files)))
    assert told(found) == [("section-in-wrong-file", "error", line_of(text, "## Adegan"))]


@pytest.mark.parametrize("words", ["Adegan Map biru", "Adegan. Map biru"])
def test_a_heading_that_lacks_its_colon_is_told(tmp_path: Path, words: str) -> None:
    found = check(tmp_path, scene_chapter(SCENE.replace("Adegan: Map biru", words)))
    assert ("section-near-miss", "warning") in [(each.code, each.severity) for each in found]


def test_the_scene_of_the_guide_passes(tmp_path: Path) -> None:
    page = GUIDE.read_text(encoding="utf-8").split(". Adegan pembuka bab\n", 1)[1]
    example = page.split("```markdown\n", 1)[1].split("```", 1)[0]
    assert check(tmp_path, scene_chapter(example)) == []


@pytest.mark.parametrize(
    "scene",
    [
        "## Adegan: " + "x" * 100_000,
        "## Adegan: A\n\n### 1. B\n\n" + "- C. (ke 2)\n" * 20_000,
        "## Adegan: A\n\n" + "".join(f"### {n}. B\n\n- C. (ke 2)\n" for n in range(1, 9_000)),
        "## Adegan: A\n\n### 1. B\n\n- " + " " * 100_000 + "(ke",
        "## Adegan: A\n\n### 1. B\n\n- " + "(ke " * 40_000,
        "## Adegan: A\n\n### 1. B\n\n> **Dari mata " + "a " * 60_000,
        "## Adegan: A\n\n### 1. Akhir:\n> **" + "*" * 100_000,
        "## Adegan: A\n\n### 1. B\n\n" + "> " * 40_000 + "(ke 2)",
    ],
)  # fmt: skip
def test_no_scene_is_read_without_end(scene: str) -> None:
    found = Diagnostics("buku/01-satu.md")
    with ends():
        chapter, diagnostics = read(scene_chapter(scene))
        assert chapter.scene is not None
        check_scene(chapter.scene, found)
    assert any(each.is_error for each in [*diagnostics, *found.entries])
