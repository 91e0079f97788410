"""Which pictures a pocketbook may hold."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from lms.authoring.source.pictures import UnusablePicture, read_picture
from lms.authoring.source.tree import MAX_PICTURE_BYTES
from tests.unit.authoring.pocketbooks import PROSE, chapter_text, parse_folder, write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path d="M0 0h9"/></svg>'


def image(kind: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    return file.getvalue()


def with_text(text: str, **files: bytes) -> dict[str, str | bytes]:
    named: dict[str, str | bytes] = {f"gambar/{k.replace('_', '.')}": v for k, v in files.items()}
    return {"01-satu.md": chapter_text(body=f"{PROSE}\n\n{text}\n"), **named}


@pytest.mark.parametrize(
    ("name", "data", "width", "height", "media_type"),
    [
        ("a.png", image(), 8, 6, "image/png"),
        ("a.jpg", image("JPEG"), 8, 6, "image/jpeg"),
        ("a.JPEG", image("JPEG"), 8, 6, "image/jpeg"),
        ("a.webp", image("WEBP"), 8, 6, "image/webp"),
        ("a.svg", SVG.encode(), 40, 30, "image/svg+xml"),
        ("a.svg", SVG.replace('width="40" height="30"', 'viewBox="0 0 12.4 7"').encode(), 12, 7,
         "image/svg+xml"),
        ("a.svg", b"\xef\xbb\xbf" + SVG.replace('"40"', '"40px"').encode(), 40, 30,
         "image/svg+xml"),
    ],
)  # fmt: skip
def test_a_picture_is_measured(
    name: str, data: bytes, width: int, height: int, media_type: str
) -> None:
    picture = read_picture(name, data)
    assert (picture.path, picture.width, picture.height) == (name, width, height)
    assert picture.media_type == media_type
    assert picture.sha256 == sha256(picture.content).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.gif", b"GIF89a", "picture-type"),
        ("a.pdf", b"%PDF", "picture-type"),
        ("a.png", b"bukan gambar", "picture-type"),
        ("a.png", image()[:20], "picture-type"),
        ("a.png", image("JPEG"), "picture-type"),
        ("a.png", image("GIF"), "picture-type"),
        ("a.png", SVG.encode(), "picture-type"),
        ("a.png", b"\x89PNG" + b"x" * MAX_PICTURE_BYTES, "picture-too-large"),
        ("a.png", image(size=(5001, 1)), "picture-too-large"),
        ("a.svg", b"<p/>", "picture-type"),
        ("a.svg", b"<svg", "picture-type"),
        ("a.svg", "<svg/>".encode("utf-16"), "picture-type"),
        ("a.svg", b"<svg/>", "picture-without-size"),
        ("a.svg", SVG.replace('"40"', '"0"').encode(), "picture-without-size"),
        ("a.svg", SVG.replace('"40"', '"100%"').encode(), "picture-without-size"),
        ("a.svg", SVG.replace("<path", "<script>x()</script><path").encode(), "picture-unsafe"),
        ("a.svg", SVG.replace("<path", '<path onload="x()"').encode(), "picture-unsafe"),
        ("a.svg", SVG.replace("<path", "<foreignObject/><path").encode(), "picture-unsafe"),
        ("a.svg", SVG.replace("<path", '<image href="https://x.id/a.png"/><path').encode(),
         "picture-unsafe"),
        ("a.svg", SVG.replace("<path", '<path fill="url(https://x.id)"').encode(),
         "picture-unsafe"),
        ("a.svg", SVG.replace("<path", "<style>@import 'x'</style><path").encode(),
         "picture-unsafe"),
        ("a.svg", f"<!DOCTYPE svg>{SVG}".encode(), "picture-unsafe"),
        ("a.svg", f'<?xml-stylesheet href="x"?>{SVG}'.encode(), "picture-unsafe"),
    ],
)  # fmt: skip
def test_what_is_no_harmless_picture_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(UnusablePicture) as refused:
        read_picture(name, data)
    assert refused.value.code == code
    assert refused.value.sentence
    assert refused.value.remedy


def test_a_bomb_is_refused_by_its_head() -> None:
    head = image()[:16] + (100_000).to_bytes(4) * 2 + image()[24:]
    with pytest.raises(UnusablePicture):
        read_picture("a.png", head)


def test_a_drawing_may_refer_to_itself() -> None:
    text = SVG.replace("<path", '<use href="#a"/><path fill="url(#b)"')
    assert read_picture("a.svg", text.encode()).width == 40


@pytest.mark.parametrize(
    "text",
    [
        "![Loket](gambar/a.png)",
        "![Loket](./gambar/a.png)",
        '![Loket](gambar/a.png "Keterangan")',
        "![Loket](<gambar/a.png>)",
        "![Loket](gambar/a%2Epng)",
        "![Loket][g]\n\n[g]: gambar/a.png",
        "![g]\n\n[g]: gambar/a.png",
        "[![Loket](gambar/a.png)](https://a.id)",
        "> - ![Loket](gambar/a.png)",
    ],
)
def test_a_picture_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    result = parse_folder(write(tmp_path / "b", with_text(text, a_png=image())))
    assert result.diagnostics == ()
    assert list(result.pictures) == ["gambar/a.png"]
    assert result.pictures["gambar/a.png"].width == 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("![](gambar/a.png)", "picture-without-alt"),
        ("![ ](gambar/a.png)", "picture-without-alt"),
        ("![Loket](gambar/b.png)", "picture-missing"),
        ("![Loket](gambar)", "picture-missing"),
        ("![Loket](https://a.id/a.png)", "picture-outside"),
        ("![Loket](//a.id/a.png)", "picture-outside"),
        ("![Loket](/gambar/a.png)", "picture-outside"),
        ("![Loket](../lain/a.png)", "picture-outside"),
        ("![Loket](gambar/../../a.png)", "picture-outside"),
        ("![Loket](gambar/%2e%2e/%2e%2e/a.png)", "picture-outside"),
        ("![Loket](gambar\\a.png)", "picture-outside"),
        ("![Loket](data:image/png;base64,AAAA)", "picture-outside"),
        ("![Loket](java&#115;cript:x)", "picture-outside"),
        ("![Loket](gambar/c.png)", "picture-type"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_told(tmp_path: Path, text: str, code: str) -> None:
    folder = write(tmp_path / "b", with_text(text, a_png=image(), c_png=b"x"))
    diagnostics = parse_folder(folder).diagnostics
    assert [(p.code, p.line, p.severity) for p in diagnostics] == [(code, 8, "error")]


def test_a_picture_behind_a_symbolic_link_is_missing(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", with_text("![Loket](gambar/a.png)"))
    (tmp_path / "luar").mkdir()
    (tmp_path / "luar" / "a.png").write_bytes(image())
    (folder / "gambar").symlink_to(tmp_path / "luar")
    assert [p.code for p in parse_folder(folder).diagnostics] == ["picture-missing"]


def test_a_picture_in_code_is_no_picture(tmp_path: Path) -> None:
    text = "`![](x.png)`\n\n```\n![](y.png)\n```"
    result = parse_folder(write(tmp_path / "b", with_text(text)))
    assert (result.diagnostics, dict(result.pictures)) == ((), {})
