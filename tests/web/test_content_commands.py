"""`flask content check --quality` and `flask content sources`, from outside."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from lms.addresses import public_address_of
from lms.clock import utc_now
from lms.days import local_day
from lms.rendering.links import PAGES, reference_of
from tests.unit.authoring.good_book import good_book
from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, write

BODY = "Dengarkan orangnya dahulu, lalu jelaskan langkah berikutnya.\n\n" * 50
AIMED = QUESTION + ">\n> **Menguji:** tujuan 1, terapkan.\n"


def content(app: Flask, *arguments: str | Path) -> Result:
    """Run `flask content …`, which gives its commands a context."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["content", *map(str, arguments)])


def found(result: Result) -> list[tuple[str, int, str, str]]:
    """The problems of a JSON listing: file, line, severity and code."""
    return [
        (Path(each["path"]).name, each["line"], each["severity"], each["code"])
        for each in json.loads(result.output)
    ]


# Where links lead


@pytest.mark.parametrize("page", PAGES)
def test_every_page_that_authors_may_link_to_is_there(app: Flask, page: str) -> None:
    reference = reference_of(f"/{page}")
    assert reference is not None
    with app.app_context():
        assert public_address_of("", reference) == f"https://sakuham.example/{page}"
    endpoint, _ = app.url_map.bind("sakuham.example").match(f"/{page}")
    assert endpoint


# Folders that are passed over


def test_folders_that_only_look_like_a_pocketbook_are_named(app: Flask, tmp_path: Path) -> None:
    write(tmp_path / "baik")
    for name, book in (("huruf-besar", "Buku.md"), ("notepad", "buku.md.txt")):
        folder = write(tmp_path / name)
        (folder / "buku.md").rename(folder / book)
    (write(tmp_path / "tanpa-buku") / "buku.md").unlink()
    (tmp_path / "arsip").mkdir()
    (tmp_path / "arsip" / "README.md").write_text("x")
    result = content(app, "check", "--format", "json", tmp_path)
    assert result.exit_code == 1
    diagnostics = json.loads(result.output)
    assert {Path(each["path"]).parent.name for each in diagnostics} == {
        "huruf-besar", "notepad", "tanpa-buku",
    }  # fmt: skip
    assert {each["code"] for each in diagnostics} == {"no-book-file"}


@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_folder_without_a_book_is_told_in_indonesian(
    app: Flask, tmp_path: Path, command: str
) -> None:
    (tmp_path / "kosong").mkdir()
    result = content(app, command, tmp_path / "kosong")
    assert result.exit_code == 1
    assert "Berkas buku.md tidak ada." in result.output


# check --quality


def test_a_sound_book_passes_the_check_in_silence(app: Flask, tmp_path: Path) -> None:
    result = content(app, "check", write(tmp_path / "buku"))
    assert (result.exit_code, result.output) == (0, "")


