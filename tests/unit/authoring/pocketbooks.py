"""Small pocketbooks for the tests: sound ones, to be spoilt in one place."""

from collections.abc import Mapping
from pathlib import Path

from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.folder import read_folder
from lms.authoring.parsing.pocketbook import parse_chapter, parse_pocketbook
from lms.authoring.parsing.result import ChapterSource, ParseResult, QuestionSource
from lms.authoring.source.texts import SourceFile, normal_text

BOOK = """\
---
judul: Nilai dasar
kode: HAM-01
tema: nilai-dasar
untuk: [asn, umum]
jp: 1
peraturan_diperiksa: 2026-01-31
---

Pengantar singkat.

## Tujuan

- Menjelaskan pengertian HAM.

## Kuis akhir

- Ambil: 1 soal
- Nilai lulus: 80
- Jeda: 10 menit
"""

PROSE = " ".join(["kata"] * 400)

QUESTION = """\
### Seorang warga tunanetra datang. Apa langkah pertama Anda?

- [ ] Meminta ia kembali
  > Ini memindahkan beban.
- [x] Membacakan formulir
  > Tepat.
- [ ] Menunggu atasan
  > Warga menunggu tanpa kepastian.

> **Pembahasan:** Akomodasi adalah bagian dari hak.
>
> **Sumber:** UU 8/2016.
"""

HEAD = "---\njudul: Bab satu\n---\n\n"


def chapter_text(
    *, body: str = PROSE, checks: str = QUESTION, bank: str = QUESTION, title: str = "Bab satu"
) -> str:
    """A chapter's file; an empty section is left out."""
    parts = [f"---\njudul: {title}\n---\n", body]
    if checks:
        parts += ["## Cek pemahaman", checks]
    if bank:
        parts += ["## Soal kuis", bank]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A pocketbook's folder with one sound chapter, and the given files added or replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    whole: dict[str, str | bytes] = {"buku.md": BOOK, "01-satu.md": chapter_text()}
    for name, content in {**whole, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def parse_folder(folder: Path) -> ParseResult:
    """A folder, read and parsed."""
    return parse_pocketbook(read_folder(folder))


def read(text: str) -> tuple[ChapterSource, list[Diagnostic]]:
    """A chapter and the problems of its notation, from the text of its file."""
    diagnostics = Diagnostics("buku/01-satu.md")
    chapter = parse_chapter(SourceFile("01-satu.md", normal_text(text)), diagnostics)
    return chapter, diagnostics.entries


def read_question(section: str) -> tuple[QuestionSource, list[Diagnostic]]:
    """The only question of a section, and the problems of its notation."""
    chapter, diagnostics = read(f"{HEAD}Isi.\n\n## Soal kuis\n\n{section}\n")
    assert len(chapter.bank) == 1, [question.stem for question in chapter.bank]
    return chapter.bank[0], diagnostics
