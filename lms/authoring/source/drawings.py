"""Drawings (SVG) by an allow-list: what only draws is allowed, the rest is dropped or refused.

A drawing is shown as a picture and its scripts never run on our pages; but it is taken along in
e-books too, where a reading program may load whatever a drawing names.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)

LIGHTS = "feDiffuseLighting feDistantLight fePointLight feSpecularLighting feSpotLight"
ELEMENTS = frozenset(
    "circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite "
    "feConvolveMatrix feDisplacementMap feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feMerge feMergeNode feMorphology feOffset feTile feTurbulence filter g line "
    "linearGradient marker mask path pattern polygon polyline radialGradient rect stop style svg "
    f"switch symbol text textPath title tspan use view {LIGHTS}".split()
)
GEOMETRY = (
    "amplitude azimuth baseFrequency bias clipPathUnits cx cy d diffuseConstant divisor dx dy "
    "edgeMode elevation exponent filterUnits fr fx fy gradientTransform gradientUnits height in "
    "in2 intercept k1 k2 k3 k4 kernelMatrix kernelUnitLength lengthAdjust limitingConeAngle "
    "markerHeight markerUnits markerWidth maskContentUnits maskUnits method mode numOctaves "
    "offset operator order orient pathLength patternContentUnits patternTransform patternUnits "
    "points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits r "
    "radius refX refY result rotate rx ry scale seed side slope spacing specularConstant "
    "specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale tableValues "
    "targetX targetY textLength transform type values viewBox width x x1 x2 xChannelSelector y y1 "
    "y2 yChannelSelector z"
)
LOOKS = (
    "alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color- "
    "interpolation-filters color-rendering direction display dominant-baseline fill fill-opacity "
    "fill-rule filter flood-color flood-opacity font-family font-size font-size-adjust font- "
    "stretch font-style font-variant font-weight image-rendering letter-spacing lighting-color "
    "marker-end marker-mid marker-start mask mix-blend-mode opacity overflow paint-order shape- "
    "rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style text-anchor text- "
    "decoration text-rendering transform-origin unicode-bidi vector-effect visibility white-space "
    "word-spacing writing-mode"
)
WORDS = frozenset({"class", "id", "lang", "role", "version"})
ATTRIBUTES = frozenset(GEOMETRY.split()) | frozenset(LOOKS.split())
LINKS = frozenset({"href", f"{{{XLINK}}}href"})
LINKING = frozenset(
    {"use", "textPath", "linearGradient", "radialGradient", "pattern", "filter", "mask", "clipPath"}
)
CALL = re.compile(r"([\w-]*)\(\s*['\"]?\s*(#?)")
COLOURS = {"hsl", "hsla", "rgb", "rgba"}
MOVES = {"matrix", "rotate", "scale", "skewX", "skewY", "translate", "translateX", "translateY"}
NOT_XML = re.compile(r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", re.IGNORECASE)
COMMENTS = re.compile(r"<!--|<\?(?!xml\s)")
DEEPEST = 60
MOST_DRAWN = 20_000


class UnreadableDrawing(Exception):
    """The bytes are no SVG."""


class UnsafeDrawing(Exception):
    """A drawing with something that runs, moves or loads; says what."""


class Drawing(NamedTuple):
    """A drawing's bytes without what nobody sees, and its root."""

    data: bytes
    root: ET.Element


def clean_drawing(data: bytes) -> Drawing:
    """The drawing without comments, notes of programs and unknown attributes.

    One that holds nothing of these is left as it is, byte by byte. Raises UnreadableDrawing, and
    UnsafeDrawing for what is more than a drawing.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableDrawing from None
    if found := NOT_XML.search(text):
        raise UnsafeDrawing(found[0])
    try:
        root = ET.fromstring(text)  # noqa: S314 - document types and entities were refused above
    except (ET.ParseError, ValueError, RecursionError):
        raise UnreadableDrawing from None
    if _name(root) != "svg":
        raise UnreadableDrawing
    is_changed = COMMENTS.search(text) is not None
    for element in _walk(root):
        is_changed |= _clean(element)
    _check_copies(root)
    return Drawing(ET.tostring(root, encoding="utf-8") if is_changed else data, root)


def _walk(root: ET.Element) -> Iterator[ET.Element]:
    """Every element, parents first, as they stand when it is their turn.

    Raises UnsafeDrawing beyond a depth that nobody draws.
    """
    level = [root]
    for _ in range(DEEPEST):
        yield from level
        level = [child for element in level for child in element]
        if not level:
            return
    raise UnsafeDrawing("terlalu dalam bersarang")


def _clean(element: ET.Element) -> bool:
    """Take out what is not drawn; whether there was any. Raises UnsafeDrawing."""
    is_changed = False
    for child in list(element):
        name = _name(child)
        if name is None or name == "metadata":
            element.remove(child)
            is_changed = True
        elif name not in ELEMENTS:
            raise UnsafeDrawing(f"<{name[:30]}>")
    if _name(element) == "style":
        _check_style(element.text or "")
    for name, value in list(element.attrib.items()):
        if name.lower().startswith("on"):
            raise UnsafeDrawing(f"{name[:30]}=")
        if name in LINKS:
            if not value.strip().startswith("#") or _name(element) not in LINKING:
                raise UnsafeDrawing(f"href={value.strip()[:30]}")
        elif name in ATTRIBUTES:
            _check_style(value)
        elif name not in WORDS and not name.startswith("aria-"):
            del element.attrib[name]
            is_changed = True
    return is_changed


def _check_style(value: str) -> None:
    """A style names colours, numbers and parts of this drawing, and nothing else."""
    if "\\" in value or "@" in value:
        raise UnsafeDrawing("gaya dengan tanda \\ atau @")
    for name, mark in CALL.findall(value):
        if name not in COLOURS | MOVES and not (name == "url" and mark):
            raise UnsafeDrawing(f"{name[:30]}(…)")


def _check_copies(root: ET.Element) -> None:
    """Parts that show parts that show parts grow beyond measure; so do circles of them."""
    parts = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes: dict[int, int] = {}

    def size_of(element: ET.Element, inside: int) -> int:
        if id(element) in sizes:
            return sizes[id(element)]
        if inside > DEEPEST:
            raise UnsafeDrawing("<use> yang berputar")
        size = 1 + sum(size_of(child, inside + 1) for child in element)
        if _name(element) == "use":
            link = next((element.get(name) for name in LINKS if element.get(name)), None) or ""
            part = parts.get(link.strip()[1:])
            size += size_of(part, inside + 1) if part is not None else 0
        if size > MOST_DRAWN:
            raise UnsafeDrawing("<use> yang berlipat ganda")
        sizes[id(element)] = size
        return size

    size_of(root, 0)


def _name(element: ET.Element) -> str | None:
    """An element's name; None for one of another program. A drawing may name no namespace."""
    tag = element.tag
    if not tag.startswith("{"):
        return tag
    return tag.removeprefix(f"{{{SVG}}}") if tag.startswith(f"{{{SVG}}}") else None
