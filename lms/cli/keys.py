"""`flask keys`: the keys that sign certificates, credentials, QR codes and the log."""

import click
from flask import current_app

from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer, list_public_keys
from lms.keys.service import (
    add_keys,
    list_missing,
    make_hardware_keys,
    make_keys,
    rotate_keys,
)
from lms.keys.signers import CannotSign, LabelTaken

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
@click.option("--hardware", "label", help="Have the hardware module make and keep it, so called.")
def rotate(purpose: str, label: str | None) -> None:
    """Retire the key in use of a purpose, and make another.

    What the old one signed stays true, and it stays published. A new root comes with a new seal. A
    hardware module (PKCS11_MODULE) may make and keep the key of the seal.
    """
    if label and purpose != Purpose.SEAL.value:
        raise click.ClickException("A hardware module keeps the key of the seal alone.")
    now, issuer = utc_now(), current_app.config["SAKUHAM"].issuer_name
    with read_only():
        try:
            made = (
                make_hardware_keys(label, issuer, now=now)
                if label
                else make_keys([Purpose(purpose)], issuer, now=now)
            )
        except (CannotSign, LabelTaken) as error:
            raise click.ClickException(f"Nothing was changed. {error}") from error
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
                state = "CLOSED: its passphrase or its module is not the one of the settings"
            else:
                state = "in use"
            made = f"{key.created_at:%Y-%m-%d}"
            click.echo(f"{key.key_id:14} {key.algorithm.value:10} {made}  {state}")
