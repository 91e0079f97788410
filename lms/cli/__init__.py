"""Commands for those who operate the platform, such as `flask content check`."""

from flask import Flask

from lms.cli.content import content
from lms.cli.people import institutions, roles, staff
from lms.cli.regrading import learning
from lms.cli.running import serve
from lms.cli.tallying import programmes


def init_commands(app: Flask) -> None:
    """Hang every command into `flask`."""
    for command in (content, institutions, learning, roles, staff, programmes, serve):
        app.cli.add_command(command)
