"""The rosette under the text."""

from lms.certificates.rosette import PETALS, draw_rosette


def test_a_rosette_is_one_pale_path() -> None:
    svg = draw_rosette("#000000")
    assert svg.count("<path") == 1
    assert svg.count("M") == PETALS
    assert 'stroke="#dedede"' in svg
