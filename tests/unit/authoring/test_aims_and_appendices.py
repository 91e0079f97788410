"""What a question tests, what stands beside the chapters, and books that touch wounds."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.diagnostics import Diagnostic
from lms.authoring.parsing.result import ParseResult
from tests.unit.authoring.pocketbooks import (
    BOOK,
    QUESTION,
    chapter_text,
    parse_folder,
    read_question,
    write,
)

APPENDICES = {
    "istilah.md": "# Daftar istilah\n\n- **hak**: milik setiap orang.\n",
    "kartu.md": "# Kartu saku\n\nSapa, lalu tanyakan.\n",
    "fasilitator.md": "# Lembar fasilitator\n\n## Persiapan\n\nSiapkan ruang.\n",
}


def aimed(label: str) -> str:
    return QUESTION + f">\n> {label}\n"


def read(folder: Path, files: dict[str, str | bytes] | None = None) -> ParseResult:
    return parse_folder(write(folder / "buku", files))


def codes(diagnostics: list[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


@pytest.mark.parametrize("box", ["[x]", "[ ]", "[]", "(x)", "( )"])
def test_a_box_before_an_objective_is_told_at_its_line(tmp_path: Path, box: str) -> None:
    text = BOOK.replace("## Tujuan\n\n- ", f"## Tujuan\n\n- {box} ")
    assert text != BOOK
    diagnostics = read(tmp_path, {"buku.md": text}).diagnostics
    line = text.split("\n").index("## Tujuan") + 3
    assert [(each.code, each.line) for each in diagnostics] == [("unknown-notation", line)]


# Menguji


@pytest.mark.parametrize(
    ("label", "objective", "level"),
    [
        ("**Menguji:** tujuan 3, terapkan.", 3, "terapkan"),
        ("**Menguji**: tujuan 1, ingat", 1, "ingat"),
        ("**menguji:** Tujuan 12; NILAI.", 12, "nilai"),
        ("*Menguji:* tujuan  2 ,nilai", 2, "nilai"),
        ("__Menguji:__ tujuan 2, ingat.", 2, "ingat"),
        ("Menguji: tujuan 2, ingat.", 2, "ingat"),
        ("**Menguji: tujuan 2, ingat**", 2, "ingat"),
        ("**Menguji:**\n> tujuan 2, ingat.", 2, "ingat"),
    ],
)
def test_an_aim_names_an_objective_and_a_level(label: str, objective: int, level: str) -> None:
    question, diagnostics = read_question(aimed(label))
    assert (question.objective, question.level) == (objective, level)
    assert diagnostics == []


def test_the_aim_is_kept_out_of_explanation_and_source() -> None:
    question, _ = read_question(aimed("**Menguji:** tujuan 1, terapkan."))
    assert question.explanation == "Akomodasi adalah bagian dari hak."
    assert question.source == "UU 8/2016."


@pytest.mark.parametrize("order", ["menguji sumber pembahasan", "sumber menguji pembahasan"])
def test_the_labels_may_stand_in_any_order(order: str) -> None:
    said = {"menguji": "tujuan 2, nilai.", "sumber": "UU 8/2016.", "pembahasan": "Begini."}
    quote = "\n>\n".join(f"> **{name.capitalize()}:** {said[name]}" for name in order.split())
    question, diagnostics = read_question(f"{QUESTION.split('> **Pembahasan')[0]}{quote}\n")
    assert (question.objective, question.level) == (2, "nilai")
    assert (question.explanation, question.source) == ("Begini.", "UU 8/2016.")
    assert diagnostics == []


def test_a_question_need_not_say_what_it_tests() -> None:
    question, diagnostics = read_question(QUESTION)
    assert (question.objective, question.level) == (None, None)
    assert diagnostics == []


def test_an_aim_that_is_no_quote_is_read_and_told() -> None:
    question, diagnostics = read_question(f"{QUESTION}\n**Menguji:** tujuan 1, ingat.\n")
    assert (question.objective, question.level) == (1, "ingat")
    assert codes(diagnostics) == ["explanation-without-quote"]


@pytest.mark.parametrize(
    "words",
    [
        "tujuan 3",
        "terapkan",
        "tujuan tiga, terapkan",
        "tujuan 3, hafal",
        "tujuan 3, terapkan, nilai",
        "tujuan 123, ingat",
        "tujuan -1, ingat",
        "tujuan ٣, ingat",
        "objective 3, apply",
    ],
)
def test_an_aim_that_cannot_be_read_is_an_error_with_an_example(words: str) -> None:
    question, diagnostics = read_question(aimed(f"**Menguji:** {words}"))
    assert (question.objective, question.level) == (None, None)
    assert [(p.code, p.severity, p.line) for p in diagnostics] == [
        ("bad-aim", "error", question.line)
    ]
    assert diagnostics[0].sentence.startswith('Soal "Seorang warga')
    assert "> **Menguji:** tujuan 3, terapkan." in diagnostics[0].remedy
    assert "ingat, terapkan, nilai" in diagnostics[0].remedy


def test_an_empty_aim_says_nothing() -> None:
    question, diagnostics = read_question(aimed("**Menguji:**"))
    assert question.objective is None
    assert diagnostics == []


@pytest.mark.parametrize(("objective", "is_told"), [(0, True), (1, False), (2, True), (99, True)])
def test_an_objective_that_is_not_there_is_an_error(
    tmp_path: Path, objective: int, is_told: bool
) -> None:
    bank = aimed(f"**Menguji:** tujuan {objective}, ingat.")
    result = read(tmp_path, {"01-satu.md": chapter_text(bank=bank)})
    found = [p for p in check_pocketbook(result) if p.code == "unknown-objective"]
    assert [(p.severity, p.line) for p in found] == [
        ("error", result.chapters[0].bank[0].line)
    ] * is_told
    if found:
        assert f"tujuan {objective} tidak ada" in found[0].sentence
        assert "1 tujuan" in found[0].sentence


def test_small_questions_are_held_to_the_objectives_too(tmp_path: Path) -> None:
    checks = aimed("**Menguji:** tujuan 2, ingat.")
    result = read(tmp_path, {"01-satu.md": chapter_text(checks=checks)})
    assert codes(check_pocketbook(result)) == ["unknown-objective"]


def test_without_a_readable_book_no_objective_is_missed(tmp_path: Path) -> None:
    bank = aimed("**Menguji:** tujuan 9, ingat.")
    result = read(tmp_path, {"buku.md": "---\n", "01-satu.md": chapter_text(bank=bank)})
    assert "unknown-objective" not in codes(check_pocketbook(result))


# Appendices


def test_the_appendices_come_after_the_chapters_in_a_fixed_order(tmp_path: Path) -> None:
    result = read(tmp_path, dict(APPENDICES))
    assert result.diagnostics == ()
    assert result.pocketbook is not None
    assert [(a.kind, a.title, a.path) for a in result.pocketbook.appendices] == [
        ("istilah", "Daftar istilah", "istilah.md"),
        ("kartu", "Kartu saku", "kartu.md"),
        ("fasilitator", "Lembar fasilitator", "fasilitator.md"),
    ]
    assert result.pocketbook.appendices[0].body == "- **hak**: milik setiap orang."
    assert result.pocketbook.appendices[2].body == "## Persiapan\n\nSiapkan ruang."
    assert [file.name for file in result.sources] == ["buku.md", "01-satu.md", *APPENDICES]
    assert check_pocketbook(result) == []


def test_a_pocketbook_needs_no_appendix(tmp_path: Path) -> None:
    pocketbook = read(tmp_path).pocketbook
    assert pocketbook is not None
    assert pocketbook.appendices == ()


@pytest.mark.parametrize("name", APPENDICES)
def test_an_appendix_is_no_chapter(tmp_path: Path, name: str) -> None:
    result = read(tmp_path, {name: APPENDICES[name]})
    assert [chapter.path for chapter in result.chapters] == ["01-satu.md"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- **hak**: milik.\n", 1),
        ("\n\n- **hak**: milik.\n", 3),
        ("## Daftar istilah\n\n- a\n", 1),
        ("<!-- catatan -->\nDaftar istilah\n", 2),
        ("---\njudul: Daftar istilah\n---\n\n- a\n", 1),
    ],
)
def test_an_appendix_begins_with_its_title(tmp_path: Path, text: str, line: int) -> None:
    diagnostics = read(tmp_path, {"istilah.md": text}).diagnostics
    assert [(p.code, p.severity, p.line) for p in diagnostics] == [
        ("appendix-without-title", "error", line)
    ]
    assert diagnostics[0].path.endswith("/istilah.md")
    assert "# Daftar istilah" in diagnostics[0].remedy


def test_an_empty_appendix_is_told(tmp_path: Path) -> None:
    assert codes(list(read(tmp_path, {"kartu.md": "\n"}).diagnostics)) == ["empty-file"]


@pytest.mark.parametrize("section", ["Cek pemahaman", "Soal kuis", "*soal kuis*:"])
def test_questions_in_an_appendix_are_not_lost_in_silence(tmp_path: Path, section: str) -> None:
    text = f"# Kartu saku\n\nSapa.\n\n## {section}\n\n{QUESTION}"
    diagnostics = read(tmp_path, {"kartu.md": text}).diagnostics
    assert [(p.code, p.severity, p.line) for p in diagnostics] == [
        ("section-in-wrong-file", "error", 5)
    ]


def test_an_appendix_has_no_ids_and_no_comments(tmp_path: Path) -> None:
    result = read(tmp_path, {"kartu.md": "# Kartu saku <!-- draf -->\n\nSapa.<!-- id: x -->\n"})
    assert result.pocketbook is not None
    appendix = result.pocketbook.appendices[0]
    assert (appendix.title, appendix.body) == ("Kartu saku", "Sapa.")


@pytest.mark.parametrize("name", ["istilah.txt", "Istilah.md", "kartu-saku.md", "catatan.md"])
def test_other_files_are_not_read_and_told(tmp_path: Path, name: str) -> None:
    result = read(tmp_path, {name: "# Daftar\n\n- a\n"})
    assert codes(list(result.diagnostics)) == ["file-not-read"]


def test_raw_html_in_an_appendix_is_told_at_its_line(tmp_path: Path) -> None:
    result = read(tmp_path, {"kartu.md": "# Kartu saku\n\nSapa <script>alert(1)</script>\n"})
    diagnostics = check_pocketbook(result)
    assert [(p.code, Path(p.path).name, p.line) for p in diagnostics] == [("script", "kartu.md", 3)]


# Peka


@pytest.mark.parametrize(
    ("value", "is_sensitive"),
    [("ya", True), ("Ya", True), ('"ya"', True), ("true", True), ("yes", True),
     ("tidak", False), ("TIDAK", False), ("false", False), ("no", False)],
)  # fmt: skip
def test_a_book_says_whether_it_touches_wounds(
    tmp_path: Path, value: str, is_sensitive: bool
) -> None:
    book = BOOK.replace("jp: 1\n", f"jp: 1\npeka: {value}\n")
    result = read(tmp_path, {"buku.md": book})
    assert result.diagnostics == ()
    assert result.pocketbook is not None
    assert result.pocketbook.is_sensitive is is_sensitive


def test_a_book_that_does_not_say_so_is_not_sensitive(tmp_path: Path) -> None:
    pocketbook = read(tmp_path).pocketbook
    assert pocketbook is not None
    assert not pocketbook.is_sensitive


@pytest.mark.parametrize("value", ["mungkin", "1", "[ya]", "", "2026-01-31"])
def test_anything_else_than_ya_or_tidak_is_an_error(tmp_path: Path, value: str) -> None:
    book = BOOK.replace("jp: 1\n", f"jp: 1\npeka: {value}\n")
    diagnostics = read(tmp_path, {"buku.md": book}).diagnostics
    assert [(p.code, p.severity, p.line) for p in diagnostics] == [("wrong-type", "error", 7)]
    assert diagnostics[0].remedy == "Tulis misalnya peka: ya."


def test_a_chapter_cannot_be_sensitive_by_itself(tmp_path: Path) -> None:
    text = chapter_text().replace("judul: Bab satu\n", "judul: Bab satu\npeka: ya\n")
    assert codes(list(read(tmp_path, {"01-satu.md": text}).diagnostics)) == ["unknown-field"]
