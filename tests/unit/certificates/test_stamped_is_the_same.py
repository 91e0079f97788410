"""A stamped certificate beside the same one as WeasyPrint sets it: nobody may tell them apart."""

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.Image import Image
from PIL.ImageChops import subtract
from PIL.ImageFilter import MaxFilter, MinFilter
from pypdf import PdfReader
from zxingcpp import read_barcodes

from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.layout import _fit_objectives, lay_out, typefaces
from lms.certificates.pdf_sentinels import pdf_template_layout, sentinels_of, texts_of
from lms.certificates.printing import (
    _pdf_template,
    _set_in_full,
    _slots,
    _stamp,
    print_certificate,
)
from lms.certificates.wording import printable_text
from lms.printing.pdf_templates import Values
from lms.printing.sealing import Seal, Sealing
from lms.printing.shaping import CannotSet
from lms.printing.slots import Attachment, Slots
from tests.unit.certificates.conftest import (
    CREDENTIAL,
    FACTS,
    IMPRINT,
    LETTERHEAD,
    LONG_LETTERHEAD,
    OBJECTIVES,
    THEME,
    split,
)
from tests.unit.certificates.test_printing import HOSTILE_NAMES, LONG_NAME, elements_of, words_of

pytestmark = pytest.mark.slow

NAMES = [
    "Sumirah",
    "dr. Nur'aini Siregar, S.Pd., M.Si.",
    "I Gusti Ayu Made Dewi Lestari, S.Sos., M.A.P.",
    "Prof. Dr. Ir. H. Raden Mas Soeryo Kusumo Adiningrat, S.T., M.T., IPU",
    "Offi Fitri Affiani, S.E., Ak.",
    "AVA Wayan Tokoh",
    "Çelebi Škvorecký",
    "D’Ornay O'Brien",
    "Āli ‘Abd ar-Raḥmān",
    "Škvorecký Žofie",  # decomposed
    "Đorđe Ðorn — Łukasz & Søn",
    r"Sri (\101) \n 50%",
    LONG_NAME,
]
LACKING_NAMES = [
    "Nguyễn Thị Mỹ Linh",
    "أحمد عبد الرحمن، S.H.",
    "陳 Budi",
    "Q̣́ Sri",  # marks that no letter of ours takes in
]
PEOPLE: list[dict[str, Any]] = [
    *({"holder_name": name} for name in NAMES),
    {"employee_number": None},
    {"institution_name": None},
    {"employee_number": None, "institution_name": None},
    {"employee_number": "191108302098212004"},
    {"institution_name": "Dinas Žižkov & Affandi"},
    {"institution_name": ("Kementerian Contoh A Direktorat Jenderal " * 5)[:180].strip()},
    {"title": "Hak Škvorecký <dan> (Kewajiban) " * 4, "credit_hours": 12},
    {"title": "Q\u0323 dan q\u0301", "edition_name": "2026.1-ŋ"},
    {"issued_at": datetime(2031, 12, 1, tzinfo=UTC), "completed_on": date(2031, 11, 30)},
    {"objectives": OBJECTIVES},
    {"letterhead": LETTERHEAD, "started_on": date(2026, 5, 2), "pass_mark": 70},
    {"letterhead": LONG_LETTERHEAD, "objectives": OBJECTIVES, "seal": True},
    {"shows_whole_number": True, "valid_until": date(2028, 5, 15)},
    {"employee_number": None, "objectives": OBJECTIVES * 4},
    {
        "valid_until": date(2028, 2, 29),
        "letterhead": LETTERHEAD,
        "started_on": date(2026, 5, 2),
        "pass_mark": 70,
        "objectives": OBJECTIVES,
        "seal": True,
    },
    {"attachment": CREDENTIAL},
    {"seal": True},
    {"seal": True, "attachment": CREDENTIAL, "objectives": OBJECTIVES, "employee_number": None},
    {"verify_url": f"https://hukum.sakuham.kementerian-contoh.example/v/{'W' * 12}?a=1&b=%20"},
]
OTHER = replace(
    FACTS,
    code="7QZ2X9WTRKVB",
    number="HAM.02/987654/2027",
    holder_name="Žofie Wulandari",
    employee_number="198711122015042003",
    institution_name="Dinas Kearsipan Provinsi Rekaan",
    completed_on=date(2027, 1, 8),
    issued_at=datetime(2027, 2, 9, tzinfo=UTC),
)
OTHERS = replace(IMPRINT, verify_url="https://sakuham.example/v/7QZ2X9WTRKVB")

