"""What all pages of an officer's own people have in common."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from lms.accounts.principal import Principal
from lms.http.principal import current_account
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.progress.modules import list_modules
from lms.web.staff.asked import Asked


def own_scope() -> Scope:
    """Whose people the asker answers for; raises NoInstitution of who answers for nobody."""
    officer: Principal = current_account()
    return scope_of(officer)


def read_asked(scope: Scope, fields: MultiDict[str, str] | None = None) -> Asked:
    """The list that an address or a form asks for, of one institution unless it says otherwise."""
    institutions = list_scope_institutions(scope)
    return Asked.read(
        request.values if fields is None else fields,
        list_modules(),
        [institution_id for institution_id, _ in institutions],
    )


def list_url(values: Mapping[str, str]) -> str:
    """The list that these fields ask for; without any it is everybody, and not the default."""
    fields: dict[str, Any] = dict(values) or {"urut": "menunggu"}
    return url_for("staff.list", **fields)
