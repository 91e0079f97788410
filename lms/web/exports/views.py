"""Exports: of a list in columns of one's choice, of figures by unit, and of all certificates."""

from typing import Final

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.datastructures import MultiDict

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Conflict
from lms.exports.asked import Asked
from lms.exports.columns import ALL, Layout, Table
from lms.exports.layouts import delete_layout, get_layout, list_layouts, store_layout
from lms.exports.queries import find_point
from lms.exports.runs import Wish
from lms.exports.service import set_marks
from lms.exports.units import report_units
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.http.unit_of_work import store_at_once
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.institutions.service import note_export
from lms.jobs.kind import File
from lms.jobs.service import enqueue
from lms.progress.modules import list_modules
from lms.progress.staff import count
from lms.web.exports.forms import MOST_REFERENCES, read_layout, read_references, rows_of
from lms.web.exports.jobs import EXPORT, LARGEST_AT_ONCE, SHEETS, is_large, make_at_once
from lms.web.exports.reports import unit_file
from lms.web.staff.asked import Asked as AskedList

bp = Blueprint("exports", __name__, url_prefix="/kepegawaian/ekspor")
open_to(bp, Permission.MANAGE_STAFF)

_FORMATS: Final = ("xlsx", "csv")


@bp.get("")
def show() -> ResponseReturnValue:
    """What can be taken away of a list: in which columns, since when, and in which file."""
    scope, listed, now = _scope(), _listed(request.args), utc_now()
    officer_id = current_account().account_id
    number = count(scope, listed.filter, now=now)
    layouts = list_layouts(officer_id)
    points = {layout.key: find_point(officer_id, layout.key) for layout in layouts}
    return render_template(
        "exports/export.html",
        institution_names=[name for _, name in list_scope_institutions(scope)],
        number=number,
        asked=listed.values,
        layouts=layouts,
        exported={key: point[1] for key, point in points.items() if point is not None},
        is_large=is_large(number),
        largest=LARGEST_AT_ONCE,
    )


