"""Sheets and archives that are made to reach further than what is in them."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from lms.checking.bulk.archives import read_entries, require_documents
from lms.checking.bulk.errors import UnfitUpload
from lms.checking.bulk.work import read_sheet
from lms.tables.grids import text_at
from tests.patience import ends
from tests.sheets import overlapping, sheet_with_entities, vast_sheet, xlsx


def words_of(content: bytes) -> str:
    """All that is read of a sheet; nothing where it is refused in words."""
    try:
        grid = read_sheet(content)
    except UnfitUpload:
        return ""
    return " ".join(text_at(cells, place) for _, cells in grid.rows for place in range(len(cells)))


def test_no_file_of_ours_gets_into_a_sheet(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("kunci pribadi")
    for place in (secret.as_uri(), "http://127.0.0.1:9/a"):
        words = words_of(sheet_with_entities(f'<!ENTITY a SYSTEM "{place}">', "x&a;x"))
        assert "kunci" not in words


def test_entities_that_are_made_of_entities_are_not_unfolded() -> None:
    names = "abcdefghij"
    declared = '<!ENTITY a "haha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    with ends():
        assert "haha" not in words_of(sheet_with_entities(declared, "&j;"))


def test_ten_million_cells_are_refused() -> None:
    with ends(), pytest.raises(UnfitUpload, match="terlalu luas"):
        read_sheet(vast_sheet())


@pytest.mark.parametrize(
    "content",
    [b"\n" * 8_000_000, b"," * 8_000_000, b'"' + b"\n" * 8_000_000],
    ids=["lines", "commas", "lines in a quotation"],
)
def test_nothing_but_signs_that_separate_is_refused(content: bytes) -> None:
    with ends(), pytest.raises(UnfitUpload):
        read_sheet(content)


def test_a_formula_is_read_as_what_it_shows_and_is_not_worked_out() -> None:
    formula = '=WEBSERVICE("http://127.0.0.1:9/" & A1)'
    assert "127.0.0.1" not in words_of(xlsx([["Kode"], [formula]]))
    assert formula in words_of(f'Kode;Nama\n1;"{formula.replace(chr(34), chr(34) * 2)}"'.encode())


def test_files_that_share_one_stretch_of_an_archive_are_read_once_at_most() -> None:
    archive = overlapping(400, 1024**2)
    assert len(archive) < 64 * 1024
    assert require_documents(BytesIO(archive)) == 400
    with ends():
        found = list(read_entries(BytesIO(archive), is_packed=False))
    assert len(found) == 400
    assert sum(bool(each.content) for each in found) <= 1
    assert all(each.problem for each in found if not each.content)
    with pytest.raises(UnfitUpload, match="jauh lebih besar"):
        require_documents(BytesIO(overlapping(500, 2 * 1024**2)))
