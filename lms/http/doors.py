"""Doors: whom a section of pages is for, said once by its blueprint and asked before each page."""

from flask import Blueprint, current_app

from lms.accounts.permissions import Permission
from lms.errors import N_, NotAllowed
from lms.http.principal import current_account


def open_to(blueprint: Blueprint, *permissions: Permission) -> None:
    """Guard a blueprint as a whole: for who may do all of this, or for everybody signed in."""

    def guard() -> None:
        principal = current_account()
        if not principal.permissions.issuperset(permissions):
            raise NotAllowed(N_("Halaman ini tidak termasuk dalam peran Anda."))

    blueprint.before_request(guard)
    _declare(blueprint, frozenset(permissions))


def open_to_all(blueprint: Blueprint) -> None:
    """Say that a blueprint is for everybody, signed in or not."""
    _declare(blueprint, None)


def is_guarded(blueprint: str | None) -> bool:
    """Whether the pages of a blueprint are for people who are signed in."""
    return current_app.extensions["guards"].get(blueprint) is not None


def _declare(blueprint: Blueprint, permissions: frozenset[Permission] | None) -> None:
    blueprint.record(
        lambda state: state.app.extensions.setdefault("guards", {}).__setitem__(
            blueprint.name, permissions
        )
    )
