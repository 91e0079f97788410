"""The scene of a chapter as HTML: parts, links between them, and what is left as it is."""

from xml.etree import ElementTree as ET

import pytest

from lms.rendering.html_tree import parse_html, words_of
from lms.rendering.markdown import render_chapter
from tests.unit.authoring.inspection import faults
from tests.unit.authoring.pocketbooks import read
from tests.unit.authoring.scenes import SCENE, scene_chapter


def rendered(scene: str = SCENE, above: str = "", below: str = "## Siapa\n\nIsi.") -> ET.Element:
    chapter, _ = read(scene_chapter(scene, above, below))
    html = render_chapter(chapter).html
    assert faults(html) == []
    return parse_html(html)


def the(root: ET.Element, name: str) -> list[ET.Element]:
    """The elements of a class, in their order."""
    return [each for each in root.iter() if name in each.get("class", "").split()]


def test_each_choice_is_a_link_to_its_part() -> None:
    root = rendered()
    (scene,) = the(root, "scene")
    parts = the(scene, "scene-part")
    assert [part.get("id") for part in parts] == [f"adegan-{n}" for n in range(1, 8)]
    links = [
        [link.get("href") for link in part.iter("a") if not link.get("class")] for part in parts
    ]
    assert links == [
        ["#adegan-2", "#adegan-3"], ["#adegan-4", "#adegan-5"], ["#adegan-4", "#adegan-5"],
        ["#adegan-6", "#adegan-7"], ["#adegan-7", "#adegan-6"], [], [],
    ]  # fmt: skip
    (first, _) = the(parts[0], "scene-choices")[0].findall("li")
    assert words_of(first) == "Bertanya kepada anaknya supaya cepat. (ke 2)"
    assert words_of(the(first, "scene-to")[0]) == "(ke 2)"


def test_every_part_is_named_by_its_heading_and_takes_the_focus() -> None:
    for part in the(rendered(), "scene-part"):
        heading = part[0]
        assert heading.tag == "h3"
        assert part.get("aria-labelledby") == heading.get("id")
        assert part.get("tabindex") == "-1"


def test_the_scene_is_one_block_and_leads_past_itself_to_the_next() -> None:
    root = rendered(above="> **Sebelum membaca:** Pelan-pelan.\n\n")
    assert [block.get("id") for block in root] == ["p1", "p2", "p3", "p4"]
    assert root[1].get("class") == "scene"
    assert words_of(root[2]) == "Siapa"
    assert [link.get("href") for link in the(root, "scene-skip")] == ["#p3"]
    assert [link.get("href") for link in the(root, "scene-go-on")] == ["#p3", "#p3"]
    assert [link.get("href") for link in the(root, "scene-again")] == ["#adegan-1"] * 2


def test_an_end_shows_how_the_other_saw_it() -> None:
    ends = the(rendered(), "scene-end")
    assert [words_of(the(end, "scene-view")[0]) for end in ends] == [
        "Dari mata warga: “Saya tidak ditanya.”",
        "Dari mata warga: “Sekarang saya tahu harus ke mana.”",
    ]


def test_a_line_across_ends_the_scene_and_is_not_shown() -> None:
    root = rendered(below="---\n\nIsi tanpa judul.")
    assert [block.tag for block in root] == ["section", "p"]
    assert words_of(root[1]) == "Isi tanpa judul."


def test_words_of_an_author_stay_whole_beside_the_number() -> None:
    scene = SCENE.replace("supaya cepat. (ke 2)", "supaya *cepat* & **ramah**. (ke 2).")
    link = the(the(rendered(scene), "scene-choices")[0], "scene-to")[0]
    (choice, _) = the(rendered(scene), "scene-choices")[0].findall("li")
    assert words_of(choice) == "Bertanya kepada anaknya supaya cepat & ramah. (ke 2)"
    assert [each.tag for each in choice.iter()] == ["li", "a", "em", "strong", "span"]
    assert words_of(link) == "(ke 2)"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_choices_apart_from_each_other_are_links_as_well(gap: str) -> None:
    scene = SCENE.replace("(ke 2)\n", f"(ke 2){gap}")
    (first, second) = the(rendered(scene), "scene-choices")[0].findall("li")
    assert [each[0].get("href") for each in (first, second)] == ["#adegan-2", "#adegan-3"]


def test_a_list_of_the_story_stays_a_list() -> None:
    scene = SCENE.replace("Formulirnya benar.", "Di meja:\n\n- map\n- cap")
    listings = [each for each in rendered(scene).iter("ul") if not each.get("class")]
    assert [words_of(each) for each in listings] == ["map cap"]


def test_a_note_in_the_scene_is_among_those_of_the_chapter() -> None:
    scene = SCENE.replace("Formulirnya benar.", "Formulirnya benar.[^1]")
    root = rendered(scene, below="## Siapa\n\nIsi.\n\n[^1]: Pasal 34.")
    assert root[-1].get("class") == "footnotes"
    assert any(link.get("href") == "#fn-1" for link in the(root, "scene-end")[0].iter("a"))


def test_a_chapter_without_a_scene_stays_as_it_is() -> None:
    html = render_chapter(read(scene_chapter("## Adegan biasa\n\n### 1. Satu\n"))[0]).html
    assert "scene" not in html


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> (ke 2)",
        "[jahat](javascript:alert(1)) (ke 2)",
        '" onmouseover="alert(1) (ke 2)',
        "`<b>` (ke 2)",
        "[a](https://a.example) (ke 2)",
        "A[^1] (ke 2)",
        "![gambar](gambar/a.png) (ke 2)",
        "> kutipan (ke 2)",
        "- bertingkat (ke 2)",
        "A (ke 99)",
        "**A (ke 2)**",
        "`A (ke 2)`",
        "(ke 2)",
    ],
)  # fmt: skip
def test_nothing_harmful_comes_of_a_choice(words: str) -> None:
    rendered(SCENE.replace("Bertanya kepada anaknya supaya cepat. (ke 2)", words))
