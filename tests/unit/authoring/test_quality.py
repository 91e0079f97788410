"""The quality pass on a sound pocketbook spoilt in one place: it finds that, and nothing else."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.editorial.prose import is_everyday
from lms.authoring.editorial.questions import check_quality
from tests.patience import ends
from tests.unit.authoring.good_book import CHOICES, GoodBook, good_book
from tests.unit.authoring.pocketbooks import parse_folder

Spoil = Callable[[GoodBook], None]
Found = tuple[str, str, str]

LONG = (
    "Petugas yang baru saja dipindahkan ke kantor itu bertanya kepada rekan di meja sebelah apakah "
    "warga yang datang tanpa nomor antrean boleh dilayani lebih dahulu bila kursinya habis dan "
    "hari sudah mulai sore."
)
ROOMY = (
    "Warga yang datang pagi itu membawa map berisi surat lama dan bertanya kepada petugas di depan "
    "pintu tentang jalan menuju loket yang tepat bagi orang tuanya yang sedang sakit. "
)


def swap(part: str, before: str, after: str) -> Spoil:
    """Write one thing for another in a part, at its one place."""

    def spoil(book: GoodBook) -> None:
        assert book.parts[part].count(before) == 1, (part, before, book.parts[part])
        book.parts[part] = book.parts[part].replace(before, after)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    def spoil(book: GoodBook) -> None:
        for each in spoils:
            each(book)

    return spoil


def stem(number: int, after: str) -> Spoil:
    """Ask something else."""

    def spoil(book: GoodBook) -> None:
        name = f"soal {number}"
        _, rest = book.parts[name].split("\n", 1)
        book.parts[name] = f"### {after}\n{rest}"

    return spoil


def choice(number: int, place: int, after: str) -> Spoil:
    """Write another text into one of the boxes, which stand on every second line."""

    def spoil(book: GoodBook) -> None:
        name = f"soal {number}"
        lines = book.parts[name].split("\n")
        lines[2 * place] = lines[2 * place][: len("- [ ] ")] + after
        book.parts[name] = "\n".join(lines)

    return spoil


def keys(after: str, *numbers: int) -> Spoil:
    """Write another text into the boxes that are ticked."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            lines = book.parts[f"soal {number}"].split("\n")
            at = next(n for n, line in enumerate(lines) if line.startswith("- [x]"))
            lines[at] = f"- [x] {after}"
            book.parts[f"soal {number}"] = "\n".join(lines)

    return spoil


def without_line(part: str, words: str) -> Spoil:
    """Leave out the one line that holds some words."""

    def spoil(book: GoodBook) -> None:
        lines = book.parts[part].split("\n")
        kept = [line for line in lines if words not in line]
        assert len(kept) == len(lines) - 1
        book.parts[part] = "\n".join(kept)

    return spoil


def after_text(chapter: int, text: str) -> Spoil:
    """Add a paragraph before a chapter's last heading."""
    return swap(f"bab {chapter}", "## Besok pagi", f"{text}\n\n## Besok pagi")


def key_at(place: int, *numbers: int) -> Spoil:
    """Move the right choice, with its feedback, to a place of 1 to 4."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            lines = book.parts[f"soal {number}"].split("\n")
            at = next(n for n, line in enumerate(lines) if line.startswith("- [x]"))
            moved, lines[at : at + 2] = lines[at : at + 2], []
            lines[2 * place : 2 * place] = moved
            book.parts[f"soal {number}"] = "\n".join(lines)

    return spoil


def longer_key(*numbers: int) -> Spoil:
    """Make the right choice the longest, though not by far."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            name = f"soal {number}"
            lines = book.parts[name].split("\n")
            at = next(n for n, line in enumerate(lines) if line.startswith("- [x]"))
            lines[at] += " seperti biasa"
            book.parts[name] = "\n".join(lines)

    return spoil


def remembered(*numbers: int) -> Spoil:
    """Say of cases that they only ask to remember."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            text = book.parts[f"soal {number}"].replace("terapkan.", "ingat.")
            book.parts[f"soal {number}"] = text.replace("nilai.", "ingat.")

    return spoil


def aimed_at(objective: int, *numbers: int) -> Spoil:
    """Say of items that they test another objective."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            head, tail = book.parts[f"soal {number}"].split("tujuan ")
            book.parts[f"soal {number}"] = f"{head}tujuan {objective}{tail[1:]}"

    return spoil


