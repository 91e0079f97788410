"""A sound scene for the tests, to be spoilt in one place."""

from pathlib import Path

from tests.unit.authoring.pocketbooks import PROSE, chapter_text

TURN = "Loket tutup empat puluh menit lagi, dan antrean masih panjang sampai ke pintu. " * 3

SCENE = f"""\
## Adegan: Map biru

### 1. Pukul 15.20

{TURN}

- Bertanya kepada anaknya supaya cepat. (ke 2)
- Bertanya kepada ibu itu sendiri. (ke 3)

### 2. Anaknya menjawab

{TURN}

- Melanjutkan dengan jawaban itu. (ke 4)
- Berhenti, lalu menatap ibu itu. (ke 5)

### 3. Ibu itu bicara

{TURN}

- Meminta anaknya menerjemahkan. (ke 4)
- Mengulangi dengan kalimat pendek. (ke 5)

### 4. Cap sudah basah

{TURN}

- Memanggil nomor berikutnya. (ke 6)
- Bertanya sekali lagi. (ke 7)

### 5. Lembar yang terlipat

{TURN}

- Menjawab singkat. (ke 7)
- Menyarankan bicara di rumah. (ke 6)

### 6. Akhir: Ibu itu tidak datang lagi

Formulirnya benar.

> **Dari mata warga:** "Saya tidak ditanya."

### 7. Akhir: Satu menit lebih lama

Antrean bergeser satu menit.

> **Dari mata warga:** "Sekarang saya tahu harus ke mana."
"""


def scene_chapter(scene: str = SCENE, above: str = "", below: str = f"## Siapa\n\n{PROSE}") -> str:
    """A sound chapter that opens with a scene."""
    return chapter_text(body=f"{above}{scene}\n{below}")


def open_with(chapter: Path, above: str) -> None:
    """Have a chapter of a folder open with something else: below its head, above its text."""
    head, body = chapter.read_text(encoding="utf-8").split("\n---\n", 1)
    chapter.write_text(f"{head}\n---\n\n{above}\n---\n{body}", encoding="utf-8")
