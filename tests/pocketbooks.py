"""Writes small, sound pocketbooks for the tests, with a key that a page can be searched for."""

from dataclasses import dataclass, field
from pathlib import Path

CHOICES = 3
LETTERS = "abc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a pocketbook of the tests is made of; changed with `dataclasses.replace`.

    Every choice of the final quiz names itself, so that a test can find the right one on a page:
    `right_choice` says which. `KUNCI` stands in everything that only the key may say. Questions
    name one of so many `objectives` in turn; without any the book has one that no question names.
    Certificates are in force for a `term`, such as "24 bulan", if there is one.
    """

    slug: str = "nilai-contoh"
    code: str = "UJI-01"
    title: str = "Nilai Contoh"
    theme: str = "nilai-dasar"
    credit_hours: int = 2
    term: str = ""
    chapters: int = 2
    bank: int = 6
    objectives: int = 0
    draw: int = 4
    pass_mark: int = 75
    wait_minutes: int = 10
    wording: str = "Warga datang ke loket."
    extra: str = ""
    files: dict[str, str | bytes] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """How the ids of the questions begin."""
        return self.code.lower().replace("-", "")

    def bank_of(self, chapter: int) -> list[int]:
        """The numbers of a chapter's bank questions: dealt out in turn."""
        return [n for n in range(1, self.bank + 1) if (n - 1) % self.chapters == chapter - 1]


def right_choices(question: int) -> list[str]:
    """The texts of the right choices of a bank question: two for every fourth, else one."""
    count = 2 if question % 4 == 0 else 1
    return [choice_text(question, (question + index) % CHOICES) for index in range(count)]


def choice_text(question: int, choice: int) -> str:
    """How a choice of a bank question reads."""
    return f"Soal {question} pilihan {LETTERS[choice]}"


def write_pocketbook(folder: Path, source: Source) -> Path:
    """Write a pocketbook's folder, overwriting what a former source has left; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | bytes] = {"buku.md": _book(source)}
    for number in range(1, source.chapters + 1):
        files[f"{number:02}-bab-{number}.md"] = _chapter(source, number)
    for name, content in (files | source.files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def objective_text(number: int) -> str:
    """How an objective reads."""
    return f"Memilih langkah ke-{number} di loket."


def _objectives(source: Source) -> str:
    numbers = range(1, source.objectives + 1)
    texts = [objective_text(number) for number in numbers]
    return "\n".join(f"- {text}" for text in texts or ["Melayani setiap orang dengan setara."])


def _book(source: Source) -> str:
    return f"""\
---
judul: {source.title}
kode: {source.code}
tema: {source.theme}
untuk: [asn]
jp: {source.credit_hours}
{f"berlaku: {source.term}" if source.term else "# berlaku seterusnya"}
peraturan_diperiksa: 2026-01-31
---

Pengantar buku {source.title}.

## Tujuan

{_objectives(source)}

## Kuis akhir

- Ambil: {source.draw} soal
- Nilai lulus: {source.pass_mark}
- Jeda: {source.wait_minutes} menit
"""


def _chapter(source: Source, number: int) -> str:
    parts = [
        f"---\njudul: Bab ke-{number} dari {source.title}\n---",
        f"{source.wording} Ini paragraf pertama bab {number}.",
        "Ini paragraf kedua, dengan **tekanan**.",
        source.extra,
        "## Cek pemahaman",
        _check(source, number),
        "## Soal kuis",
        *(_question(source, question) for question in source.bank_of(number)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _check(source: Source, chapter: int) -> str:
    return f"""\
### Cek bab {chapter}: apa langkah pertama Anda?
<!-- id: {source.prefix}-c{chapter:02} -->

- [x] Mendengarkan dahulu
  > Tepat untuk bab {chapter}.
- [ ] Menunda jawaban
  > Warga menunggu tanpa kepastian.
- [ ] Menyuruh pulang sebentar
  > Beban berpindah kepada warga.

> **Pembahasan:** Mendengar adalah awal layanan.
>
> **Sumber:** UU 25/2009."""


def _question(source: Source, number: int) -> str:
    right = right_choices(number)
    texts = [choice_text(number, choice) for choice in range(CHOICES)]
    choices = "\n".join(
        f"- [{'x' if text in right else ' '}] {text}\n  > KUNCI-umpan-{number}-{letter}."
        for letter, text in zip(LETTERS, texts, strict=True)
    )
    objective = (number - 1) % (source.objectives or 1) + 1
    aim = f"\n>\n> **Menguji:** tujuan {objective}, terapkan." if source.objectives else ""
    return f"""\
### Soal {number}: {source.wording} Apa yang Anda lakukan?
<!-- id: {source.prefix}-k{number:02} -->

{choices}

> **Pembahasan:** KUNCI-bahasan-{number}.
>
> **Sumber:** KUNCI-sumber-{number}.{aim}"""
