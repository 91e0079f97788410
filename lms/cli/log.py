"""`flask log`: the public log, for who restores a database."""

from typing import Final, TextIO

import click
from flask import current_app

from lms.db import read_only
from lms.transparency.continuity import Comparison, Continuity, compare_with, kept_in
from lms.transparency.notes import BadNote

_BROKEN: Final = {
    Continuity.CUT_OFF: "The log in this database ends at {size}: entries that were published are"
    " not in it.",
    Continuity.REWRITTEN: "The log in this database has {size} entries, and its first {head.size}"
    " are others.",
    Continuity.RENAMED: "The log in this database has another name than {head.origin}.",
}
_REMEDY: Final = (
    "Do not start the jobs process: it would sign another log. Restore a newer backup; if there is"
    " none, docs/operator.md, part 10, says what to do."
)


@click.group()
def log() -> None:
    """The public log of certificates."""


@log.command("check-restore")
@click.argument("checkpoints", nargs=-1, type=click.File(encoding="utf-8"))
def check_restore(checkpoints: tuple[TextIO, ...]) -> None:
    """Compare the log in the database with checkpoints that were published before.

    A file is a checkpoint as the site gave it once, or as audit.py --save keeps it; - reads what is
    typed. Without one it is the checkpoint that was kept on this host. Changes nothing; exit code 1
    where the log does not go on from one of them.
    """
    with read_only():
        sound = [_tell(name, note) for name, note in _read(checkpoints)]
    if not all(sound):
        raise click.ClickException(_REMEDY)


def _read(checkpoints: tuple[TextIO, ...]) -> list[tuple[str, str]]:
    """Names and contents of what was given, or of what this host has kept."""
    if checkpoints:
        return [(file.name, file.read()) for file in checkpoints]
    kept = kept_in(current_app.config["SAKUHAM"].log_checkpoint_folder)
    if kept is None or not kept.exists():
        raise click.ClickException(
            "This host has kept no checkpoint of this log. Name a file with one: from another host,"
            " from whoever audits the log, or from a copy of what the site gave."
        )
    return [(str(kept), kept.read_text(encoding="utf-8"))]


def _tell(name: str, note: str) -> bool:
    """Say how the log stands to a checkpoint; whether it goes on from it."""
    try:
        found = compare_with(note)
    except BadNote as error:
        raise click.ClickException(
            f"{name} holds no checkpoint: the log's name, the number of entries, the root and a"
            " signature, each on a line of its own."
        ) from error
    click.echo(f"{name}: {found.head.size} entries of {found.head.origin}.")
    if not found.is_ours:
        click.echo(_unsigned(found))
        return False
    if found.continuity is Continuity.KEPT:
        click.echo(f"The log in this database has {found.size} and goes on from these.")
        return True
    click.echo(_BROKEN[found.continuity].format(size=found.size, head=found.head))
    return False


def _unsigned(found: Comparison) -> str:
    return (
        "No key of this database has signed it: it is of another log, it was changed, or the backup"
        f" is older than its key. The log here has {found.size} entries."
    )
