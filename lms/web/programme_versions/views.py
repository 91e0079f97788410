"""Programmes for coordinators: a list, a page each, and what is prepared, published and closed."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.pocketbooks.queries import list_books
from lms.programmes.models import ProgrammeState
from lms.programmes.overview import PAGE_SIZE, Version, count_lines, list_lines, list_versions
from lms.programmes.targets import count_targets
from lms.programmes.versions import (
    close_programme,
    discard_preparation,
    prepare_programme,
    prepare_version,
    publish_preparation,
    revise_preparation,
)
from lms.web.fields import blame, typed
from lms.web.institutions.forms import page_of
from lms.web.programme_versions.forms import ClosingForm, VersionForm
from lms.web.programme_versions.wording import list_differences, name_of, window

bp = Blueprint("programme_versions", __name__, url_prefix="/koordinator/program")
open_to(bp, Permission.MANAGE_PROGRAMMES)


@bp.get("")
def list() -> ResponseReturnValue:  # noqa: A001 - as the others are called
    """Every programme with its figure."""
    count = count_lines()
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(page_of(request.args), pages)
    return render_template(
        "programme_versions/list.html",
        lines=list_lines(page),
        count=count,
        page=page,
        pages=pages,
    )


@bp.route("/baru", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Begin a programme, whose first version is prepared."""
    form = VersionForm()
    form.offer(list_books())
    if request.method == "GET":
        form.starts_on.data = local_day(utc_now())
        return _form(form, None)
    if form.validate():
        slug = typed(form.slug).strip()
        try:
            wish = form.read()
            prepare_programme(slug, wish, actor_id=current_account().account_id, now=utc_now())
        except (Invalid, Conflict) as refusal:
            blame(form, refusal)
            return _form(form, None), status_of(refusal)
        flash(gettext("Program disiapkan. Penghitungannya sedang berjalan."), "neutral")
        return redirect(url_for(".show", slug=slug))
    return _form(form, None), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The figure, what is prepared, and all versions with what each has changed."""
    versions = list_versions(slug)
    modules = {book.module_id: f"{book.code} {book.title}" for book in list_books()}
    former = [*versions[1:], None]
    changes = {
        version.number: list_differences(before, version, modules) if before else []
        for version, before in zip(versions, former, strict=True)
    }
    prepared, current = _prepared(versions), _current(versions)
    main = current or versions[0]
    return render_template(
        "programme_versions/show.html",
        main=main,
        current=current,
        prepared=prepared,
        published=[each for each in versions if each.published_at],
        changes=changes,
        modules=[name_of(key, modules) for key in sorted(main.module_ids)],
        window=window(main),
        target_count=count_targets((prepared or main).programme_id),
    )


@bp.route("/<slug>/ubah", methods=["GET", "POST"])
def change(slug: str) -> ResponseReturnValue:
    """Prepare a change, or go on with the one that is prepared."""
    versions = list_versions(slug)
    begun = _prepared(versions)
    form = VersionForm()
    form.offer(list_books())
    if request.method == "GET":
        form.show(begun or versions[0])
        return _form(form, versions[0])
    if form.validate():
        begin = revise_preparation if begun else prepare_version
        try:
            begin(slug, form.read(), actor_id=current_account().account_id, now=utc_now())
        except (Invalid, Conflict) as refusal:
            blame(form, refusal)
            return _form(form, versions[0]), status_of(refusal)
        flash(gettext("Perubahan disiapkan. Periksa, lalu terbitkan."), "neutral")
        return redirect(url_for(".show", slug=slug))
    return _form(form, versions[0]), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/<slug>/terbitkan")
def publish(slug: str) -> ResponseReturnValue:
    """Have what is prepared take the place of the present version."""
    actor = current_account().account_id
    version = publish_preparation(slug, actor_id=actor, now=utc_now())
    number = version.definition_version
    flash(gettext("Definisi versi %(number)s terbit.", number=number), "valid")
    return redirect(url_for(".show", slug=slug))


@bp.post("/<slug>/buang")
def discard(slug: str) -> ResponseReturnValue:
    """Give up what is prepared."""
    is_shown = _current(list_versions(slug)) is not None
    discard_preparation(slug, actor_id=current_account().account_id, now=utc_now())
    flash(gettext("Persiapan dibuang. Yang berlaku tidak berubah."), "neutral")
    return redirect(url_for(".show", slug=slug) if is_shown else url_for(".list"))


@bp.route("/<slug>/tutup", methods=["GET", "POST"])
def close(slug: str) -> ResponseReturnValue:
    """End a programme with a reason; its figure stays and is final."""
    versions = list_versions(slug)
    form = ClosingForm()
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.validate():
            try:
                reason, actor = typed(form.reason), current_account().account_id
                close_programme(slug, reason, actor_id=actor, now=utc_now())
            except (Invalid, Conflict) as refusal:
                blame(form, refusal)
                status = HTTPStatus(status_of(refusal))
            else:
                flash(gettext("Program ditutup. Angka terakhirnya tetap tampil."), "valid")
                return redirect(url_for(".show", slug=slug))
    page = render_template("programme_versions/close.html", form=form, main=versions[0])
    return page, status


def _form(form: VersionForm, present: Version | None) -> str:
    return render_template("programme_versions/edit.html", form=form, present=present)


def _prepared(versions: Sequence[Version]) -> Version | None:
    return next((each for each in versions if each.state is ProgrammeState.PREPARING), None)


def _current(versions: Sequence[Version]) -> Version | None:
    shown = (ProgrammeState.PUBLISHED, ProgrammeState.CLOSED)
    return next((each for each in versions if each.state in shown), None)
