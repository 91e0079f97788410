"""Reads PDFs that anybody may have made; the program of a process of its own.

A file of a kilobyte can unfold to gigabytes, nest without end, or make a reader of PDFs fall over.
So it is read where that harms nobody: with so much memory and time and no more. It is run by
`inspection.py` and knows nothing of the house but how seals are examined: neither its settings, nor
its database.

Over standard input come first the roots that are trusted, as JSON, then one file after another;
each as its length, eight bytes, and its bytes. The answer to a file is a line of JSON: what was
seen, or a word that says why it cannot be read.
"""

import base64
import json
import resource
import sys
from contextlib import suppress
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

MOST_BYTES: Final = 320 * 1024 * 1024  # of addresses; a certificate takes a quarter of it
MOST_SECONDS: Final = 5

MOST_PAGES: Final = 4
MOST_CHARACTERS: Final = 20_000
MOST_LINKS: Final = 50
MOST_ATTACHMENTS: Final = 10
LARGEST_ATTACHMENT: Final = 64 * 1024
MOST_PIXELS: Final = 4_000_000
MOST_ANNOTATIONS: Final = 500
# Dots an inch, by points: first so many that our own codes can be read, which takes half the time;
# then so many that a module of our densest code has three.
QR_SCALES: Final = (110 / 72, 150 / 72)

ATTACHMENT: Final = "kredensial.jwt"
# What makes a viewer do something by itself or start a program; a link's address is neither.
_PROGRAMS: Final = frozenset(
    ["/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"]
)

Trouble = Literal["no PDF", "encrypted", "damaged"]


def _see(content: bytes, roots: list[bytes]) -> dict[str, Any] | Trouble:
    """What is in a file, as far as a check needs it."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_GetLastError

    if b"%PDF-" not in content[:1024]:
        return "no PDF"
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return "encrypted" if FPDF_GetLastError() == FPDF_ERR_PASSWORD else "damaged"
    try:
        pages = [pdf[number] for number in range(min(len(pdf), MOST_PAGES))]
        if not pages:
            return "damaged"
        seen: dict[str, Any] = {
            "page_count": len(pdf),
            "text": _text(pages),
            "qr_codes": _qr_codes(pages[0]),
            "links": _links(pdf, pages),
            "attachments": _attachments(pdf),
            "title": pdf.get_metadata_value("Title")[:1000],
            "identifier": _identifier(pdf),
            "seal": _seals().examine_seal(content, roots).state.value,
            "has_program": _has_program(content),
        }
    except pypdfium2.PdfiumError:
        return "damaged"
    finally:
        pdf.close()
    return seen


@cache
def _seals() -> Any:
    """The house's module of seals, by its file: the house itself takes long to load."""
    path = Path(__file__).parent.parent / "printing" / "seals.py"
    spec = spec_from_file_location("seals", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for themselves
    spec.loader.exec_module(module)
    return module


def _text(pages: list[Any]) -> str:
    """The words of the first pages, as a reader selects them."""
    texts = []
    room = MOST_CHARACTERS
    for page in pages:
        words = _words(page.get_textpage())[:room]
        texts.append(words)
        room -= len(words)
    return "\n".join(texts).encode("utf-8", "replace").decode()


def _words(letters: Any) -> str:
    """The words that are seen: not those that a scanner, or a forger, has put there unseen."""
    from pypdfium2 import raw

    unseen = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
    count = min(letters.count_chars(), MOST_CHARACTERS)
    is_seen = [True] * count
    for place in range(count):
        drawn = raw.FPDFText_GetTextObject(letters, place)
        if drawn and raw.FPDFTextObj_GetTextRenderMode(drawn) in unseen:
            is_seen[place] = False
    if all(is_seen):
        return str(letters.get_text_range(0, -1))
    kept = (place for place in range(count) if is_seen[place])
    return "".join(chr(raw.FPDFText_GetUnicode(letters, place)) for place in kept)


def _qr_codes(page: Any) -> list[str]:
    """What the QR codes on a page say."""
    import zxingcpp

    width, height = page.get_size()
    if min(width, height) <= 0:
        return []
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for wished in QR_SCALES:
        scale = min(wished, (MOST_PIXELS / (width * height)) ** 0.5)
        picture = page.render(scale=scale, grayscale=True).to_pil()
        if found := zxingcpp.read_barcodes(picture, formats=formats):
            return [each.text[:1000] for each in found[:MOST_ATTACHMENTS]]
    return []


def _links(pdf: Any, pages: list[Any]) -> list[str]:
    """The addresses that links on the first pages lead to."""
    import ctypes

    from pypdfium2 import raw

    addresses: list[str] = []
    for page in pages:
        position, link = ctypes.c_int(0), raw.FPDF_LINK()
        while len(addresses) < MOST_LINKS and raw.FPDFLink_Enumerate(page, position, link):
            action = raw.FPDFLink_GetAction(link)
            length = raw.FPDFAction_GetURIPath(pdf, action, None, 0) if action else 0
            if 0 < length <= 2000:
                buffer = ctypes.create_string_buffer(length)
                raw.FPDFAction_GetURIPath(pdf, action, buffer, length)
                addresses.append(buffer.value.decode("utf-8", "replace"))
    return addresses


def _attachments(pdf: Any) -> list[str]:
    """The credentials that are attached, as they are: three parts with dots between them."""
    found = []
    for number in range(min(pdf.count_attachments(), MOST_ATTACHMENTS)):
        attachment = pdf.get_attachment(number)
        if attachment.get_name() != ATTACHMENT:
            continue
        data = bytes(attachment.get_data())
        if len(data) <= LARGEST_ATTACHMENT:
            found.append(_claims(data))
    return found


def _claims(token: bytes) -> str:
    """What a credential says, not whether it is true; "{}" for what is none."""
    try:
        payload = token.split(b".")[1]
        text = base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)).decode()
    except (IndexError, ValueError):
        return "{}"
    return text