def gone(*numbers: int) -> Spoil:
    """Leave out items of the first chapter."""

    def spoil(book: GoodBook) -> None:
        for number in numbers:
            book.banks[1].remove(f"soal {number}")

    return spoil


def moved(*numbers: int) -> Spoil:
    """Move items of the first chapter to the last one."""

    def spoil(book: GoodBook) -> None:
        gone(*numbers)(book)
        book.banks[4].extend(f"soal {number}" for number in numbers)

    return spoil


def copied(number: int, at: int, *changes: tuple[str, str]) -> Spoil:
    """Write an item over another one, with small changes; only the aim stays."""

    def spoil(book: GoodBook) -> None:
        text = book.parts[f"soal {number}"].split("> **Menguji")[0]
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        aim = book.parts[f"soal {at}"].split("> **Menguji")[1]
        book.parts[f"soal {at}"] = f"{text}> **Menguji{aim}"

    return spoil


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, how it gets into the book, and all that is found: code, part, words of the line.

    What comes with a fault and cannot be without it stands behind it.
    """

    name: str
    spoil: Spoil
    found: tuple[Found, ...]


def fault(name: str, spoil: Spoil, *found: Found) -> Fault:
    return Fault(name, spoil, found)


ASKING = (1, 5, 12, 14, 20, 24, 29)
FAULTS = [
    # The bank and its chapters
    fault("35 items", gone(7), ("few-items", "buku", "---")),
    fault("four items in a chapter", moved(1, 2, 7, 8, 9), ("few-items", "bab 1", "---")),
    fault("a chapter without items",
          moved(1, 2, 3, 4, 5, 6, 7, 8, 9), ("few-items", "bab 1", "---")),
    fault("a chapter that only asks to remember",
          remembered(10, 11, 12, 13, 14, 15), ("no-case", "soal 10", "###")),
    fault("a chapter whose cases stand elsewhere", moved(1, 2, 3, 4, 5, 6),
          ("few-items", "bab 1", "---"), ("no-case", "soal 7", "###")),
    fault("too few cases", remembered(1, 2, 10, 11, 19, 20, 28), ("few-cases", "buku", "---")),
    fault("the last objective without an item",
          aimed_at(3, 28, 29, 30, 31, 32, 33, 34, 35, 36),
          ("objective-without-item", "buku", "- Menerima aduan")),
    fault("an objective tested in a check only",
          aimed_at(1, 10, 11, 12, 13, 14, 15, 16, 17, 18),
          ("objective-without-item", "buku", "- Menjaga data warga.")),
    fault("a new objective", swap("buku", "## Kuis", "* Menjaga data warga lain\n\n## Kuis"),
          ("objective-without-item", "buku", "* Menjaga data warga lain")),
    fault("an objective with two items", aimed_at(3, 28, 29, 30, 31, 32, 33, 34),
          ("objective-few-items", "buku", "- Menerima aduan")),
    fault("an objective with one item", aimed_at(1, 10, 11, 12, 13, 14, 15, 16, 17),
          ("objective-few-items", "buku", "- Menjaga data warga.")),
    fault("a quiz of one question", swap("buku", "Ambil: 10", "Ambil: 1"),
          ("more-objectives-than-drawn", "buku", "---")),
    fault("more objectives than a quiz tests", swap("buku", "Ambil: 10", "Ambil: 3"),
          ("more-objectives-than-drawn", "buku", "---")),
    # Stems
    fault("a stem with kecuali",
          stem(8, "Semua orang di bawah ini berhak atas layanan, kecuali …"),
          ("negative-stem", "soal 8", "###")),
    fault("a stem with bukan", stem(16, "Manakah yang bukan data pribadi?"),
          ("negative-stem", "soal 16", "###")),
    fault("a stem with an emphasised bukan", stem(16, "Hal mana yang **bukan** data warga?"),
          ("negative-stem", "soal 16", "###")),
    fault("a stem that asks for what is wrong",
          stem(1, "Pak Marthen datang dengan tongkat. Tindakan petugas manakah yang keliru?"),
          ("negative-stem", "soal 1", "###")),
    fault("a stem that ends in adalah",
          stem(25, "Yang tidak termasuk dasar perlakuan setara adalah"),
          ("negative-stem", "soal 25", "###")),
    fault("a stem that asks what is better left",
          stem(28, "Warga mengadu soal izinnya. Apa yang sebaiknya tidak Anda lakukan?"),
          ("negative-stem", "soal 28", "###")),
    fault("a negative question below the heading",
          stem(19, "Rapat di Kupang\n\nPegawai baru ditirukan logatnya. Apa yang tidak boleh Anda "
               "lakukan?"),
          ("negative-stem", "soal 19", "### Rapat di Kupang")),
    fault("a negative question before the last sentence",
          stem(34, "Pernyataan mana yang salah tentang aduan? Pilihlah satu."),
          ("negative-stem", "soal 34", "###")),
    fault("a negative stem in a check",
          swap("cek 4", "Apa yang dapat dilakukan hari itu?", "Apa yang harus dihindari petugas?"),
          ("negative-stem", "cek 4", "### Pengadu lupa")),
    # Aims
    fault("an item without its aim", without_line("soal 22", "Menguji"),
          ("no-aim", "soal 22", "###")),
    fault("a check without its aim", without_line("cek 2", "Menguji"),
          ("no-aim", "cek 2", "###")),
    # Choices
    fault("all of the above", choice(5, 4, "Semua jawaban di atas benar"),
          ("all-of-the-above", "soal 5", "Semua jawaban")),
    fault("all of them", choice(9, 4, "Semuanya benar."),
          ("all-of-the-above", "soal 9", "Semuanya")),
    fault("none of them, in a check",
          swap("cek 1", CHOICES[1][0][3], "*Tidak ada* yang tepat"),
          ("all-of-the-above", "cek 1", "*Tidak ada*")),
    fault("a wrong choice without feedback",
          swap("soal 13", f"{CHOICES[2][0][2]}\n  > Dengan cara ini 13 orang menunggu.",
               CHOICES[2][0][2]),
          ("no-feedback", "soal 13", CHOICES[2][0][2])),
    fault("the right choice without feedback",
          without_line("soal 30", "> Tepat"), ("no-feedback", "soal 30", "- [x]")),
    fault("an empty feedback in a check", swap("cek 3", "  > Tepat, dan cukup sopan.", "  >"),
          ("no-feedback", "cek 3", "- [x]")),
    fault("a key far longer than the others",
          swap("soal 12", CHOICES[2][0][0],
               f"{CHOICES[2][0][0]} menurut UU 27/2022 dan memberi tahu warga"),
          ("key-far-longer", "soal 12", "- [x]")),
    fault("a key far longer than short ones",
          both(choice(34, 1, "Bupati"), choice(34, 2, "Media"), choice(34, 4, "Tetangga"),
               choice(34, 3, "Unit layanan dahulu, lalu Ombudsman")),
          ("key-far-longer", "soal 34", "- [x]")),
    fault("a key far longer in a check",
          swap("cek 4", CHOICES[4][0][0], f"{CHOICES[4][0][0]} sambil menenangkan ibu itu dengan "
               "segelas air"),
          ("key-far-longer", "cek 4", "- [x]")),
    fault("a passive among active verbs", choice(2, 4, "Dilayani seperti pemohon lain saja"),
          ("odd-word-class", "soal 2", "Dilayani seperti")),
    fault("a noun among verbs", choice(3, 1, "Pendampingan oleh keluarga terdekatnya"),
          ("odd-word-class", "soal 3", "Pendampingan")),
    fault("a thing among verbs", choice(29, 4, "\"Surat\" keterangan dari kepala desanya"),
          ("odd-word-class", "soal 29", "Surat")),
    fault("a key that is no verb among verbs",
          swap("soal 20", "- [x] Mengajak rekan itu bicara", "* [X] **Ajakan** bicara"),
          ("odd-word-class", "soal 20", "* [X] **Ajakan**")),
    fault("a verb among nouns", choice(17, 3, "Meminjam data dari kantor yang lain"),
          ("odd-word-class", "soal 17", "Meminjam")),
    # The keys as a whole
    fault("the key is too often the longest", longer_key(*range(1, 14)),
          *(("key-longest-too-often", f"soal {n}", "- [x]") for n in range(1, 14))),
    fault("the key stands too often in the first place", key_at(1, *range(1, 16)),
          ("key-position-skewed", "buku", "---")),
    fault("the key never stands in the last place",
          both(key_at(1, 3, 7, 11), key_at(2, 15, 19, 23), key_at(3, 27, 31, 35)),
          ("key-position-skewed", "buku", "---")),
    # Items that ask the same
    fault("an item twice", copied(10, 32), ("near-duplicate", "soal 32", "###")),
    fault("an item with other names",
          copied(1, 3, ("Pak Marthen, 74 tahun,", "Bu Ester, 81 tahun,")),
          ("near-duplicate", "soal 3", "###")),
    fault("an item with other marks and choices",
          stem(6, "**Bu Rina** tidak dapat membaca papan petunjuk di kantor desa! Apa yang Anda "
               "lakukan"),
          ("near-duplicate", "soal 6", "###")),
    fault("a short question twice", stem(9, "Siapa yang mempunyai hak asasi?"),
          ("near-duplicate", "soal 9", "###")),
    fault("a check that comes again in the quiz",
          stem(21, "Seorang rekan dipotong setiap kali ia berbicara. Bagaimana Anda membantunya?"),
          ("near-duplicate", "soal 21", "###")),
    # Tact
    fault("a choice with its reason",
          choice(7, 2, "Keperluan kantor, sebab datanya milik kantor"),
          ("reason-in-choice", "soal 7", "sebab datanya")),
    fault("a choice with its purpose",
          choice(34, 4, "Tetangga, supaya lebih cepat diketahui orang"),
          ("reason-in-choice", "soal 34", "Tetangga, supaya")),
    fault("a choice that only shame forbids", choice(4, 2, "Menertawakan permintaan yang aneh itu"),
          ("crude-choice", "soal 4", "Menertawakan")),
    fault("another one", choice(21, 4, "Meremehkan keluhannya pada rapat berikutnya"),
          ("crude-choice", "soal 21", "Meremehkan")),
    fault("a choice on a condition", choice(10, 2, "Memberikannya, asalkan ada surat pengantar"),
          ("self-defeating-choice", "soal 10", "asalkan")),
    fault("a choice that does too much",
          choice(28, 3, "Mengumumkan nama pengadu ke seluruh kantor"),
          ("self-defeating-choice", "soal 28", "seluruh kantor")),
    fault("a stem that states the rule",
          stem(2, "Bu Rina diminta pulang, padahal ada pendamping. Apa langkah Anda?"),
          ("rule-in-stem", "soal 2", "### Bu Rina")),
    fault("a body that states the rule",
          stem(23, "Lelucon di grup\n\nLelucon beredar, padahal ada kesepakatan. Apa keputusan "
               "Anda?"),
          ("rule-in-stem", "soal 23", "### Lelucon di grup")),
    fault("a stem that holds another item's key",
          stem(15, "Setelah mengajak rekan itu bicara berdua pada hari yang sama, apa lagi?"),
          ("cue-for-another", "soal 15", "### Setelah")),
    fault("a case that tells where to complain",
          stem(22, "Unit layanan menjawab dahulu, dan sesudah itu Ombudsman. Apa keputusan Anda?"),
          ("cue-for-another", "soal 22", "### Unit layanan")),
    fault("asking is the key of too many",
          keys("Bertanya apa yang ia mau lakukan hari ini", *ASKING),
          *(("asking-too-often", f"soal {number}", "- [x]") for number in ASKING)),
    # Sources
    fault("a source that is practice only",
          swap("soal 33", "UU 25/2009 Pasal 36.", "praktik baik Bab 4."),
          ("source-only-practice", "soal 33", "> **Sumber:**")),
    fault("a source that is the book only", swap("soal 20", "UU 20/2023.", "Bab 3."),
          ("source-only-practice", "soal 20", "> **Sumber:**")),
    fault("a source that names nothing",
          swap("soal 31", "UU 25/2009 Pasal 36.", "Praktik yang baik."),
          ("source-without-regulation", "soal 31", "> **Sumber:**")),
    fault("a vague source in another notation",
          swap("soal 4", "> **Sumber:** UU 25/2009 Pasal 4.", "> _Sumber_ : Undang-undang itu"),
          ("source-without-regulation", "soal 4", "_Sumber_")),
    fault("a source without a number, on two lines",
          swap("cek 1", "> **Sumber:** UU 25/2009 Pasal 4.",
               "> **Sumber:** peraturan tentang\n> pelayanan publik"),
          ("source-without-regulation", "cek 1", "> **Sumber:**")),
    # Sentences
    fault("a long sentence", after_text(2, LONG), ("long-sentence", "bab 2", "Petugas yang")),
    fault("a long sentence within a paragraph",
          after_text(2, f"Ada satu contoh.\nBacalah pelan-pelan. {LONG}\nSelesai."),
          ("long-sentence", "bab 2", "Bacalah pelan-pelan")),
    fault("a long item of a list", swap("bab 4", "Dengarkan tanpa menyela.", LONG),
          ("long-sentence", "bab 4", LONG[:30])),
    fault("a long sentence on lines of a quote",
          after_text(3, f"> **Ingat:**\n> {LONG[:90]}\n> {LONG[90:]}"),
          ("long-sentence", "bab 3", "> **Ingat:**")),
    fault("a long sentence to be said",
          after_text(1, f'> **Ucapkan:** "{LONG}"'), ("long-sentence", "bab 1", LONG[:30])),
    fault("a long sentence below the questions",
          swap("soal 36", "ingat.\n", f"ingat.\n\n## Penutup\n\n{LONG}\n"),
          ("long-sentence", "soal 36", LONG[:30])),
    fault("long sentences throughout", after_text(4, ROOMY * 30),
          ("long-sentences", "bab 4", ROOMY[:30])),
    # Words
    fault("a rare word", after_text(1, "Setiap kantor punya nomenklatur jabatan."),
          ("rare-word", "bab 1", "nomenklatur")),
    fault("a rare word with a particle, within a paragraph",
          after_text(3, "Tulis namanya.\nLalu periksa nomenklaturnya."),
          ("rare-word", "bab 3", "nomenklaturnya")),
    fault("a rare word twice, told once",
          after_text(3, "Ada **satu** disposisi di meja.\n\nBaca pula disposisi kedua."),
          ("rare-word", "bab 3", "**satu** disposisi")),
    fault("a rare verb in a list",
          swap("bab 1", "lalu tanyakan kebutuhannya", "lalu mengejawantahkan kebutuhannya"),
          ("rare-word", "bab 1", "mengejawantahkan")),
    fault("a rare word in a quote", after_text(2, '> **Ucapkan:** "Ini soal derogasi hak."'),
          ("rare-word", "bab 2", "derogasi")),
    fault("a rare word in a note",
          swap("bab 1", "yang mengatur pelayanan", "yang secara inheren mengatur pelayanan"),
          ("rare-word", "bab 1", "[^1]: ")),
    fault("a word that the glossary of another tongue has",
          both(after_text(4, "Sikap imparsial membantu."),
               lambda book: book.parts.update(istilah="# Daftar istilah\n\n- **derogasi**: …\n")),
          ("rare-word", "bab 4", "imparsial")),
]  # fmt: skip


def quality_of(book: GoodBook, folder: Path) -> list[tuple[str, str, int]]:
    """What the pass finds: code, file and line."""
    diagnostics = check_quality(parse_folder(book.write(folder / "buku")))
    for diagnostic in diagnostics:
        assert diagnostic.severity == "warning"
        assert diagnostic.path.startswith(f"{folder.as_posix()}/buku/")
        assert diagnostic.sentence[0].isupper() or diagnostic.sentence.startswith('"'), diagnostic
        assert len(diagnostic.remedy.split()) >= 3, diagnostic
        assert diagnostic.remedy.endswith((".", "…")), diagnostic
    return sorted((each.code, Path(each.path).name, each.line) for each in diagnostics)


def test_the_good_book_is_clean(tmp_path: Path) -> None:
    assert quality_of(good_book(), tmp_path) == []


def test_the_good_book_breaks_no_rule_of_the_check_but_its_shortness(tmp_path: Path) -> None:
    diagnostics = check_pocketbook(parse_folder(good_book().write(tmp_path / "buku")))
    assert {diagnostic.code for diagnostic in diagnostics} == {"chapter-length"}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_found_at_its_line_and_nothing_else(
    tmp_path: Path, fault: Fault
) -> None:
    book = good_book()
    fault.spoil(book)
    expected = sorted((code, *book.place(part, words)) for code, part, words in fault.found)
    assert quality_of(book, tmp_path) == expected


def test_every_rule_of_the_pass_is_broken_somewhere_and_most_more_than_once() -> None:
    planted = [{code for code, *_ in fault.found} for fault in FAULTS]
    codes = set().union(*planted)
    assert len(FAULTS) >= 40
    of_all = codes_of("questions.py") | codes_of("prose.py") | codes_of("tact.py")
    assert codes == of_all | {"asking-too-often"}  # which share a warning with the kindest
    often = {code for code in codes if sum(code in each for each in planted) > 1}
    assert codes - often == {
        "asking-too-often",
        "few-cases",
        "key-longest-too-often",
        "long-sentences",
    }


def test_a_bank_that_the_kindest_choice_answers_is_found_out(tmp_path: Path) -> None:
    book = good_book()
    numbers = (1, 5, 9, 12, 14, 20, 24, 29)
    keys("Mendengarkan, menawarkan, menjelaskan, tenang", *numbers)(book)
    found = quality_of(book, tmp_path)
    places = {("kindest-too-often", *book.place(f"soal {n}", "- [x]")) for n in numbers}
    assert places <= set(found)
    assert {code for code, _, _ in found} == {"kindest-too-often"}


def codes_of(name: str) -> set[str]:
    """The codes that a module gives: the last argument of each warning."""
    source = Path(__file__).parents[3] / "lms" / "authoring" / "editorial" / name
    return {
        ast.literal_eval(node.args[-1])
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "warning"
        and isinstance(node.args[-1], ast.Constant)
    }


SENSIBLE = [
    ("a right that may not be cut", stem(8, "Hak mana yang tidak dapat dikurangi dalam keadaan "
                                            "apa pun?")),
    ("one of several", stem(8, "Apa salah satu hak setiap orang di ruang tunggu?")),
    ("data that are wrong",
     stem(11, "Nama warga di kartunya salah. Apa langkah Anda bila datanya tidak sesuai?")),
    ("a scene with kecuali",
     stem(12, "Pintu itu tertutup bagi semua, kecuali petugas. Apa yang Anda lakukan?")),
    ("someone's wrong words",
     stem(20, 'Rekan bertanya, "Mana yang salah dari lelucon itu?" Apa tanggapan Anda?')),
    ("why something is not allowed", stem(26, "Mengapa alasan penolakan tidak boleh disimpan?")),
    ("short choices of unlike length",
     both(choice(34, 1, "Bupati"), choice(34, 2, "Camat"), choice(34, 4, "Polisi"),
          choice(34, 3, "Ombudsman RI"))),
    ("active verbs of two kinds", choice(2, 4, "Bertanya kepada keluarganya lebih dahulu")),
    ("an adverb before the verb", choice(3, 1, "Segera memanggil juru bahasa isyarat")),
    ("nouns with and without affixes",
     both(choice(17, 2, "Permintaan rekan"), choice(17, 3, "Kebiasaan kantor itu"),
          choice(17, 4, "Surat dari atasan"))),
    ("a fifth choice",
     swap("soal 5", f"{CHOICES[1][0][3]}\n",
          f"{CHOICES[1][0][3]}\n  > Tidak.\n- [ ] Menutup loket lebih awal hari itu\n")),
    ("a source on two lines",
     swap("soal 4", "> **Sumber:** UU 25/2009 Pasal 4.",
          "> **Sumber:**\n> Undang-Undang Nomor 25\n> Tahun 2009")),
    ("a source of another kind", swap("soal 31", "UU 25/2009 Pasal 36.", "DUHAM Pasal 1.")),
    ("a page as a source",
     swap("soal 31", "UU 25/2009 Pasal 36.", "lapor.go.id, dibaca Januari 2026.")),
    ("a source in the text of a chapter", after_text(2, "**Sumber:** catatan rapat bidang.")),
    ("the words of a law", after_text(1, f'Bunyinya: "{LONG}"')),
    ("names of laws",
     after_text(2, "Pasal 4 Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik, Pasal 36 "
                   "Undang-Undang Nomor 27 Tahun 2022, Pasal 28H ayat (2) UUD 1945, dan No. 5 "
                   "Tahun 2014 melindungi warga yang datang ke loket Anda setiap hari kerja.")),
    ("sentences that begin with a number of a law",
     after_text(1, f"{LONG.split(' apakah')[0]}. Pasal 4 menjawabnya bagi petugas itu dan "
                   "bagi warga yang datang.")),
    ("a rare word that the glossary explains",
     both(after_text(3, "Periksa disposisinya, lalu mendisposisikan surat itu."),
          lambda book: book.parts.update(istilah="# Daftar istilah\n\n- **disposisi**: perintah.\n")
          )),
    ("a rare word that the chapter explains",
     after_text(3, "Baca **disposisi**, perintah singkat di surat. Balas disposisi itu.")),
    ("addresses",
     after_text(4, "Tulis ke derogasi@inheren.example, buka https://inheren.example/derogasi, "
                   "[laman](https://inheren.example) atau nomenklatur.go.id.")),
    ("a picture and code",
     after_text(4, "![Ruang tunggu](gambar/derogasi.svg)\n\n```\nderogasi inheren\n```")),
]  # fmt: skip


@pytest.mark.parametrize(
    "spoil", [spoil for _, spoil in SENSIBLE], ids=[name for name, _ in SENSIBLE]
)
def test_sensible_writing_is_left_alone(tmp_path: Path, spoil: Spoil) -> None:
    book = good_book()
    spoil(book)
    assert quality_of(book, tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("01-bab.md", "---\njudul: A\n---\n\n## Soal kuis\n\n### Apa?\n\n### \n\n- [x] Ya\n"),
        ("01-bab.md", "## Soal kuis\n\n- [ ] Tanpa soal\n"),
        ("01-bab.md", "---\njudul: A\n"),
        ("02-bab.md", ""),
        ("buku.md", ""),
        ("buku.md", "---\njudul: [\n---\n"),
        ("istilah.md", "- **kata**: tanpa judul\n"),
    ],
)
def test_a_book_that_can_hardly_be_read_is_still_looked_over(
    tmp_path: Path, name: str, text: str
) -> None:
    folder = good_book().write(tmp_path / "buku")
    (folder / name).write_text(text, encoding="utf-8")
    result = parse_folder(folder)
    assert result.diagnostics
    for diagnostic in check_quality(result):
        assert diagnostic.path.startswith(f"{folder.as_posix()}/")


def test_a_choice_that_asks_without_end_is_read_to_its_end(tmp_path: Path) -> None:
    book = good_book()
    choice(1, 1, "\n  ".join(["bertanya " * 1000] * 20).strip())(book)
    result = parse_folder(book.write(tmp_path / "buku"))
    with ends():
        check_quality(result)


def test_an_empty_folder_has_no_quality_to_speak_of(tmp_path: Path) -> None:
    assert [diagnostic.code for diagnostic in check_quality(parse_folder(tmp_path))] == [
        "few-items"
    ]


@pytest.mark.parametrize(
    "word",
    ["mendahulukan", "dahulukan", "dicocokkan", "persilakan", "melambatkan", "terlapornya",
     "bertongkat", "penelantaran", "ketidakberdayaan", "antarpegawai", "nondiskriminasi",
     "memberatkannya", "sesedikit", "ditirukan", "lucu-lucuan", "kebutuhannyalah", "menyapanya"],
)  # fmt: skip
def test_an_everyday_word_stays_one_in_all_its_forms(word: str) -> None:
    assert is_everyday(word)


@pytest.mark.parametrize(
    "word",
    ["nomenklatur", "disposisi", "derogasi", "imparsialitas", "inheren", "mengejawantahkan",
     "interseksionalitas", "resiliensi", "menafikan", "berkelindan", "maladministrasi",
     "sosiokultural", "litigasinya", "konsiderans", "ajudikasi"],
)  # fmt: skip
def test_an_official_s_word_is_not_made_everyday_by_its_affixes(word: str) -> None:
    assert not is_everyday(word)
