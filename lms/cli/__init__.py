"""Commands for those who operate the platform, such as `flask content check`."""

from flask import Flask

from lms.cli.content import content
from lms.cli.learning import learning
from lms.cli.people import institutions, roles, staff
from lms.cli.programmes import programmes
from lms.cli.serve import serve


def init_commands(app: Flask) -> None:
    """Hang every command into `flask`."""
    for command in (content, institutions, learning, roles, staff, programmes, serve):
        app.cli.add_command(command)
