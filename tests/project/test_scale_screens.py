"""`bin/bench scale` measures every screen of the desk, or says why not."""

from flask import Flask

from bench.scale_screens import (
    NOT_MEASURED,
    Keys,
    Screen,
    find_forgotten,
    go_on,
    list_others,
    list_screens,
    read_list,
)

KEYS = Keys(1, 2, 3, "190501172099032001")
LIST = """
<form method="get" action="/kepegawaian"><select name="status"><option value="">Semua</option>
<option value="finished">Selesai</option><option value="started">Berjalan</option></select></form>
<form method="get" action="/cari"><select name="buku"><option value="x">X</option></select></form>
<a href="/kepegawaian?urut=unit">Unit</a> <a href="/kepegawaian?cari=a&amp;urut=jp">JP</a>
"""


def every_screen(app: Flask) -> list[Screen]:
    """Those that stand in the list, and the others."""
    listed = list(list_screens(KEYS, lambda _: ""))
    return [*listed, *list_others(app, KEYS, listed)]


def test_no_screen_of_the_desk_is_forgotten(app: Flask) -> None:
    screens = every_screen(app)
    assert find_forgotten(app, screens) == []
    assert len({screen.title for screen in screens}) == len(screens)


def test_nothing_is_excused_that_is_not_there(app: Flask) -> None:
    assert NOT_MEASURED.keys() <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_page_that_stands_in_no_list_is_measured_by_its_address(app: Flask) -> None:
    listed = [each for each in list_screens(KEYS, lambda _: "") if each.title != "A unit"]
    others = {each.title: each.path for each in list_others(app, KEYS, listed)}
    assert others["units.show"] == "/instansi/1/unit/2"


def test_a_page_that_nobody_measures_is_named(app: Flask) -> None:
    screens = [each for each in every_screen(app) if each.title != "Units"]
    assert find_forgotten(app, screens) == ["units.list"]


def test_filters_and_orders_are_read_from_the_list() -> None:
    form = read_list(LIST)
    assert form.filters == [("status", "finished"), ("status", "started")]
    assert form.orders == ["/kepegawaian?cari=a&urut=jp", "/kepegawaian?urut=unit"]


def test_a_list_is_followed_to_a_page_or_to_its_end() -> None:
    def fetch(path: str) -> str:
        number = int(path.rpartition("=")[2] or 1)
        return "" if number == 7 else f'<a class="x" rel="next" href="/l?a=1&amp;p={number + 1}">'

    assert go_on("/l?p=1", fetch, most=3) == ("/l?a=1&p=3", 3)
    assert go_on("/l?p=1", fetch) == ("/l?a=1&p=7", 7)
