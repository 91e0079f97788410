"""A pocketbook's Markdown as it reads, found by a few patterns of the tests' own."""

import re
from pathlib import Path
from unicodedata import normalize

FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
NOTE = re.compile(r"^\[\^(\w+)\]: (.+)$", re.MULTILINE)
CALL = re.compile(r"\[\^(\w+)\]")
LABEL = re.compile(r"^(> )\*\*((?:Contoh|Uraian gambar)[^*]*):\*\*", re.MULTILINE)
LINK = re.compile(r"!?\[([^]]*)\]\([^)]*\)")  # or a picture, which is described
RULE = re.compile(r"^(?:\|[ :|-]+\||---)\n", re.MULTILINE)  # of a table, or across the page
HEAD = re.compile(r"^\|.+\n(?=\|[ :|-]+\|\n)", re.MULTILINE)
SIGNS = re.compile(r"^(?:> ?)*(?:#+ |- )?", re.MULTILINE)
# PDFium gives a hyphen at the end of a line as one of two control characters.
ALIKE = str.maketrans("“”‘’–\ufffe\2", "\"\"''---", "•*|")
SCENE = re.compile(r"^## Adegan: .+$", re.MULTILINE)
INVITATION = (
    "Anda yang memutuskan. Pilih satu langkah, lalu lihat apa yang terjadi. "
    "Di belakang setiap pilihan tertulis bagian dan halaman yang dituju."
)


class MarkdownSource:
    """A file up to a heading: its title, its text with the numbers of notes, and the notes."""

    def __init__(self, file: Path, until: str | None = None) -> None:
        text = COMMENT.sub("", file.read_text(encoding="utf-8"))
        front = FRONT.match(text)
        title = re.search(r"^judul: (.+)$", front["front"], re.MULTILINE) if front else None
        self.title = title[1].strip("\"'") if title else ""
        text = FRONT.sub("", text)
        if until is not None:
            text, *_ = text.partition(f"\n## {until}\n")
        notes, text = dict(NOTE.findall(text)), NOTE.sub("", text)
        order = list(dict.fromkeys(CALL.findall(text)))
        self.notes = [letters_of(f"{n}. {notes[name]}") for n, name in enumerate(order, start=1)]
        text = SCENE.sub(rf"\g<0>\n\n{INVITATION}", text)
        text = CALL.sub(lambda call: str(order.index(call[1]) + 1), text)
        text = LINK.sub(r"\1", LABEL.sub(r"\1\2", text))
        self.heads = [letters_of(head) for head in HEAD.findall(text)]
        self.letters = letters_of(SIGNS.sub("", RULE.sub("", text)))


def letters_of(text: str) -> str:
    """A text without spaces, bullets, and differences of quotation marks and dashes."""
    return "".join(normalize("NFKC", text).translate(ALIKE).split())
