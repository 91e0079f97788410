"""A photograph tells readers nothing but what is seen on it, and stands upright."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from lms.authoring.source.photographs import (
    MovingPhotograph,
    TooManyPoints,
    UnreadablePhotograph,
    clean_photograph,
)

PLACE = "-6.175392"
DEVICE = "Kamera Rekaan X9"
SECRETS = (PLACE.encode(), DEVICE.encode(), "\x00".join(DEVICE).encode())
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{PLACE}</a>{DEVICE}</x:xmpmeta>'.encode()
MOST = 5000


def scene(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image.convert(mode)


def exif(orientation: int = 1) -> bytes:
    data = Image.Exif()
    data[0x010F] = data[0x0110] = data[0x0131] = data[0x013B] = data[0x010E] = DEVICE
    data[0x0112] = orientation
    data.get_ifd(0x8825)[2] = (6.0, 10.0, 31.4)
    data.get_ifd(0x8769)[0x9286] = b"ASCII\x00\x00\x00" + PLACE.encode()
    data.get_ifd(0x8769)[0xA431] = DEVICE
    return data.tobytes()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + DEVICE.encode()


def saved(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    file = BytesIO()
    (image or scene()).save(file, kind, **options)
    return file.getvalue()


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg_with(*segments: bytes, after: bytes = b"") -> bytes:
    plain = saved("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:] + after


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(name: bytes, data: bytes) -> bytes:
    plain = saved("PNG")
    return plain[:33] + chunk(name, data) + plain[33:]


def png_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", DEVICE)
    texts.add_text("Software", PLACE, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", pnginfo=texts)


SPOKEN: dict[str, Callable[[], bytes]] = {
    "JPEG, EXIF": lambda: saved("JPEG", exif=exif()),
    "JPEG, XMP": lambda: saved("JPEG", xmp=XMP),
    "JPEG, comment": lambda: saved("JPEG", comment=DEVICE),
    "JPEG, colour profile": lambda: saved("JPEG", icc_profile=profile()),
    "JPEG, IPTC": lambda: jpeg_with(
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x20" + DEVICE.encode())
    ),
    "JPEG, unknown segment": lambda: jpeg_with(segment(0xEB, DEVICE.encode())),
    "JPEG, JFIF extension": lambda: jpeg_with(segment(0xE0, b"JFXX\x00\x10" + DEVICE.encode())),
    "JPEG, behind its end": lambda: jpeg_with(after=DEVICE.encode()),
    "JPEG, several pictures": lambda: saved(
        "MPO", save_all=True, append_images=[scene()], exif=exif()
    ),
    "PNG, EXIF": lambda: saved("PNG", exif=exif()),
    "PNG, texts": png_texts,
    "PNG, colour profile": lambda: saved("PNG", icc_profile=profile()),
    "PNG, unknown chunk": lambda: png_with(b"prVt", DEVICE.encode()),
    "PNG, behind its end": lambda: saved("PNG") + DEVICE.encode(),
    "WebP, EXIF": lambda: saved("WEBP", exif=exif()),
    "WebP, XMP": lambda: saved("WEBP", xmp=XMP),
    "WebP, colour profile": lambda: saved("WEBP", icc_profile=profile()),
}


@pytest.mark.parametrize("kind", SPOKEN)
def test_nothing_that_a_camera_or_a_program_noted_is_carried_over(kind: str) -> None:
    data = SPOKEN[kind]()
    made = clean_photograph(data, MOST)
    assert not any(secret in made.data for secret in SECRETS)
    with Image.open(BytesIO(made.data)) as image:
        assert image.size == (made.width, made.height) == (40, 20)
        assert not image.getexif()
        noted = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop"}
        assert noted <= {"background", "timestamp", "duration"}
        assert_scene(image)


def assert_scene(image: Image.Image) -> None:
    """Red is left and blue is right, as far as a picture that loses a little can show."""
    points = image.convert("RGB")
    width, height = points.size
    for place, wanted in (((2, height // 2), 0), ((width - 3, height // 2), 2)):
        point = points.getpixel(place)
        assert isinstance(point, tuple)
        assert max(range(3), key=lambda channel: point[channel]) == wanted
        assert point[wanted] > 150


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_a_picture_is_turned_and_measured_as_it_is_seen(kind: str, orientation: int) -> None:
    turn = TURNS[orientation]
    taken = scene() if turn is None else scene().transpose(turn)
    made = clean_photograph(saved(kind, taken, exif=exif(orientation)), MOST)
    assert (made.width, made.height) == (40, 20)
    with Image.open(BytesIO(made.data)) as image:
        assert image.size == (40, 20)
        assert_scene(image)


@pytest.mark.parametrize("kind", SPOKEN)
def test_the_same_file_gives_the_same_bytes(kind: str) -> None:
    data = SPOKEN[kind]()
    assert clean_photograph(data, MOST) == clean_photograph(data, MOST)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_every_kind_of_points_can_be_made_anew(kind: str, mode: str) -> None:
    image = Image.new(mode, (30, 10)) if mode == "I;16" else scene(mode, (30, 10))
    made = clean_photograph(saved(kind, image), MOST)
    with Image.open(BytesIO(made.data)) as again:
        again.load()
        assert again.size == (30, 10)


def test_what_is_clear_stays_clear() -> None:
    palette = saved("PNG", Image.new("P", (9, 9)), transparency=0)
    for data in (palette, saved("PNG", Image.new("RGBA", (9, 9)))):
        with Image.open(BytesIO(clean_photograph(data, MOST).data)) as again:
            assert set(again.convert("RGBA").getchannel("A").tobytes()) == {0}


def test_points_of_a_png_are_kept_one_by_one() -> None:
    image = Image.effect_noise((50, 50), 80)
    with Image.open(BytesIO(clean_photograph(saved("PNG", image), MOST).data)) as again:
        assert again.tobytes() == image.tobytes()


def test_a_photograph_does_not_grow() -> None:
    data = saved("JPEG", Image.effect_noise((400, 300), 60).convert("RGB"), quality=60)
    assert len(clean_photograph(data, MOST).data) < 1.05 * len(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    data = saved(kind, save_all=True, append_images=[scene().transpose(Image.Transpose.ROTATE_180)])
    with pytest.raises(MovingPhotograph):
        clean_photograph(data, MOST)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    head = saved("PNG")
    for side in (MOST + 1, 60_000, 2**31 - 1):
        size = struct.pack(">II", side, side)
        bomb = head[:8] + chunk(b"IHDR", size + head[24:29]) + head[33:]
        with pytest.raises((TooManyPoints, UnreadablePhotograph)):
            clean_photograph(bomb, MOST)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("is_lenient", [True, False])
def test_a_picture_that_is_cut_off_is_refused(
    kind: str, is_lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", is_lenient)
    data = saved(kind, Image.effect_noise((200, 200), 80).convert("RGB"))
    with pytest.raises(UnreadablePhotograph):
        clean_photograph(data[: len(data) // 2], MOST)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8\xff", saved("GIF"), saved("TIFF"), saved("BMP")]
)
def test_other_kinds_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePhotograph):
        clean_photograph(data, MOST)