@bp.get("/berkas.<any(xlsx, csv):format>")
def file(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """A list of few people at once; a longer one leads to where it is asked for as a job."""
    scope, listed = _scope(), _listed(request.args)
    if is_large(count(scope, listed.filter, now=utc_now())):
        return redirect(f"{url_for('.show')}?{listed.query}")
    wish = _wish(listed, request.args, format)
    if request.method == "GET":
        store_at_once(lambda: note_export(scope, format, now=utc_now()))
    issuer = current_app.config["SAKUHAM"].issuer_name
    made = make_at_once(current_account().account_id, scope.keys, wish, issuer, utc_now())
    return _answer(made)


@bp.post("")
@at_most("60 per hour")
def ask() -> ResponseReturnValue:
    """The same as a job, however long the list; with marks, and only what is new, if wanted."""
    scope, listed, now = _scope(), _listed(request.form), utc_now()
    file_format = "csv" if request.form.get("format") == "csv" else "xlsx"
    wish = _wish(listed, request.form, file_format)
    arguments = {**wish.as_json(), "language": str(get_locale())}
    enqueue(EXPORT, arguments, asker_id=scope.officer_id, scope=scope.keys, now=now)
    note_export(scope, file_format, now=now)
    flash(gettext("Ekspor sedang disiapkan."), "neutral")
    return redirect(url_for("jobs.list"))


@bp.post("/sertifikat")
@at_most("20 per hour")
def ask_for_sheets() -> ResponseReturnValue:
    """All certificates in force of a list's confirmed people, as ZIP or as one PDF, as a job."""
    scope, listed, now = _scope(), _listed(request.form), utc_now()
    form = "pdf" if request.form.get("bentuk") == "pdf" else "zip"
    asked = Asked(listed.filter, listed.sort)
    arguments = {
        "asked": asked.as_json(),
        "form": form,
        "part": min(max(request.form.get("bagian", 1, type=int), 1), 100_000),
    }
    enqueue(SHEETS, arguments, asker_id=scope.officer_id, scope=scope.keys, now=now)
    note_export(scope, form, now=now)
    flash(gettext("Sertifikat sedang disiapkan."), "neutral")
    return redirect(url_for("jobs.list"))


@bp.get("/unit.<any(xlsx, pdf):format>")
def units(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """How far each unit is, to be printed or reckoned with."""
    scope, listed, now = _scope(), _listed(request.args), utc_now()
    report = report_units(scope, Asked(listed.filter, listed.sort), now=now)
    names = [
        name
        for institution_id, name in list_scope_institutions(scope)
        if listed.filter.institution_id in {None, institution_id}
    ]
    if request.method == "GET":
        store_at_once(lambda: note_export(scope, format, now=utc_now()))
    return _answer(unit_file(report, names, format, now))


@bp.get("/susunan/<key>")
def layout(key: str) -> ResponseReturnValue:
    """Arrange the columns of a layout; a ready one is the beginning of an own one."""
    found = get_layout(current_account().account_id, key)
    return _layout_page(found)


@bp.post("/susunan/<key>")
def save_layout(key: str) -> ResponseReturnValue:
    """Store a layout; of a ready one, or under `baru`, as one of the officer's own."""
    officer_id = current_account().account_id
    is_own = key.isdecimal() and request.form.get("sebagai") != "baru"
    arranged, wrong = read_layout(request.form, key if is_own else "")
    if wrong is None:
        try:
            stored = store_layout(officer_id, arranged)
        except Conflict as refusal:
            wrong = translate(refusal.sentence)
        else:
            flash(gettext("Susunan %(name)s tersimpan.", name=arranged.name), "valid")
            return redirect(url_for(".show", susunan=stored))
    return _layout_page(arranged, key=key, wrong=wrong), 422


@bp.post("/susunan/<key>/hapus")
def remove_layout(key: str) -> ResponseReturnValue:
    """Delete one of the officer's own layouts."""
    name = delete_layout(current_account().account_id, key)
    flash(gettext("Susunan %(name)s dihapus.", name=name), "neutral")
    return redirect(url_for(".show"))


@bp.route("/tanda", methods=["GET", "POST"])
def marks() -> ResponseReturnValue:
    """Mark certificates as handed on to the personnel system, or take the mark back."""
    scope = _scope()
    if request.method == "GET":
        return render_template("exports/marks.html", typed="", wrong=None, unknown=[])
    text = request.form.get("nomor", "")
    references = read_references(text)
    wrong = None
    if not references:
        wrong = gettext("Tempel nomor atau kode verifikasi sertifikat.")
    elif len(references) > MOST_REFERENCES:
        wrong = gettext(
            "Paling banyak %(max)d sertifikat sekaligus; ini %(number)d. Bagi daftarnya.",
            max=MOST_REFERENCES,
            number=len(references),
        )
    if wrong is not None:
        return render_template("exports/marks.html", typed=text, wrong=wrong, unknown=[]), 422
    is_delivered = request.form.get("tanda") != "belum"
    number, unknown = set_marks(scope, references, is_delivered=is_delivered, now=utc_now())
    if number:
        word = (
            gettext("%(number)d sertifikat ditandai sudah diserahkan.", number=number)
            if is_delivered
            else gettext("Tanda %(number)d sertifikat dihapus.", number=number)
        )
        flash(word, "valid")
    if unknown:
        page = render_template(
            "exports/marks.html", typed="\n".join(unknown), wrong=None, unknown=unknown
        )
        return page, 200 if number else 422
    return redirect(url_for(".marks"))


def _layout_page(arranged: Layout, key: str | None = None, wrong: str | None = None) -> str:
    return render_template(
        "exports/layout.html",
        layout=arranged,
        key=arranged.key if key is None else key,
        rows={table.value: rows for table, rows in rows_of(arranged).items()},
        words={table.value: words for table, words in ALL.items()},
        wrong=wrong,
    )


def _wish(listed: AskedList, fields: MultiDict[str, str], file_format: str) -> Wish:
    """What is asked for; raises NoSuchLayout."""
    officer_id = current_account().account_id
    chosen = get_layout(officer_id, fields.get("susunan", "lengkap"))
    wants_certificates = fields.get("tabel") == Table.CERTIFICATES.value
    table = Table.CERTIFICATES if wants_certificates else Table.PEOPLE
    if not chosen.of(table):
        table = Table.PEOPLE if chosen.people else Table.CERTIFICATES
    point = find_point(officer_id, chosen.key) if "baru" in fields else None
    return Wish(
        Asked(listed.filter, listed.sort),
        chosen.key,
        file_format,
        table,
        listed.query,
        point[0] if point is not None else None,
        "tandai" in fields,
    )


def _listed(fields: MultiDict[str, str]) -> AskedList:
    institutions = [key for key, _ in list_scope_institutions(_scope())]
    return AskedList.read(fields, list_modules(), institutions)


def _scope() -> Scope:
    return scope_of(current_account())


def _answer(made: File) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Cache-Control": "no-store",
    }
    if isinstance(made.content, bytes):
        content = made.content
    else:
        with made.content as opened:
            opened.seek(0)
            content = opened.read()
    return Response(content, mimetype=made.media_type, headers=headers)
