"""Archives are bounded before anything of them is unpacked, and no file of them ends the others."""

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from typing import IO
from zipfile import ZipFile

import pytest

from lms.checking.bulk.archives import (
    MOST_DOCUMENTS,
    Entry,
    is_archive_of_documents,
    pack,
    read_entries,
    require_documents,
)
from lms.checking.bulk.errors import UnfitUpload
from lms.checking.inspection import LARGEST
from tests.sheets import claiming, locked, with_link, with_long_contents, xlsx, zipped

PDF = b"%PDF-1.7 sertifikat"


def entries(archive: bytes) -> list[Entry]:
    assert require_documents(BytesIO(archive)) > 0
    return list(read_entries(BytesIO(archive), is_packed=False))


def test_paths_are_shown_and_lead_nowhere() -> None:
    found = entries(zipped({"Unit A/sri.pdf": PDF, "../../etc/passwd": PDF, "/abs\\x.pdf": PDF}))
    assert [each.path for each in found] == ["Unit A/sri.pdf", "etc/passwd", "abs/x.pdf"]
    assert all(each.content == PDF for each in found)


def test_what_computers_leave_beside_files_is_passed_over() -> None:
    archive = zipped(
        {"a.pdf": PDF, "__MACOSX/._a.pdf": b"x", "Thumbs.db": b"x", "b/.DS_Store": b"x"}
    )
    assert [each.path for each in entries(archive)] == ["a.pdf"]


def test_a_link_a_nested_archive_and_a_locked_file_are_told_and_not_followed() -> None:
    (link,) = entries(with_link("a.pdf", "/etc/passwd"))
    assert link.content == b""
    assert "pintasan" in str(link.problem)
    nested, good = entries(zipped({"b.zip": zipped({"c.pdf": PDF}), "d.pdf": PDF}))
    assert "ZIP di dalam ZIP" in str(nested.problem)
    assert good.content == PDF
    (closed,) = entries(locked(zipped({"e.pdf": PDF})))
    assert "kata sandi" in str(closed.problem)


def test_a_file_that_unfolds_beyond_its_bound_is_not_unfolded() -> None:
    bomb, good = entries(zipped({"bom.pdf": bytes(LARGEST + 1), "b.pdf": PDF}))
    assert (bomb.content, good.content) == (b"", PDF)
    assert "lebih besar" in str(bomb.problem)


def test_a_file_that_lies_about_its_size_is_read_to_its_bound_only() -> None:
    (bomb,) = entries(claiming(zipped({"bom.pdf": bytes(50 * LARGEST)}), 100))
    assert len(bomb.content) <= 100


def test_an_archive_that_claims_gigabytes_is_refused_as_a_whole() -> None:
    archive = claiming(zipped({"a.pdf": PDF}), 2**31)
    with pytest.raises(UnfitUpload, match="jauh lebih besar"):
        require_documents(BytesIO(archive))


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 rusak", zipped({"a.pdf": PDF})[:-30], b""],
    ids=["no more than a sign", "cut off", "empty"],  # a ZIP's bytes have the time in them
)
def test_a_broken_archive_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitUpload, match="rusak"):
        require_documents(BytesIO(content))


def test_a_broken_file_in_a_whole_archive_gets_its_reason() -> None:
    content = bytearray(zipped({"a.pdf": PDF * 100, "b.pdf": PDF}))
    content[40] ^= 0xFF
    broken, good = entries(bytes(content))
    assert "Rusak" in str(broken.problem)
    assert good.content == PDF


def test_so_many_files_and_no_more() -> None:
    files = {f"{number}.pdf": PDF for number in range(MOST_DOCUMENTS)}
    assert require_documents(BytesIO(zipped(files))) == MOST_DOCUMENTS
    with pytest.raises(UnfitUpload, match="501 berkas"):
        require_documents(BytesIO(zipped(files | {"lebih.pdf": PDF})))
    with pytest.raises(UnfitUpload, match="501 berkas"):
        pack([(f"{number}.pdf", BytesIO(PDF)) for number in range(MOST_DOCUMENTS + 1)], BytesIO())


def test_loose_files_of_one_name_stay_two() -> None:
    target = BytesIO()
    assert pack([("a/x.pdf", BytesIO(PDF)), ("a/x.pdf", BytesIO(b"2"))], target) == 2
    found = list(read_entries(target, is_packed=True))
    assert [(each.path, each.content) for each in found] == [("a/x.pdf", PDF), ("a/x.pdf", b"2")]


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(UnfitUpload, match="Pilih dahulu"):
        pack([], BytesIO())
    with pytest.raises(UnfitUpload, match="Tidak ada berkas"):
        require_documents(BytesIO(zipped({})))


def test_a_spreadsheet_is_no_archive_of_documents() -> None:
    assert not is_archive_of_documents(BytesIO(xlsx([["Kode"]])))
    assert is_archive_of_documents(BytesIO(zipped({"a.pdf": PDF})))


@pytest.mark.parametrize("look_at", [is_archive_of_documents, require_documents])
def test_a_table_of_contents_that_would_fill_the_memory_is_not_read(
    look_at: Callable[[IO[bytes]], object],
) -> None:
    archive = BytesIO(with_long_contents(60_000))
    assert len(ZipFile(archive).infolist()) == 60_000
    tracemalloc.start()
    try:
        with pytest.raises(UnfitUpload) as refused:
            look_at(archive)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.sentence.values["count"] == 60_000
    assert peak < 8 * 1024**2
