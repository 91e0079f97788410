"""Footnotes and addresses that stand apart from the words they belong to."""

import re

from lms.authoring.checks.notation.text import NOTE, FileText
from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.references import defined_targets, reference_name
from lms.rendering.lines import Line

BRACKETS = re.compile(r"\[([^\[\]]+)\](?!:)")
NOTE_MARK = re.compile(r"(?<!\\)\[\^(?P<name>[^\]\n]+)\]")
BY_REFERENCE = re.compile(r"(?<![\\!\]])\[(?P<words>[^\[\]\n]+)\]\[(?P<name>[^\[\]^\n]*)\](?!\()")


def check_notes(text: FileText, diagnostics: Diagnostics) -> None:
    """Every mark of a footnote has its note, and every note its mark."""
    notes: dict[str, int] = {}
    marks: dict[str, int] = {}
    for line, question in zip(text.lines, text.questions, strict=True):
        note = NOTE.fullmatch(line.text)
        if note is not None:
            _take_note(note, line, text, notes, diagnostics)
        rest = line.text[note.end("name") + 2 :] if note else line.text
        for mark in NOTE_MARK.finditer(rest):
            if text.has_notes and question:
                continue  # told with the question
            marks.setdefault(mark["name"], line.number)
    if not text.has_notes:
        for number in {*notes.values(), *marks.values()}:
            diagnostics.error(
                number,
                "Catatan kaki tidak bekerja di berkas ini; hanya di dalam bab.",
                "Tulis keterangannya di dalam kalimat.",
                "footnote-outside-chapter",
            )
        return
    for name, number in marks.items():
        if name not in notes:
            diagnostics.error(
                number,
                f"Tanda catatan kaki [^{name[:20]}] tidak punya catatan.",
                f"Tulis [^{name[:20]}]: isi catatan di baris tersendiri di akhir isi bab, "
                "atau hapus tandanya.",
                "footnote-without-note",
            )
    for name, number in notes.items():
        if name not in marks:
            diagnostics.error(
                number,
                f"Catatan kaki [^{name[:20]}] tidak ditunjuk dari mana pun di isi bab.",
                f"Tulis [^{name[:20]}] sesudah kata yang dijelaskan, atau hapus catatannya.",
                "note-without-mark",
            )


def _take_note(
    note: re.Match[str], line: Line, text: FileText, notes: dict[str, int], diagnostics: Diagnostics
) -> None:
    name = note["name"]
    following = text.lines[line.number : line.number + 2]
    if not note["text"].strip() and not any(each.text[:2].isspace() for each in following):
        diagnostics.error(
            line.number,
            f"Catatan kaki [^{name[:20]}] kosong.",
            "Tulis isinya sesudah titik dua.",
            "empty-note",
        )
    if name in notes:
        diagnostics.error(
            line.number,
            f"Catatan kaki [^{name[:20]}] ditulis dua kali; satu tidak tampil.",
            "Beri nama lain pada salah satunya.",
            "note-twice",
        )
    notes.setdefault(name, line.number)


def check_references(text: FileText, diagnostics: Diagnostics) -> None:
    """Links whose address stands elsewhere lead somewhere, and no address stands for nothing."""
    visible = text.visible
    defined: dict[tuple[int, str], int] = {}
    for name, offset in defined_targets(visible):
        line = visible.line_at(offset)
        key = (text.questions[line - 1], name)
        if key in defined:
            diagnostics.warning(
                line,
                f"Alamat [{name[:30]}] ditulis dua kali; hanya yang pertama dipakai.",
                "Hapus atau ganti nama salah satunya.",
                "reference-twice",
            )
        defined.setdefault(key, line)
    used: set[tuple[int, str]] = set()
    for match in BY_REFERENCE.finditer(visible.text):
        line = visible.line_at(match.start())
        name = reference_name(match["name"].strip() or match["words"])
        used.add((text.questions[line - 1], name))
        if (text.questions[line - 1], name) not in defined:
            diagnostics.error(
                line,
                f"Tautan [{match['words'][:30]}][{match['name'][:30]}] tidak punya alamat di sini.",
                "Tulis alamatnya langsung: [kata](https://alamat).",
                "unknown-reference",
            )
    for match in BRACKETS.finditer(visible.text):
        used.add((text.questions[visible.line_at(match.start()) - 1], reference_name(match[1])))
    for key, line in defined.items():
        if key not in used:
            diagnostics.warning(
                line,
                f"Alamat [{key[1][:30]}] tidak dipakai dan tidak tampil.",
                f"Tulis [kata][{key[1][:30]}] di dalam kalimat, atau tulis alamatnya sebagai teks.",
                "reference-unused",
            )
