"""Signs of other programs, which stand in the text as they were typed."""

import re
import unicodedata
from html import unescape
from html.entities import html5
from typing import NamedTuple

from lms.authoring.checks.notation.text import FileText
from lms.authoring.diagnostics import Diagnostics

ADDRESS = re.compile(
    r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|(?:https?://|www\.)[^\s<>|\]]+|<[^<>\n]+>"
)
ENTITY = re.compile(r"&(?:#(?:\d+|[xX][0-9a-fA-F]+)|(?P<name>[a-zA-Z]\w+));")
OPEN_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|copy|hellip|ndash|mdash)\b(?!;)")


class Sign(NamedTuple):
    """A notation of other programs: how to find it, what it does here, what to write instead."""

    pattern: re.Pattern[str]
    what: str
    remedy: str


def _sign(pattern: str, what: str, remedy: str) -> Sign:
    return Sign(re.compile(pattern, re.MULTILINE), what, remedy)


FORMULA = "Tulis rumusnya dengan kata dan tanda biasa, atau sisipkan sebagai gambar."
SCRIPTS = "Tulis hurufnya langsung, misalnya H₂O atau m², atau kalimatkan."
SIGNS = (
    _sign(
        r"(?<![\w*~\\])(?P<mark>\*(?:\*\*)?|~~)(?=[^\s*~])(?:[^*~\n]|\n(?![ \t>]*\n))*"
        r"[^\w\s*~(\[](?P=mark)(?=\w)",
        "Tanda penutup miring atau coret menempel pada kata sesudahnya, sehingga tampil sebagai "
        "teks",
        "Beri spasi sesudah tanda penutupnya: *(arti)* kata.",
    ),
    _sign(r"==(?=[^\s=])[^=\n]*(?<=[^\s=])==", "Tanda == tidak menyorot", "Pakai **tebal**."),
    _sign(
        r"\+\+(?=[^\s+])[^+\n]*(?<=[^\s+])\+\+",
        "Tanda ++ tidak menggarisbawahi",
        "Pakai **tebal**.",
    ),
    _sign(
        r"(?<![~\w])~(?=[^\s~])[^~\n]*(?<=[^\s~])~(?![~\w])",
        "Tanda ~ tidak mencoret",
        "Untuk mencoret, apit kata dengan dua tanda: ~~kata~~.",
    ),
    _sign(r"\w~\w{1,6}~", "Tanda ~ tidak menurunkan huruf", SCRIPTS),
    _sign(r"\w\^\w{1,6}\^?", "Tanda ^ tidak menaikkan huruf", SCRIPTS),
    _sign(r"\$\$", "Tanda $$ tidak menjadi rumus", FORMULA),
    _sign(
        r"(?<![\w$\\])\$(?=[^\s$])[^$\n]*(?<=[^\s$])\$(?![\w$])",
        "Tanda $ tidak menjadi rumus",
        FORMULA,
    ),
    _sign(
        r"\\[(\[](?=[^\n]*(?:\\[a-zA-Z]|[\^_=]))[^\n]*?\\[)\]]",
        r"Tanda \( tidak menjadi rumus",
        FORMULA,
    ),
    _sign(
        r"^[ \t]*\\[a-zA-Z]+(?:\{[^}\n]*\})*[ \t]*$",
        "Perintah LaTeX tidak dijalankan",
        "Hapus baris ini.",
    ),
    _sign(
        r"\[\[[^\]\n]+\]\](?!\()",
        "Tautan [[…]] tidak bekerja",
        "Tulis [kata yang ditautkan](02-nama-bab.md).",
    ),
    _sign(r"^[ \t>]*:::.*$", "Kotak ::: tidak dikenal", "Pakai kutipan berlabel: > **Catatan:** …"),
    _sign(
        r"^[ \t]*(?:!!!|\?\?\?\+?) ?\w.*$",
        "Kotak !!! tidak dikenal",
        "Pakai kutipan berlabel: > **Catatan:** …",
    ),
    _sign(
        r"\{(?:[#.:][\w-]|:\s|[^}\n]*=)[^}\n]*\}",
        "Keterangan {…} tampil sebagai teks",
        "Hapus kurung kurawal itu.",
    ),
    _sign(r"\{\{|\{%", "Tanda kurung kurawal ganda tampil sebagai teks", "Hapus atau kalimatkan."),
    _sign(
        r"^[ \t]*\[(?:TOC|toc|_TOC_)\][ \t]*$",
        "Daftar isi dibuat sendiri oleh sistem",
        "Hapus baris ini.",
    ),
    _sign(
        r"(?<![\w:]):[a-z][a-z_]{2,}:(?![\w:])",
        "Nama emoji tampil sebagai teks",
        "Ketik emojinya langsung, atau hapus.",
    ),
    _sign(
        r"^\*\[[^\]\n]+\]:.*$",
        "Penjelasan singkatan ini tampil sebagai teks",
        "Jelaskan di dalam kalimat, atau di istilah.md.",
    ),
    _sign(
        r"\^\[[^\]\n]+\]",
        "Catatan kaki ^[…] tidak bekerja",
        "Tulis kata[^1] di sini, dan [^1]: isi catatan di akhir isi bab.",
    ),
    _sign(
        r"\[[^\[\]\n]+\][ \t]+\((?=(?:https?:|www\.|mailto:|tel:)|[\w./%-]+\.\w{2,4}\))[^()\n]*\)",
        "Ada spasi di antara ] dan (, sehingga ini bukan tautan atau gambar",
        "Hapus spasinya: [kata](alamat).",
    ),
    _sign(
        r"\([^()\n]+\)\[(?:https?:|www\.)[^\]\n]*\]"
        r"|\((?:https?:|www\.)[^()\n]*\)\[(?![\^\d])[^\[\]\n]+\](?!\()",
        "Kurung tautan tertukar",
        "Tulis [kata yang ditautkan](https://alamat).",
    ),
    _sign(
        r"\[[^\[\]()\n]+\((?:https?:|www\.|mailto:)[^()\n]*\)(?![^\[\]\n]*\])",
        "Kurung siku tautan ini tidak ditutup",
        "Tutup sesudah katanya: [kata yang ditautkan](https://alamat).",
    ),
    _sign(
        r"![ \t]+\[[^\]\n]*\](?=\()",
        "Ada spasi sesudah tanda !",
        "Hapus spasinya: ![…](gambar/nama.png).",
    ),
    _sign(
        r"\]\([^()\n]*$",
        "Kurung tautan atau gambar ini tidak ditutup",
        "Tutup dengan ) di baris yang sama.",
    ),
    _sign(
        r"\d\*\d+\*\d",
        "Tanda * di antara angka dibaca sebagai huruf miring",
        r"Tulis ×, atau dahului dengan garis miring terbalik: \*.",
    ),
    _sign(r"^[ \t]*#{7,}.*$", "Tanda pagar lebih dari enam bukan judul", "Pakai ## atau ###."),
    _sign(r"^[ \t]{0,3}#{1,6}[ \t]*$", "Judul ini kosong", "Tulis judulnya, atau hapus baris ini."),
    _sign(
        r"(?:\A|(?<=\n\n))#(?=[^\W\d_])[^\s#]+ [^#\n]+(?=\n[ \t]*$)",
        "Baris ini tampil sebagai tagar, bukan judul",
        "Beri spasi sesudah tanda pagar: ## Judul.",
    ),
    _sign(
        r"(?<![\\\n])\\[ \t]*\n[ \t>]*$",
        r"Tanda \ di akhir paragraf tampil sebagai teks",
        "Hapus tanda itu; ia hanya mengakhiri baris di dalam paragraf.",
    ),
)