def test_only_the_quality_pass_sends_back_what_an_editor_would(app: Flask, tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    plain = content(app, "check", folder)
    strict = content(app, "check", "--quality", folder)
    assert plain.exit_code == 0
    assert strict.exit_code == 1
    assert f"{folder}/01-satu.md:1: peringatan: Bab ini menyumbang 1 soal kuis" in strict.output
    assert "Perbaikan: Tambah soal di bagian ## Soal kuis." in strict.output


def test_a_book_without_findings_passes_with_quality_too(app: Flask, tmp_path: Path) -> None:
    book = good_book()
    for chapter in range(1, 5):
        text = book.parts[f"bab {chapter}"]
        book.parts[f"bab {chapter}"] = text.replace("## Besok pagi", f"{BODY}\n\n## Besok pagi")
    result = content(app, "check", "--quality", book.write(tmp_path / "buku"))
    assert (result.exit_code, result.output) == (0, "")


def test_a_warning_blocks_only_with_quality(app: Flask, tmp_path: Path) -> None:
    folder = good_book().write(tmp_path / "buku")  # its chapters are short: a warning
    assert content(app, "check", folder).exit_code == 0
    assert content(app, "check", "--quality", folder).exit_code == 1


def test_where_authors_packages_are_missing_the_quality_pass_says_what_to_install(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("prose", "questions"):
        monkeypatch.delitem(sys.modules, f"lms.authoring.editorial.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    result = content(app, "check", "--quality", write(tmp_path / "buku"))
    assert result.exit_code == 1
    assert "wordfreq" in result.output
    assert "requirements-authoring.txt" in result.output


def test_an_error_blocks_in_any_case(app: Flask, tmp_path: Path) -> None:
    bank = AIMED.replace("tujuan 1", "tujuan 7")
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(bank=bank)})
    for arguments in (["check"], ["check", "--quality"]):
        result = content(app, *arguments, folder)
        assert result.exit_code == 1
        assert ": galat: " in result.output
        assert "tujuan 7 tidak ada" in result.output


def test_both_passes_are_told_together_in_reading_order(app: Flask, tmp_path: Path) -> None:
    bank = AIMED.replace("  > Ini memindahkan beban.\n", "").replace("tujuan 1, ", "")
    files: dict[str, str | bytes] = {"01-satu.md": chapter_text(body="Teks.", bank=bank, checks="")}
    folder = write(tmp_path / "buku", files)
    listed = found(content(app, "check", "--quality", "--format", "json", folder))
    assert listed == [
        ("01-satu.md", 1, "warning", "chapter-length"),
        ("01-satu.md", 1, "warning", "few-items"),
        ("01-satu.md", 1, "warning", "no-checks"),
        ("01-satu.md", 10, "error", "bad-aim"),
        ("01-satu.md", 10, "warning", "no-aim"),
        ("01-satu.md", 10, "warning", "no-case"),
        ("01-satu.md", 12, "warning", "no-feedback"),
        ("buku.md", 1, "warning", "few-cases"),
        ("buku.md", 1, "warning", "few-items"),
        ("buku.md", 14, "warning", "objective-without-item"),
    ]


def test_what_both_passes_find_is_told_once(app: Flask, tmp_path: Path) -> None:
    bank = AIMED.replace("Menunggu atasan", "Semua jawaban benar")
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(bank=bank)})
    listed = found(content(app, "check", "--quality", "--format", "json", folder))
    assert [code for *_, code in listed].count("all-of-the-above") == 1


@pytest.mark.parametrize("kind", ["text", "json", "github"])
def test_a_finding_is_written_for_people_editors_and_ci(
    app: Flask, tmp_path: Path, kind: str
) -> None:
    folder = write(tmp_path / "buku")
    output = content(app, "check", "--quality", "--format", kind, folder).output
    assert {
        "text": f"{folder}/buku.md:1: peringatan: Bank soal berisi 1 soal",
        "json": '"code": "few-items"',
        "github": f"::warning file={folder}/buku.md,line=1,title=few-items::Bank soal berisi",
    }[kind] in output


def test_a_folder_of_books_is_checked_whole(app: Flask, tmp_path: Path) -> None:
    for name in ("dua", "satu"):
        write(tmp_path / name)
    output = content(app, "check", "--quality", tmp_path).output
    assert output.index(f"{tmp_path}/dua/01-satu.md") < output.index(f"{tmp_path}/satu/01-satu.md")


# sources


def test_the_sources_are_listed_with_text_and_questions(app: Flask, tmp_path: Path) -> None:
    chapter = chapter_text(body="Dasarnya UU 25/2009.", checks="", bank=QUESTION)
    book = BOOK.replace("Pengantar singkat.", "Berpijak pada UUD 1945.")
    folder = write(tmp_path / "buku", {"buku.md": book, "01-satu.md": chapter})
    result = content(app, "sources", folder)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "UU 25/2009",
        f"  {folder}/01-satu.md:6: teks",
        "UU 8/2016",
        f"  {folder}/01-satu.md:21: soal",
        "UUD 1945",
        f"  {folder}/buku.md:10: teks",
    ]


def test_the_sources_of_several_books_come_under_one_name(app: Flask, tmp_path: Path) -> None:
    for name in ("dua", "satu"):
        chapter = chapter_text(body="UU 8/2016.", checks="", bank="")
        write(tmp_path / name, {"01-satu.md": chapter})
    assert content(app, "sources", tmp_path).output.splitlines() == [
        "UU 8/2016",
        f"  {tmp_path}/dua/01-satu.md:6: teks",
        f"  {tmp_path}/satu/01-satu.md:6: teks",
    ]


