"""The authors' guide: its table explains every message there is, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[a-z]+(?:-[a-z0-9]+)+|script|iframe")
# Put together of two words where they are told.
COMPOSED = {"aiken-text", "gift-text"}
# File names, addresses and encodings: words of the same form that name no message.
NO_MESSAGES = {
    "bahasa-sederhana",
    "buku-saku",
    "daftar-istilah",
    "kartu-saku",
    "lembar-fasilitator",
    "pasal-yang-melindungi-anda",
    "permenpan-rb",
    "undang-undang",
    "utf-8",
    "utf-8-sig",
}


def explained() -> set[str]:
    """The names in the last column of the guide's tables of messages."""
    page = (ROOT / "docs" / "penulis.md").read_text(encoding="utf-8")
    section = page.split("Arti setiap pesan pemeriksa\n", 1)[1].split("\n## ", 1)[0]
    cells = (line.rstrip(" |").rpartition("|")[2] for line in section.splitlines())
    return {name for cell in cells for name in re.findall(r"`([a-z][a-z0-9-]*)`", cell)}


def told() -> set[str]:
    """The names of messages in the code that reads and checks what authors write."""
    files = (ROOT / "lms" / "authoring").rglob("*.py")
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    words = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {word for word in words if isinstance(word, str) and NAME.fullmatch(word)} - NO_MESSAGES


def test_the_guide_explains_every_message_and_no_other() -> None:
    assert explained() == told() | COMPOSED
