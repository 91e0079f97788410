"""Names and addresses as people, or machines, type them."""

import unicodedata
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.rules import describe_device, read_email, read_name
from lms.errors import Invalid


@pytest.mark.parametrize(
    "name",
    [
        "Sumirah",
        "Nur'aini Lubis, M.Si.",
        "dr. I Gusti Ayu Ratna Dewi, Sp.A.(K)",
        "محمد رضوان",
        "Drs.H.Abd.Rahman, S.Pd.I., M.Si",
        "Prof.Dr.drg.Moh.Ali, Ph.D., M.Ec.Dev., A.Md.Keb",
        "siti aminah, s.pd., m.si.",
        "Ny. Siti Rahmawati–Hasibuan (Alm.), S.H. & Co",
        "A" * 200,
    ],
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert read_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Sumirah \t\n S.Pd. ", "Sumirah S.Pd."),
        ("Su\u0000mi\u0007rah", "Sumirah"),
        ("\u202eitrahuS", "itrahuS"),
        ("Su\u200bmi\u2066rah\u2069\ufeff", "Sumirah"),
        ("Sumirah\r\nBcc", "Sumirah Bcc"),
        ("Su\u2028mirah", "Su mirah"),
        ("Rene\u0301", "Ren\u00e9"),
        ("Sumirah\ue000\ud800", "Sumirah"),
        ("Ay\u200bu \u200dLestari\u00ad", "Ayu Lestari"),
        ("\uff21\uff59\uff55 Lestari", "Ayu Lestari"),
        ("Su\ufb01", "Sufi"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_of_a_name(typed: str, name: str) -> None:
    assert read_name(typed) == name


def test_no_space_stands_before_the_comma_of_a_title() -> None:
    assert read_name("HALIM , M.Pd .") == "HALIM, M.Pd."


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "\x00"])
def test_a_name_of_nothing_that_can_be_seen_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Nama wajib diisi"):
        read_name(typed)


def test_a_name_of_more_than_200_letters_is_refused() -> None:
    with pytest.raises(Invalid, match="200 huruf"):
        read_name("A" * 201)


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("Selamat! klik di sini", "!"),
        ("klik https://evil.example/klaim", ":"),
        ("Sumirah\r\nBcc: lain@contoh.example", ":"),
        ("sumirah@contoh.example", "@"),
        ("Sumirah 2", "2"),
        ("Sumirah \u0662", "\u0662"),
        ("<script>alert(1)</script>", "<"),
        ("=1+1", "="),
        ("\uff1d1+1", "\uff1d"),
        ("www.evil.example", "www."),
        ("WWW.Evil.example", "WWW."),
        ("evil.example/klaim", "/"),
        ("Buka hadiah.evil.example sekarang", "hadiah.evil.example"),
        ("\u02b7\u02b7\u02b7.evil.example", "evil.example"),
        ("Hadiah.Go.Id", "Hadiah.Go.Id"),
        ("(bit.ly)", "bit.ly"),
        ("Siti,evil.zip", "evil.zip"),
        ("siti.aminah", "siti.aminah"),
    ],
)
def test_a_name_that_leads_somewhere_is_refused_with_what_is_wrong(typed: str, sign: str) -> None:
    with pytest.raises(Invalid, match="Nama memuat") as refused:
        read_name(typed)
    assert refused.value.field == "name"
    assert sign in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("\u0410yu Lestari", "\u0410yu"),  # a Cyrillic A
        ("Ayu Lest\u0430ri, S.H.", "Lest\u0430ri"),
        ("Ayu \u0410\u0441\u0435", "\u0410\u0441\u0435"),  # a whole word of Cyrillic
        ("\u0391yu", "\u0391yu"),  # a Greek one
        ("Ayu \u13aa\u13aa", "\u13aa\u13aa"),
        ("Siti\u0645", "Siti\u0645"),
    ],
)
def test_a_name_of_letters_that_only_look_alike_is_refused(typed: str, part: str) -> None:
    with pytest.raises(Invalid, match="aksara yang berlainan") as refused:
        read_name(typed)
    assert part in str(refused.value)


