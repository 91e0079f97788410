"""The publisher gives questions their ids and touches nothing else."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.errors import NotPublishable
from lms.authoring.folder import read_folder, source_written
from lms.authoring.question_ids import assign_ids
from lms.authoring.source.tree import SourceTree
from tests.unit.authoring.pocketbooks import BOOK, QUESTION, chapter_text, parse_folder, write

HEADING = "### Seorang warga tunanetra datang. Apa langkah pertama Anda?"


def write_ids(folder: Path) -> list[str]:
    """Give ids to what stands in a folder, as the command does; the files that changed."""
    before = read_folder(folder)
    after = assign_ids(before)
    with source_written(folder, before, after):
        return [name for name, data in after.files.items() if data != before.files[name]]


def ids(folder: Path) -> list[str | None]:
    chapters = parse_folder(folder).chapters
    return [question.id for chapter in chapters for question in chapter.questions]


def test_every_question_gets_an_id_of_its_kind(tmp_path: Path) -> None:
    files = {"02-dua.md": chapter_text(bank=f"{QUESTION}\n{QUESTION}")}
    folder = write(tmp_path / "buku", files)
    assert write_ids(folder) == ["01-satu.md", "02-dua.md"]
    assert ids(folder) == ["ham01-c01", "ham01-k01", "ham01-c02", "ham01-k02", "ham01-k03"]
    assert check_pocketbook(parse_folder(folder)) == []


def test_ids_in_use_are_left_alone_and_numbers_never_come_back(tmp_path: Path) -> None:
    bank = f"{QUESTION}\n<!-- id: ham01-k07 -->\n\n{QUESTION}"
    folder = write(tmp_path / "buku", {"01-satu.md": chapter_text(checks="", bank=bank)})
    write_ids(folder)
    assert ids(folder) == ["ham01-k07", "ham01-k08"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    write_ids(folder)
    before = (folder / "01-satu.md").read_bytes()
    assert write_ids(folder) == []
    assert (folder / "01-satu.md").read_bytes() == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_everything_else_stays_byte_for_byte(tmp_path: Path, line_end: str) -> None:
    text = "\ufeff" + chapter_text(checks="").replace("Tepat.", "Tepat.  ").replace("\n", line_end)
    folder = write(tmp_path / "buku", {"01-satu.md": text})
    write_ids(folder)
    after = (folder / "01-satu.md").read_bytes().decode()
    assert after == text.replace(
        f"{HEADING}{line_end}", f"{HEADING}{line_end}<!-- id: ham01-k01 -->{line_end}"
    )


def test_a_heading_on_the_last_line_gets_a_line_end_of_its_own(tmp_path: Path) -> None:
    text = chapter_text(checks="", bank="### Akhir?").rstrip("\n")
    folder = write(tmp_path / "buku", {"01-satu.md": text})
    write_ids(folder)
    assert (folder / "01-satu.md").read_text() == f"{text}\n<!-- id: ham01-k01 -->"
    assert ids(folder) == ["ham01-k01"]


def test_without_a_code_nothing_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"buku.md": BOOK.replace("kode: HAM-01\n", "")})
    assert write_ids(folder) == []
    assert ids(folder) == [None, None]


def changing(folder: Path) -> tuple[SourceTree, SourceTree]:
    before = read_folder(folder)
    return before, assign_ids(before)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_ids_come_in_a_tree_of_their_own_and_no_file_is_touched(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    found = contents(folder)
    before, after = changing(folder)
    assert b"<!-- id: ham01-k01 -->" in after.files["01-satu.md"]
    assert before.files == contents(folder) == found
    assert assign_ids(after) is after


def test_what_fails_leaves_the_files_as_they_were(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"02-dua.md": chapter_text().replace("\n", "\r\n")})
    found = contents(folder)
    seen: list[str | None] = []

    def fail() -> None:
        with source_written(folder, *changing(folder)):
            seen.extend(ids(folder))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert seen[0] == "ham01-c01"
    assert contents(folder) == found


def test_a_text_that_was_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"02-dua.md": chapter_text()})
    trees = changing(folder)
    (folder / "02-dua.md").write_text("Naskah baru.\n")
    found = contents(folder)
    with pytest.raises(NotPublishable, match=r"02-dua\.md"), source_written(folder, *trees):
        pass
    assert contents(folder) == found


def test_where_a_text_is_gone_the_others_are_given_back(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku", {"02-dua.md": chapter_text(), "03-tiga.md": chapter_text()})
    trees = changing(folder)
    (folder / "02-dua.md").unlink()
    found = contents(folder)
    with pytest.raises(NotPublishable, match=r"02-dua\.md"), source_written(folder, *trees):
        pass
    assert contents(folder) == found


def test_a_text_that_is_changed_while_it_is_published_stays_when_that_fails(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "buku")

    def fail() -> None:
        with source_written(folder, *changing(folder)):
            (folder / "01-satu.md").write_text("Naskah baru.\n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (folder / "01-satu.md").read_text() == "Naskah baru.\n"


def test_a_file_that_gets_ids_stays_as_open_to_others_as_it_was(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    (folder / "01-satu.md").chmod(0o640)
    write_ids(folder)
    assert (folder / "01-satu.md").stat().st_mode & 0o777 == 0o640


def test_no_file_outside_is_written_through_a_link_that_lies_there(tmp_path: Path) -> None:
    folder = write(tmp_path / "buku")
    outside = tmp_path / "kunci"
    outside.write_text("rahasia")
    (folder / ".01-satu.md.baru").symlink_to(outside)
    write_ids(folder)
    assert outside.read_text() == "rahasia"
    assert not (folder / "01-satu.md").is_symlink()
    assert ids(folder)[0] == "ham01-c01"
