"""`flask keys`: the keys that sign certificates, credentials, QR codes and the log."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app

from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.keys.enums import Purpose
from lms.keys.material import KeyMaterial
from lms.keys.queries import find_signer, is_root_away, list_public_keys
from lms.keys.root_file import SHORTEST_PASSPHRASE, read_root, write_root
from lms.keys.service import (
    OtherRoot,
    RootAway,
    add_keys,
    forget_root,
    list_missing,
    make_hardware_keys,
    make_keys,
    open_root,
    require_in_use,
    rotate_keys,
)
from lms.keys.signers import CannotSign, LabelTaken

_PURPOSES = click.Choice([purpose.value for purpose in Purpose])
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """Keys that sign for the issuer; each purpose has its own."""


def make_missing_keys(issuer_name: str) -> list[str]:
    """Make a key for every purpose that has none in use; returns their names."""
    with read_only():
        missing = list_missing()
        if is_root_away() and Purpose.SEAL in missing:
            missing.remove(Purpose.SEAL)  # it takes the file, and somebody who has it
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
    for name in names:
        click.echo(f"Made {name}")
    with read_only():
        is_whole = not list_missing()
    if not is_whole:
        raise click.ClickException("There is no seal: flask keys rotate seal --root-file FILE.")
    if not names:
        click.echo("Every purpose has its key.")


@keys.command("rotate")
@click.argument("purpose", type=_PURPOSES)
@click.option("--hardware", "label", help="Have the hardware module make and keep it, so called.")
@click.option("--root-file", type=_FILE, help="Where the root is kept, if not on the server.")
def rotate(purpose: str, label: str | None, root_file: Path | None) -> None:
    """Retire the key in use of a purpose, and make another.

    What the old one signed stays true, and it stays published. A new root comes with a new seal. A
    hardware module (PKCS11_MODULE) may make and keep the key of the seal. A root that was taken off
    the server (flask keys export-root) is read from its file for this command alone; a new root is
    written to the file, which must not be there yet, and never stored on the server.
    """
    if label and purpose != Purpose.SEAL.value:
        raise click.ClickException("A hardware module keeps the key of the seal alone.")
    if root_file and purpose not in {Purpose.SEAL.value, Purpose.ROOT.value}:
        raise click.ClickException("The root certifies the key of the seal alone.")
    now, issuer = utc_now(), current_app.config["SAKUHAM"].issuer_name
    is_root = purpose == Purpose.ROOT.value
    root = None if root_file is None or is_root else _read_root(root_file)
    with read_only(), _told():
        if root is not None:
            require_in_use(root)
        made = (
            make_hardware_keys(label, issuer, root=root, now=now)
            if label
            else make_keys([Purpose(purpose)], issuer, root=root, now=now)
        )
    if root_file and is_root:
        made = [_put_away(key, root_file) if key.purpose is Purpose.ROOT else key for key in made]
    with transaction():
        names = rotate_keys(made, now=now)
    click.echo("\n".join(f"Made {name}" for name in names))


@keys.command("export-root")
@click.argument("file", type=_FILE)
def export_root(file: Path) -> None:
    """Take the root's private key off the server, into a file behind a passphrase.

    The file (PKCS #12) must not be there yet. It is written, read back and opened, and only then
    is the key erased from the database. Seals in use go on; keys of new seals are certified with
    the file: flask keys rotate seal --root-file FILE.
    """
    with read_only(), _told():
        root = open_root()
    _put_away(root, file)
    with _told(), transaction():
        name = forget_root(root, now=utc_now())
    click.echo(
        f"{name} is in {file} and no longer in the database. Keep the file and its passphrase"
        " apart from each other and away from this server, with a copy elsewhere, and delete it"
        " here. Backups of before have the key still, encrypted with KEYS_PASSPHRASE."
    )


@contextmanager
def _told() -> Iterator[None]:
    """Whoever asks is told why a key could not be made, and that nothing was changed."""
    try:
        yield
    except (CannotSign, LabelTaken) as error:
        raise click.ClickException(f"Nothing was changed. {error}") from error
    except OtherRoot as error:
        raise click.ClickException(f"Nothing was changed. {error}") from error
    except RootAway as error:
        raise click.ClickException(
            "The root is not on this server: name the file that it is in with --root-file."
        ) from error
    except LookupError as error:
        raise click.ClickException("There is no root yet: flask keys create.") from error
    except ValueError as error:
        raise click.ClickException(
            "The root cannot be opened: KEYS_PASSPHRASE is not the one it was made with."
            " Restore the passphrase, or make another root: flask keys rotate root."
        ) from error


def _put_away(root: KeyMaterial, file: Path) -> KeyMaterial:
    """Write a root to a new file, make sure that it can be read; gives it without its private key.

    Nobody but the owner may read the file.
    """
    passphrase = click.prompt(
        f"Passphrase of the file ({SHORTEST_PASSPHRASE} characters at least)",
        hide_input=True,
        confirmation_prompt=True,
    )
    try:
        content = write_root(root, passphrase)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(f"Nothing was changed. {file} is there already.") from error
    except OSError as error:
        raise click.ClickException(f"Nothing was changed. {file}: {error.strerror}.") from error
    except ValueError as error:
        raise click.ClickException(f"Nothing was changed. {error}") from error
    try:
        with os.fdopen(opened, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        kept = read_root(file.read_bytes(), passphrase)
    except (OSError, ValueError) as error:
        file.unlink(missing_ok=True)
        raise click.ClickException(f"Nothing was changed. {file}: {error}") from error
    if kept.public_der != root.public_der:
        raise click.ClickException(f"Nothing was changed. {file} does not hold what was written.")
    return replace(root, private_key=None)


def _read_root(file: Path) -> KeyMaterial:
    """The root that is in a file."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"Nothing was changed. {file}: {error.strerror}.") from error
    passphrase = click.prompt("Passphrase of the file", hide_input=True)
    try:
        return read_root(content, passphrase)
    except ValueError as error:
        raise click.ClickException(
            f"Nothing was changed. {file} holds no root, or this is not its passphrase."
        ) from error


@keys.command("list")
def list_all() -> None:
    """Every key: its name, how it signs, since when, and whether it can be used."""
    with read_only():
        for key in list_public_keys():
            if key.retired_at is not None:
                state = f"retired {key.retired_at:%Y-%m-%d}"
            elif key.purpose is Purpose.ROOT and is_root_away():
                state = "in use, kept in a file"
            elif find_signer(key.purpose) is None:
                state = "CLOSED: its passphrase or its module is not the one of the settings"
            else:
                state = "in use"
            made = f"{key.created_at:%Y-%m-%d}"
            click.echo(f"{key.key_id:14} {key.algorithm.value:10} {made}  {state}")