Pair = tuple[bytes, bytes]


def both_ways(
    facts: CertificateFacts,
    imprint: Imprint,
    fonts: Path,
    objectives: Sequence[str] = (),
    attachment: Attachment | None = None,
    seal: Seal | None = None,
) -> Pair:
    """The certificate stamped, and set by WeasyPrint."""
    words = lay_out(facts, imprint, fonts, objectives, is_sealed=seal is not None)
    slots, values = extras(facts, attachment, seal)
    stamped = print_certificate(
        facts,
        imprint,
        THEME,
        fonts=fonts,
        objectives=objectives,
        attachment=attachment,
        seal=seal,
    )
    assert stamped == _stamp(words, THEME, fonts, slots, values)
    return stamped, _set_in_full(words, THEME, fonts, slots, values)


def extras(
    facts: CertificateFacts, attachment: Attachment | None = None, seal: Seal | None = None
) -> tuple[Slots, Values]:
    """What stands beside the text of a certificate."""
    values = Values(
        f"{facts.code}-{facts.template_version}",
        attachment=attachment,
        sealing=None if seal is None else Sealing(seal, facts.issued_at),
    )
    return _slots(THEME, attachment, seal), values


def named(changes: dict[str, Any]) -> str:
    return ascii(" ".join(f"{key} {value}" for key, value in changes.items()))[1:40]


@pytest.fixture(scope="module", params=PEOPLE, ids=named)
def pair(request: pytest.FixtureRequest, fonts: Path, seal: Seal) -> Pair:
    changes = dict(request.param)
    objectives = changes.pop("objectives", ())
    attachment = changes.pop("attachment", None)
    used = seal if changes.pop("seal", False) else None
    return both_ways(*split(changes), fonts, objectives, attachment, used)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def letters_of(pdf: bytes) -> str:
    """The text as another reader finds it, without spaces."""
    return "".join(read(pdf).pages[0].extract_text().split())


def picture_of(pdf: bytes) -> Image:
    picture: Image = pypdfium2.PdfDocument(pdf)[0].render(scale=1.5).to_pil().convert("L")
    return picture


def plain(value: Any) -> Any:
    """A value of a PDF without references, of names and numbers alone."""
    value = value.get_object()
    if isinstance(value, dict):
        return {
            key: plain(it) for key, it in value.items() if key not in {"/P", "/Pg", "/Obj", "/V"}
        }
    if isinstance(value, list):
        return [plain(it) for it in value]
    return round(value, 1) if isinstance(value, float) else value


def test_it_says_the_same(pair: Pair) -> None:
    stamped, whole = pair
    assert words_of(stamped) == words_of(whole)
    assert letters_of(stamped) == letters_of(whole)


def test_it_looks_the_same(pair: Pair) -> None:
    stamped, whole = (picture_of(pdf) for pdf in pair)
    # WeasyPrint rounds each space between two letters down, which adds up to a point in a large
    # name: paper and ink may lie two pixels beside their place, four thirds of a point.
    for one, other in ((stamped, whole), (whole, stamped)):
        too_light = subtract(one, other.filter(MaxFilter(5)))
        too_dark = subtract(other.filter(MinFilter(5)), one)
        assert too_light.histogram()[96:] == too_dark.histogram()[96:] == [0] * 160


def test_it_has_the_same_structure(pair: Pair) -> None:
    stamped, whole = ([plain(element) for element in elements_of(pdf)] for pdf in pair)
    assert stamped == whole


def test_every_piece_of_the_page_belongs_to_the_structure(pair: Pair) -> None:
    reader = read(pair[0])
    root: Any = reader.root_object
    tree = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    (page,) = reader.pages
    contents: Any = page.get_contents()
    marks = [int(it) for it in re.findall(rb"/MCID (\d+)", contents.get_data())]
    assert marks == list(range(len(tree[1])))
    for mark, element in enumerate(tree[1]):
        assert mark in element.get_object()["/K"]
    annotations: Any = page["/Annots"]
    for number, element, annotation in zip(tree[2::2], tree[3::2], annotations, strict=True):
        kind = {"/Link": "/Link", "/Widget": "/Form"}[annotation["/Subtype"]]
        assert element.get_object()["/S"] == kind
        assert annotation["/StructParent"] == number


