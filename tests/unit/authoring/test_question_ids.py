"""The publisher gives questions their ids and touches nothing else."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.parsing.pocketbook import read_pocketbook
from lms.authoring.question_ids import ids_assigned
from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, write

HEADING = "### Seorang warga tunanetra datang. Apa langkah pertama Anda?"


def assign_ids(folder: Path) -> list[str]:
    with ids_assigned(folder) as changed:
        return changed


def ids(folder: Path) -> list[str | None]:
    chapters = read_pocketbook(folder).chapters
    return [question.id for chapter in chapters for question in chapter.questions]


def test_every_question_gets_an_id_of_its_kind(tmp_path: Path) -> None:
    files = {"02-dua.md": chapter_text(bank=f"{QUESTION}\n{QUESTION}")}
    folder = write(tmp_path / "buku", files)
    assert assign_ids(folder) == ["01-satu.md", "02-dua.md"]
    assert ids(folder) == ["ham01-c01", "ham01-k01", "ham01-c02", "ham01-k02", "ham01-k03"]
    assert check_pocketbook(read_pocketbook(folder)) == []


def test_ids_in_use_are_left_alone_and_numbers_never_come_back(tmp_path: Path) -> None:
    bank = f"{QUESTION}\n<!-- id: ham01-k07 -->\n\n{QUESTION}"
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(checks="", bank=bank)})
    assign_ids(folder)
    assert ids(folder) == ["ham01-k07", "ham01-k08"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    assign_ids(folder)
    before = (folder / "01-satu.md").read_bytes()
    assert assign_ids(folder) == []
    assert (folder / "01-satu.md").read_bytes() == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_everything_else_stays_byte_for_byte(tmp_path: Path, line_end: str) -> None:
    text = "\ufeff" + chapter_text(checks="").replace("Tepat.", "Tepat.  ").replace("\n", line_end)
    folder = write(tmp_path / "buku", {"01-satu.md": text})
    assign_ids(folder)
    after = (folder / "01-satu.md").read_bytes().decode()
    assert after == text.replace(
        f"{HEADING}{line_end}", f"{HEADING}{line_end}<!-- id: ham01-k01 -->{line_end}"
    )


def test_a_heading_on_the_last_line_gets_a_line_end_of_its_own(tmp_path: Path) -> None:
    text = chapter_text(checks="", bank="### Akhir?").rstrip("\n")
    folder = write(tmp_path / "buku", {"01-satu.md": text})
    assign_ids(folder)
    assert (folder / "01-satu.md").read_text() == f"{text}\n<!-- id: ham01-k01 -->"
    assert ids(folder) == ["ham01-k01"]


def test_without_a_code_nothing_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"buku.md": BOOK.replace("kode: HAM-01\n", "")})
    assert assign_ids(folder) == []
    assert ids(folder) == [None, None]


def test_what_fails_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"02-dua.md": chapter_text().replace("\n", "\r\n")})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    seen: list[str | None] = []

    def fail() -> None:
        with ids_assigned(folder):
            seen.extend(ids(folder))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert seen[0] == "ham01-c01"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