@pytest.mark.parametrize(
    "name", ["\u0645\u062d\u0645\u062f, S.H.", "\u0418\u0432\u0430\u043d", "A\u02bcan O'Brien"]
)
def test_a_name_of_one_script_is_taken_with_latin_titles_beside_it(name: str) -> None:
    assert read_name(name) == name


@given(st.text(max_size=300))
def test_a_name_that_was_read_is_read_the_same_again(typed: str) -> None:
    try:
        name = read_name(typed)
    except Invalid:
        return
    assert read_name(name) == name
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Cs", "Co"}
    assert 0 < len(name) <= 200


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ayu@contoh.example", "ayu@contoh.example"),
        (" Ayu.Lestari@Contoh-A.Example ", "ayu.lestari@contoh-a.example"),
        ("ayu+ham@sub.dinas.contoh.example", "ayu+ham@sub.dinas.contoh.example"),
    ],
)
def test_an_address_is_kept_in_lower_case(typed: str, address: str) -> None:
    assert read_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ayu",
        "ayu@",
        "@contoh.example",
        "ayu@contoh",
        "ayu@@contoh.example",
        "ayu@contoh..example",
        "ayu@-contoh.example",
        "ayu lestari@contoh.example",
        "ayu@contoh.example, lain@contoh.example",
        "ayu@contoh.example\nBcc: lain@contoh.example",
        "ayu\r\n@contoh.example",
        "<ayu@contoh.example>",
        '"ayu"@contoh.example',
        "ayu@contoh.example\x00",
        "a" * 250 + "@contoh.example",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Alamat surel") as refused:
        read_email(typed)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        ("=?utf-8?q?=0a1?=@x.example", "=?"),
        ("a\x01b\x7f@contoh.example", "U+0001"),
        ("a\u202eb@contoh.example", "U+202E"),
        ("\u0430dmin@contoh.example", "\u0430"),
        ("\uff41yu@contoh.example", "\uff41"),
        ("ayu\u212a@contoh.example", "\u212a"),
        ("ayu@c\u00f6ntoh.example", "\u00f6"),
        ("ayu lestari@contoh.example", "memuat spasi"),
        ('"ayu"@contoh.example', '"'),
        (".ayu@contoh.example", "titik"),
        ("ayu.@contoh.example", "titik"),
        ("a..yu@contoh.example", "titik"),
        ("ayu@contoh.123", "contoh.123"),
        ("ayu@192.0.2.1", "192.0.2.1"),
        ("ayu@contoh-.example", "contoh-.example"),
        ("ayu@contoh_a.example", "contoh_a.example"),
        ("ayu@" + "a" * 64 + ".example", "nama domain"),
        ("ayu@xn--cntoh-jua.example", "beraksara lain"),
        ("ayu@mail.XN--CNTOH-JUA.example", "beraksara lain"),
        ("a" * 65 + "@contoh.example", "64"),
    ],
)
def test_an_address_that_no_relay_takes_is_refused_with_its_cause(typed: str, cause: str) -> None:
    with pytest.raises(Invalid, match="Alamat surel") as refused:
        read_email(typed)
    assert cause in str(refused.value)


@given(st.emails() | st.text(max_size=80).map(lambda text: f"{text}@contoh.example"))
def test_a_letter_can_be_addressed_to_whatever_was_read(typed: str) -> None:
    try:
        address = read_email(typed)
    except Invalid:
        return
    message = EmailMessage()
    message["To"] = address
    assert address.isascii()
    assert address.encode() in message.as_bytes().replace(b"\n ", b"")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/126.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome · Android",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
            ),
            "Edge · Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Linux",
        ),
        ("", "Perangkat tidak dikenal"),
        ("<script>alert(1)</script>" * 100, "Perangkat tidak dikenal"),
    ],
)
def test_a_device_is_told_by_browser_and_system(user_agent: str, words: str) -> None:
    assert describe_device(user_agent) == words