def test_a_book_without_regulations_has_an_empty_index(app: Flask, tmp_path: Path) -> None:
    chapter = chapter_text(body="Teks.", checks="", bank="")
    result = content(app, "sources", write(tmp_path / "buku", {"01-satu.md": chapter}))
    assert (result.exit_code, result.output) == (0, "")


def test_without_a_path_the_house_s_own_books_are_meant(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "content" / "buku")
    settings = replace(app.config["SAKUHAM"], content_folder=str(tmp_path / "content"))
    monkeypatch.setitem(app.config, "SAKUHAM", settings)
    assert f"{tmp_path}/content/buku/01-satu.md" in content(app, "sources").output
    assert f"{tmp_path}/content/buku/01-satu.md:1:" in content(app, "check", "--quality").output


@pytest.mark.parametrize("command", [["sources"], ["check", "--quality"]])
def test_a_folder_that_is_not_there_is_refused(
    app: Flask, tmp_path: Path, command: list[str]
) -> None:
    result = content(app, *command, tmp_path / "tidak-ada")
    assert result.exit_code == 1
    assert "There is no folder" in result.output


# Questions from elsewhere


def test_an_import_prints_our_notation_and_tells_what_is_lost(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "soal.gift"
    file.write_text("Mana? {=ya ~%50%hampir ~tidak}\n\nTulis esai. {}\n")
    result = content(app, "import", file)
    assert result.exit_code == 1
    assert "## Soal kuis\n\n### Mana?\n\n- [x] ya\n- [ ] hampir\n- [ ] tidak\n" in result.stdout
    assert f"{file}:1: peringatan: Bobot 50%" in result.stderr
    assert f"{file}:3: galat: " in result.stderr
    assert "1 converted, 1 left out" in result.stderr


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"Teks biasa.\n", "no questions"), (b"Mana? {=\xff ~b}\n", "UTF-8"), (b"", "no questions")],
)
def test_an_import_of_something_else_says_so(
    app: Flask, tmp_path: Path, data: bytes, words: str
) -> None:
    file = tmp_path / "soal.txt"
    file.write_bytes(data)
    result = content(app, "import", file)
    assert result.exit_code == 1
    assert words in result.output


# The register of laws

REGISTER = """\
- kutipan: UU 8/2016
  judul: Undang-Undang Nomor 8 Tahun 2016 tentang Penyandang Disabilitas
  keadaan: berlaku
  diperiksa: {day}
  cara: salinan naskah
  berikutnya: peraturan pelaksananya
"""


def test_sources_tell_what_the_register_says(app: Flask, tmp_path: Path) -> None:
    write(tmp_path / "b")
    (tmp_path / "sumber.yaml").write_text(REGISTER.format(day="2026-01-31"))
    first, *lines = content(app, "sources", tmp_path).output.splitlines()
    assert first == (
        "UU 8/2016: berlaku, diperiksa 2026-01-31 (salinan naskah); "
        "berikutnya: peraturan pelaksananya"
    )
    assert all(line.endswith(": soal") for line in lines)


def test_due_sources_are_those_of_six_months_ago_and_those_unknown(
    app: Flask, tmp_path: Path
) -> None:
    write(tmp_path / "b", {"buku.md": BOOK.replace("Pengantar", "UU 39/1999: pengantar")})
    register = tmp_path / "sumber.yaml"
    register.write_text(REGISTER.format(day=local_day(utc_now()).isoformat()))
    result = content(app, "sources", "--due", tmp_path)
    assert (result.exit_code, result.output.splitlines()[0]) == (
        1,
        "UU 39/1999: tidak ada di sumber.yaml",
    )
    assert "UU 8/2016" not in result.output
    register.write_text(REGISTER.format(day="2020-01-31"))
    assert "UU 8/2016: berlaku" in content(app, "sources", "--due", tmp_path).output
    write(tmp_path / "b", {"buku.md": BOOK})
    register.write_text(REGISTER.format(day=local_day(utc_now()).isoformat()))
    result = content(app, "sources", "--due", tmp_path)
    assert (result.exit_code, result.output) == (0, "")
