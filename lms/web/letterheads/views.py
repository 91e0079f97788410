"""Letterheads: those that were set, the sheet as it would look, and another version."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from lms.accounts.permissions import Permission
from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.letterhead_versions import (
    add_letterhead,
    find_emblem,
    find_emblem_of,
    find_letterhead_on,
    get_letterhead,
    keep_emblem,
    list_letterheads,
    read_letterhead,
)
from lms.certificates.letterheads import Letterhead
from lms.certificates.picture import draw_certificate
from lms.certificates.theme import theme_of
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Invalid
from lms.http.addresses import public_url
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.unit_of_work import let_others_write, store_at_once
from lms.printing.fonts import BUILT_FONTS
from lms.web.fields import blame, typed
from lms.web.letterheads.forms import LetterheadForm

bp = Blueprint("letterheads", __name__, url_prefix="/koordinator/kop-sertifikat")
open_to(bp, Permission.SET_LETTERHEADS)

SAMPLE: Final = CertificateFacts(
    code="000000000000",
    number="HAM.01/000000/2026",
    holder_name="Nama Contoh, S.H.",
    employee_number="190501172099031001",
    institution_name="Instansi Contoh",
    was_confirmed=True,
    cause_kind=CauseKind.PASSED_ATTEMPT,
    title="Judul modul contoh",
    theme="nilai-dasar",
    pocketbook_code="HAM-01",
    edition_name="2026.1",
    release_name="2026.1",
    release_sha256="0" * 64,
    credit_hours=2,
    completed_on=date(2026, 1, 2),
    issued_at=datetime(2026, 1, 2, tzinfo=UTC),
    template_version=3,
    saw_key=False,
    started_on=date(2026, 1, 1),
    pass_mark=80,
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The versions, and a form that begins with the one in use."""
    form, today = LetterheadForm(), local_day(utc_now())
    current = find_letterhead_on(today)
    shown = None
    if current is None:
        form.valid_from.data = today
    else:
        shown = get_letterhead(current)
        form.show(shown, find_emblem_of(current), today)
    return _page(form, shown)


@bp.post("")
def set_version() -> ResponseReturnValue:
    """Show the sheet as it would look, or set the version; a refusal stands at its field."""
    form = LetterheadForm()
    is_read = form.validate()
    try:
        letterhead = _letterhead(form)
        if not is_read:
            return _page(form, None), 422
        if "preview" in request.form:
            return _page(form, letterhead, is_preview=True)
        add_letterhead(
            letterhead,
            typed(form.emblem_name) or None,
            valid_from=form.valid_from.data or local_day(utc_now()),
            valid_until=form.valid_until.data,
            actor_id=current_account().account_id,
            now=utc_now(),
        )
    except Invalid as refusal:
        blame(form, refusal)
        return _page(form, None), 422
    flash(gettext("Kop ditetapkan untuk sertifikat yang terbit pada masa berlakunya."), "valid")
    return redirect(url_for(".index"))


def _letterhead(form: LetterheadForm) -> Letterhead:
    """What the form says, with the emblem that it brings or brought; that stays with the form."""
    brought = form.emblem.data.read() if form.emblem.data else b""
    if brought:
        form.emblem_name.data = _keep(brought)
    elif form.has_no_emblem.data:
        form.emblem_name.data = ""
    emblem = find_emblem(typed(form.emblem_name))
    if emblem is None:
        form.emblem_name.data = ""
    if form.errors:
        return form.read()
    return replace(read_letterhead(form.read()), emblem=emblem)


def _keep(content: bytes) -> str:
    """Keep an emblem now, so that it is there still if another field is refused."""
    names: list[str] = []
    let_others_write()
    store_at_once(lambda: names.append(keep_emblem(content, now=utc_now())))
    return names[0]


def _page(form: LetterheadForm, shown: Letterhead | None, *, is_preview: bool = False) -> str:
    return render_template(
        "letterheads/letterheads.html",
        form=form,
        picture=None if shown is None else _picture(shown),
        is_preview=is_preview,
        has_emblem=bool(form.emblem_name.data),
        versions=list_letterheads(),
        current=find_letterhead_on(local_day(utc_now())),
    )


def _picture(letterhead: Letterhead) -> Markup:
    """A sheet of nobody, with this letterhead."""
    imprint = Imprint(
        issuer_name=current_app.config["SAKUHAM"].issuer_name,
        verify_url=public_url("verification.show", code=SAMPLE.code),
        letterhead=letterhead,
    )
    picture = draw_certificate(SAMPLE, imprint, theme_of(SAMPLE.theme), fonts=BUILT_FONTS)
    return Markup(picture)  # noqa: S704 - drawn by our own code, which escapes every value
