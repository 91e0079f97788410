"""Commands for those who operate the platform, such as `flask content check`."""

from flask import Flask

from lms.cli.accounts import accounts
from lms.cli.certificates import certificates
from lms.cli.content import content
from lms.cli.country import country
from lms.cli.institutions import institutions
from lms.cli.keys import keys
from lms.cli.learning import learning
from lms.cli.log import log
from lms.cli.programmes import programmes
from lms.cli.roles import roles
from lms.cli.serve import serve
from lms.cli.staff_rows import staff
from lms.cli.yearly_hours import yearly_hours


def init_commands(app: Flask) -> None:
    """Register every command with `flask`."""
    for command in (
        accounts,
        certificates,
        content,
        country,
        institutions,
        keys,
        learning,
        log,
        roles,
        staff,
        programmes,
        serve,
        yearly_hours,
    ):
        app.cli.add_command(command)
