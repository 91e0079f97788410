"""Doors: whom a section of pages is for, said once by its blueprint and asked before each page."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request

from lms.accounts.permissions import Permission
from lms.accounts.queries import find_signed_in
from lms.clock import utc_now
from lms.db import read_only
from lms.errors import N_, NotAllowed
from lms.http.cookies import name_of
from lms.http.principal import COOKIE, SignInNeeded, current_account
from lms.http.second_step import awaits_second_step

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_NOT_YOURS = N_("Halaman ini tidak termasuk dalam peran Anda.")


def open_to(blueprint: Blueprint, *permissions: Permission) -> None:
    """Guard a blueprint as a whole: for who may do all of this, or for everybody signed in."""

    def guard() -> None:
        principal = current_account()
        if not principal.permissions.issuperset(permissions):
            raise NotAllowed(_NOT_YOURS)

    blueprint.before_request(guard)
    declare_door(blueprint, frozenset(permissions))


def open_to_all(blueprint: Blueprint) -> None:
    """Say that a blueprint is for everybody, signed in or not."""
    declare_door(blueprint, None)


def is_guarded(blueprint: str | None) -> bool:
    """Whether the pages of a blueprint are for people who are signed in."""
    return current_app.extensions["guards"].get(blueprint) is not None


def find_objection(
    app: Flask, permission: Permission, environ: "WSGIEnvironment"
) -> Exception | None:
    """Why who sends this may not do it, before there is a request: for what keeps a place of few.

    By the cookie of a device. None lets them in; where the database cannot be asked, nobody is.
    """
    with app.app_context():
        token = Request(environ).cookies.get(name_of(COOKIE))
        try:
            with read_only():
                principal = find_signed_in(token, now=utc_now()) if token else None
        except SQLAlchemyError as error:
            return error
        is_half_way = principal is not None and awaits_second_step(principal)
    if principal is None or is_half_way:
        return SignInNeeded()
    return None if principal.may(permission) else NotAllowed(_NOT_YOURS)


def declare_door(blueprint: Blueprint, permissions: frozenset[Permission] | None) -> None:
    """Say for whom a blueprint is: None for everybody, and else not."""
    blueprint.record(
        lambda state: state.app.extensions.setdefault("guards", {}).__setitem__(
            blueprint.name, permissions
        )
    )