def _identifier(pdf: Any) -> str:
    """The first half of the file's identifier, by which we name the certificate."""
    import pypdfium2.raw as raw

    identifier = pdf.get_identifier(raw.FILEIDTYPE_PERMANENT)
    return bytes(identifier or b"").strip(b"\0")[:100].decode("ascii", "replace")


def _has_program(content: bytes) -> bool:
    """Whether a viewer would run something, or send something away."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        root: Any = reader.root_object
        if "/AA" in root or _acts(root.get("/OpenAction")):
            return True
        names = _followed(root.get("/Names"))
        if isinstance(names, dict) and "/JavaScript" in names:
            return True
        form = _followed(root.get("/AcroForm"))
        if isinstance(form, dict) and "/XFA" in form:
            return True
        left = MOST_ANNOTATIONS
        for number in range(min(len(reader.pages), MOST_PAGES)):
            page: Any = reader.pages[number]
            if "/AA" in page:
                return True
            for each in (_followed(page.get("/Annots")) or [])[:left]:
                left -= 1
                annotation = _followed(each)
                if isinstance(annotation, dict) and (
                    "/AA" in annotation or _acts(annotation.get("/A"))
                ):
                    return True
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # One reader opened it and the other cannot: it is read as if nothing in it were packed.
        return any(name.encode() in content for name in _PROGRAMS)
    return False


def _acts(action: Any) -> bool:
    """Whether an action, or one that follows it, is a program."""
    for _ in range(20):
        action = _followed(action)
        if not isinstance(action, dict):
            return False
        if str(_followed(action.get("/S"))) in _PROGRAMS:
            return True
        action = action.get("/Next")
        if isinstance(_followed(action), list):
            return any(map(_acts, _followed(action)[:20]))
    return False


def _followed(value: Any) -> Any:
    """A value of pypdf, or what it refers to."""
    return value.get_object() if hasattr(value, "get_object") else value


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _allow_time() -> None:
    """Some seconds from now on; the process is ended when they are over."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + MOST_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _main() -> None:
    """Answer for each file until there are no more."""
    _limit()
    answers = sys.stdout
    roots = [bytes.fromhex(root) for root in json.loads(_read() or b"[]")]
    while (content := _read()) is not None:
        _allow_time()
        answers.write(json.dumps(_see(content, roots)) + "\n")
        answers.flush()


def _read() -> bytes | None:
    """What comes next; None at the end."""
    source = sys.stdin.buffer
    header = source.read(8)
    return source.read(int.from_bytes(header, "big")) if header else None


if __name__ == "__main__":
    _main()
