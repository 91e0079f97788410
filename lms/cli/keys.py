"""`flask keys`: the keys that sign certificates, credentials, QR codes and the log."""

import click
from flask import current_app

from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer, list_public_keys
from lms.keys.service import add_keys, list_missing, make_keys, rotate_keys

_PURPOSES = click.Choice([purpose.value for purpose in Purpose])


@click.group()
def keys() -> None:
    """Keys that sign for the issuer; each purpose has its own."""


def make_missing_keys(issuer_name: str) -> list[str]:
    """Make a key for every purpose that has none in use; returns their names."""
    with read_only():
        missing = list_missing()
        now = utc_now()
        made = make_keys(missing, issuer_name, now=now) if missing else []
    if not made:
        return []
    with transaction():
        return add_keys(made, now=now)


@keys.command("create")
def create() -> None:
    """Make a key for every purpose that has none; those that are there stay."""
    names = make_missing_keys(current_app.config["SAKUHAM"].issuer_name)
    click.echo("\n".join(f"Made {name}" for name in names) or "Every purpose has its key.")


@keys.command("rotate")
@click.argument("purpose", type=_PURPOSES)
def rotate(purpose: str) -> None:
    """Retire the key in use of a purpose, and make another.

    What the old one signed stays true, and it stays published. A new root comes with a new seal.
    """
    now = utc_now()
    with read_only():
        try:
            made = make_keys([Purpose(purpose)], current_app.config["SAKUHAM"].issuer_name, now=now)
        except LookupError as error:
            raise click.ClickException("There is no root yet: flask keys create.") from error
        except ValueError as error:
            raise click.ClickException(
                "The root cannot be opened: KEYS_PASSPHRASE is not the one it was made with."
                " Restore the passphrase, or make another root: flask keys rotate root."
            ) from error
    with transaction():
        names = rotate_keys(made, now=now)
    click.echo("\n".join(f"Made {name}" for name in names))


@keys.command("list")
def list_all() -> None:
    """Every key: its name, how it signs, since when, and whether it can be used."""
    with read_only():
        for key in list_public_keys():
            if key.retired_at is not None:
                state = f"retired {key.retired_at:%Y-%m-%d}"
            elif find_signer(key.purpose) is None:
                state = "CLOSED: KEYS_PASSPHRASE is not the one it was made with"
            else:
                state = "in use"
            made = f"{key.created_at:%Y-%m-%d}"
            click.echo(f"{key.key_id:14} {key.algorithm.value:10} {made}  {state}")