def test_it_is_described_in_the_same_words(pair: Pair) -> None:
    stamped, whole = map(read, pair)
    assert stamped.metadata == whole.metadata
    assert stamped.pdf_header == whole.pdf_header
    ours: Any = stamped.root_object
    theirs: Any = whole.root_object
    for key in ("/Lang", "/MarkInfo", "/ViewerPreferences", "/Type"):
        assert ours[key] == theirs[key]
    assert ours["/Metadata"].get_data() == theirs["/Metadata"].get_data()
    assert first_identifier(stamped) == first_identifier(whole)


def first_identifier(reader: PdfReader) -> str:
    identifiers: Any = reader.trailer["/ID"]
    return str(identifiers[0])


def test_its_page_and_its_link_are_the_same(pair: Pair) -> None:
    (stamped,), (whole,) = (read(pdf).pages for pdf in pair)
    for key in ("/MediaBox", "/TrimBox", "/BleedBox", "/Tabs", "/StructParents", "/Annots"):
        assert plain(stamped[key]) == plain(whole[key])


def test_it_is_no_larger(pair: Pair) -> None:
    assert len(pair[0]) < len(pair[1]) < 40_000


def test_its_fonts_have_what_it_shows_and_no_more(fonts: Path) -> None:
    stamped, whole = both_ways(FACTS, IMPRINT, fonts)
    assert glyphs_of(stamped) == glyphs_of(whole)


def glyphs_of(pdf: bytes) -> dict[str, tuple[Any, Any]]:
    """The widths in each font, and the way from its glyphs back to letters."""
    resources: Any = read(pdf).pages[0]["/Resources"]
    return {
        name: (
            plain(font["/DescendantFonts"])[0]["/W"],
            sorted(re.findall(rb"<(\w{4})> <(\w+)>", font["/ToUnicode"].get_data())),
        )
        for name, font in resources["/Font"].items()
    }


@pytest.mark.parametrize("name", LACKING_NAMES)
def test_what_our_fonts_lack_is_left_to_weasyprint(fonts: Path, name: str) -> None:
    facts = replace(FACTS, holder_name=name)
    words = lay_out(facts, IMPRINT, fonts)
    with pytest.raises(CannotSet):
        _stamp(words, THEME, fonts, *extras(facts))
    assert print_certificate(facts, IMPRINT, THEME, fonts=fonts) == _set_in_full(
        words, THEME, fonts, *extras(facts)
    )


def test_an_unusual_address_is_left_to_weasyprint(fonts: Path) -> None:
    imprint = replace(IMPRINT, verify_url="https://sakuham.example/v/é (1)")
    whole = _set_in_full(lay_out(FACTS, imprint, fonts), THEME, fonts, *extras(FACTS))
    assert print_certificate(FACTS, imprint, THEME, fonts=fonts) == whole


@pytest.mark.parametrize("changes", [{"title": "陳 Hak أحمد"}, {"number": "№ 1\n2"}])
def test_letters_from_elsewhere_do_no_harm_anywhere(fonts: Path, changes: dict[str, str]) -> None:
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]  # all of them are texts
    whole = _set_in_full(lay_out(facts, IMPRINT, fonts), THEME, fonts, *extras(FACTS))
    assert words_of(print_certificate(facts, IMPRINT, THEME, fonts=fonts)) == words_of(whole)


def test_its_code_can_be_read(fonts: Path) -> None:
    pdf = print_certificate(OTHER, OTHERS, THEME, fonts=fonts)
    (found,) = read_barcodes(picture_of(pdf))
    assert found.text == OTHERS.verify_url


def contents_of(pdf: bytes) -> Iterator[bytes]:
    """The file as it is, and what each of its streams unfolds to."""
    yield pdf
    for start in re.finditer(rb"stream\n", pdf):
        unfolding = zlib.decompressobj()
        try:
            yield unfolding.decompress(pdf[start.end() :])
        except zlib.error:  # "endstream"
            continue


def spellings_of(text: str) -> Iterator[bytes]:
    yield text.encode()
    yield text.encode("utf-16-be")
    yield text.encode("utf-16-be").hex().encode()