def check_signs(text: FileText, diagnostics: Diagnostics) -> None:
    """Signs that mean something in other programs, and nothing here."""
    shown = ADDRESS.sub(
        lambda match: match[0][:8] + re.sub(r"[^\n()\[\d]", "x", match[0][8:]), text.visible.text
    )
    told: set[tuple[int, str]] = set()
    for sign in SIGNS:
        for match in sign.pattern.finditer(shown):
            line = text.visible.line_at(match.start() + len(match[0]) - len(match[0].lstrip()))
            if (line, sign.what) not in told:
                told.add((line, sign.what))
                diagnostics.warning(line, f"{sign.what}.", sign.remedy, "unknown-notation")


def check_entities(text: FileText, diagnostics: Diagnostics) -> None:
    """Names of characters as in HTML: known ones, complete, and of what can be seen."""
    for match in ENTITY.finditer(text.visible.text):
        line = text.visible.line_at(match.start())
        shown = unescape(match[0])
        if match["name"] and f"{match['name']};" not in html5:
            diagnostics.warning(
                line,
                f"Kode {match[0]} tidak dikenal dan tampil sebagai teks.",
                "Ketik tandanya langsung.",
                "unknown-notation",
            )
        elif any(unicodedata.category(c) in {"Cc", "Cf", "Cn", "Co", "Cs"} for c in shown):
            diagnostics.warning(
                line,
                f"Kode {match[0]} menghasilkan karakter yang tidak terlihat.",
                "Hapus kode itu.",
                "unknown-notation",
            )
    for match in OPEN_ENTITY.finditer(text.visible.text):
        diagnostics.warning(
            text.visible.line_at(match.start()),
            f"Kode {match[0]} tidak diakhiri titik koma.",
            f"Tulis {match[0]}; atau ketik tandanya langsung.",
            "unknown-notation",
        )
