"""QR codes: the same modules for pages and for print, and readable."""

import re
from io import BytesIO

import pytest
from PIL import Image
from zxingcpp import read_barcodes

from lms.printing.qr import QUIET_ZONE, qr_png, qr_rows, qr_svg

URL = "https://sakuham.example/v/MBT96K8JG5MG"


def test_a_drawing_is_one_path_with_a_title() -> None:
    svg = qr_svg(URL, title="Kode QR <ke> halaman & verifikasi")
    assert svg.count("<path") == 1
    assert "<title>Kode QR &lt;ke&gt; halaman &amp; verifikasi</title>" in svg
    assert len(svg) < 4000


def test_the_path_draws_the_modules_inside_the_quiet_zone() -> None:
    rows = [[shade == 0 for shade in row] for row in qr_rows(URL)]
    side = len(rows) + 2 * QUIET_ZONE
    svg = qr_svg(URL, title="")
    assert f'viewBox="0 0 {side} {side}"' in svg
    drawn = [[False] * side for _ in range(side)]
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        for place in range(int(x), int(x) + int(length)):
            drawn[int(y)][place] = True
    inner = [row[QUIET_ZONE:-QUIET_ZONE] for row in drawn[QUIET_ZONE:-QUIET_ZONE]]
    assert inner == rows
    assert sum(map(sum, drawn)) == sum(map(sum, rows))


def test_the_bitmap_has_a_quiet_zone_and_is_read_back() -> None:
    image = Image.open(BytesIO(qr_png(URL)))
    side = len(qr_rows(URL)) + 2 * QUIET_ZONE
    assert (image.size, image.mode) == ((side, side), "1")
    large = image.convert("L").resize((side * 5, side * 5), Image.Resampling.NEAREST)
    assert large.crop((0, 0, side * 5, QUIET_ZONE * 5)).getextrema() == (255, 255)
    (found,) = read_barcodes(large)
    assert (found.text, found.ec_level) == (URL, "M")


def test_the_same_content_gives_the_same_bytes() -> None:
    assert qr_svg(URL, title="QR") == qr_svg(URL, title="QR")
    assert qr_png(URL) == qr_png(URL)


def test_a_content_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr_rows("x" * 5000)