def test_nothing_of_one_person_is_in_the_file_of_another(fonts: Path) -> None:
    print_certificate(FACTS, IMPRINT, THEME, fonts=fonts)
    pdf = print_certificate(OTHER, OTHERS, THEME, fonts=fonts)
    template = pdf_template_layout(lay_out(FACTS, IMPRINT, fonts))
    assert pdf_template_layout(lay_out(OTHER, OTHERS, fonts)) == template
    sentinels = sentinels_of(template)
    own = {text for text in texts_of(lay_out(FACTS, IMPRINT, fonts)).values() if text}
    contents = list(contents_of(pdf))
    assert any(b"/Alt" in content for content in contents)
    for alien in own | sentinels.lines | sentinels.strings | {FACTS.code, "MBT9"}:
        assert "".join(alien.split()) not in letters_of(pdf)
        for spelling in spellings_of(alien):
            assert not any(spelling in content for content in contents), alien


def test_objectives_are_of_the_form_and_fitted_once(fonts: Path) -> None:
    print_certificate(FACTS, IMPRINT, THEME, fonts=fonts, objectives=OBJECTIVES)
    fitted, forms = _fit_objectives.cache_info().misses, _pdf_template.cache_info().misses
    for facts in (FACTS, OTHER):
        print_certificate(facts, IMPRINT, THEME, fonts=fonts, objectives=list(OBJECTIVES))
    assert _fit_objectives.cache_info().misses == fitted
    assert _pdf_template.cache_info().misses == forms


def test_a_form_is_made_without_anybody(fonts: Path) -> None:
    own = {text for text in texts_of(lay_out(FACTS, IMPRINT, fonts)).values() if text}
    template = str(pdf_template_layout(lay_out(FACTS, IMPRINT, fonts)))
    assert not [text for text in own if text in template]


@pytest.mark.parametrize(
    "name",
    [
        *HOSTILE_NAMES.values(),
        "endstream endobj 1 0 obj <</Type /Catalog>> endobj",
        "%%EOF",
        r"(((\)) \\ <</A 1>> [0] TJ ET EMC",
        "]]> </rdf:li></rdf:RDF><?xpacket end='w'?>",
        "\0\x01\x1b Sri \x7f\x85 Dewi \ud800",
        "\u202eSumirah\u202c \u2067Rai\u2069 \u200f",
        "nama ŋ https://sertifikat.invalid/ 1001-01-01 D:10010101",
        "A" * 200,
        "",
    ],
)
def test_a_hostile_name_is_only_text(make_pdf: Callable[..., bytes], name: str) -> None:
    pdf = make_pdf(holder_name=name)
    tidy = printable_text(name)
    reader = read(pdf)
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == f"Sertifikat {FACTS.title} – {tidy}"
    assert "".join(tidy.split()) in letters_of(pdf)
    assert f"Kode QR: {IMPRINT.verify_url}" in {it.get("/Alt") for it in elements_of(pdf)}


@settings(max_examples=50)
@given(data=st.data())
def test_every_text_in_our_letters_comes_out_as_it_is(fonts: Path, data: st.DataObject) -> None:
    letters = sorted(typefaces(fonts)[700].advances)
    name = data.draw(st.text(letters, max_size=90))
    institution = data.draw(st.text(letters, max_size=90))
    facts = replace(FACTS, holder_name=name, institution_name=institution)
    letters_in_order = letters_of(print_certificate(facts, IMPRINT, THEME, fonts=fonts))
    for text in (name, institution):
        assert "".join(printable_text(text).split()) in letters_in_order


@settings(max_examples=25)
@given(name=st.text(max_size=60))
def test_any_name_gives_a_certificate(fonts: Path, name: str) -> None:
    pdf = print_certificate(replace(FACTS, holder_name=name), IMPRINT, THEME, fonts=fonts)
    information = read(pdf).metadata
    assert information is not None
    assert information.title == f"Sertifikat {FACTS.title} – {printable_text(name)}"


def test_another_process_makes_the_same_bytes(fonts: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lms.certificates.printing import print_certificate\n"
        "from tests.unit.certificates.conftest import FACTS, IMPRINT, THEME\n"
        "pdf = print_certificate(FACTS, IMPRINT, THEME, fonts=Path(sys.argv[1]))\n"
        "sys.stdout.buffer.write(pdf)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, str(fonts)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    )
    assert made.stdout == print_certificate(FACTS, IMPRINT, THEME, fonts=fonts)
