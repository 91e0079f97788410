"""`flask content`: check pocketbooks like source code, and publish them."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from lms.addresses import public_address_of
from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.citations import index_citations
from lms.authoring.diagnostics import Diagnostic, Diagnostics, in_source_order
from lms.authoring.folder import looks_like_pocketbook, read_folder, source_written
from lms.authoring.interchange.conversion import convert
from lms.authoring.parsing.pocketbook import parse_pocketbook
from lms.authoring.parsing.result import ParseResult
from lms.authoring.question_ids import assign_ids
from lms.authoring.register import Regulation
from lms.authoring.report_formats import ListingKind, format_diagnostics
from lms.authoring.source.file_names import BOOK_FILE
from lms.authoring.source.limits import check_limits
from lms.authoring.source.texts import normal_text
from lms.authoring.source.tree import REGISTER_FILE
from lms.cli.failures import log_traceback
from lms.clock import utc_now
from lms.days import local_day
from lms.db import read_only, transaction
from lms.editions.models import FILE_NAMES
from lms.errors import Refusal
from lms.pocketbooks.publication import Publication, find_publication, publish_source
from lms.pocketbooks.queries import get_book, list_books
from lms.pocketbooks.search.indexing import index_release
from lms.printing.fonts import BUILT_FONTS


@click.group()
def content() -> None:
    """Pocketbooks as Markdown: check and publish."""


@content.command("check")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@click.option(
    "--quality", "with_quality", is_flag=True, help="Also what a good editor would send back."
)
def check(path: Path | None, kind: ListingKind, *, with_quality: bool) -> None:
    """Say what is wrong in a pocketbook, or in a folder of them: file, line, and how to mend it.

    Exit 1 if anything blocks publication, and with --quality if anything is found at all.
    """
    check_quality = _quality_check() if with_quality else None
    diagnostics: list[Diagnostic] = []
    for folder in find_folders(path):
        result = parse_pocketbook(read_folder(folder))
        found = check_pocketbook(result, today=local_day(utc_now()))
        if check_quality is not None:
            told = {(each.path, each.line, each.code) for each in found}
            found += [p for p in check_quality(result) if (p.path, p.line, p.code) not in told]
        diagnostics += in_source_order(found)
    listing = format_diagnostics(diagnostics, kind)
    if listing:
        click.echo(listing)
    if any(diagnostic.is_error or with_quality for diagnostic in diagnostics):
        raise SystemExit(1)


@content.command("book")
@click.argument("slug")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Also write the files into a folder."
)
def make_book(slug: str, folder: Path | None) -> None:
    """Make the files of a published pocketbook anew: A6, booklet, EPUB, card, handouts."""
    # WeasyPrint is slow to import.
    from lms.editions.service import make_files

    settings = current_app.config["SAKUHAM"]
    try:
        with read_only():
            release_id = get_book(slug).release_id
        with transaction():
            made = make_files(
                release_id,
                public_address_of,
                BUILT_FONTS,
                publisher=settings.issuer_name,
                licence=settings.book_licence,
            )
            files = {file.kind: file.content for file in made}
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for kind, data in files.items():
        name = f"{slug}-{FILE_NAMES[kind]}"
        click.echo(f"{name} {len(data) // 1024} KB")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)


@content.command("index")
def index() -> None:
    """Make anew what is searched of the pocketbooks that are offered."""
    with read_only():
        books = list_books()
    for book in books:
        with transaction():
            count = index_release(book.release_id)
        click.echo(f"{book.slug} {book.release_name} {count} passages")


@content.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_questions(file: Path) -> None:
    """Print the questions of a GIFT or Aiken file in our notation, to be copied into a chapter.

    What is lost is told line by line; exit 1 if a question was left out.
    """
    try:
        text = normal_text(file.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text; save it as UTF-8.") from error
    diagnostics = Diagnostics(file.as_posix())
    conversion = convert(text, diagnostics) if check_limits(text, diagnostics) else None
    found = in_source_order(diagnostics.entries)
    if found:
        click.echo(format_diagnostics(found, "text"), err=True)
    if conversion is None:
        raise click.ClickException(f"{file} holds no questions in GIFT or Aiken.")
    click.echo(conversion.text, nl=False)
    left_out = sum(diagnostic.is_error for diagnostic in found)
    click.echo(f"{conversion.count} converted, {left_out} left out", err=True)
    if left_out:
        raise SystemExit(1)


@content.command("sources")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--due", "only_due", is_flag=True, help="Only those that were checked over six months ago."
)
def list_sources(path: Path | None, *, only_due: bool) -> None:
    """Print each regulation with the lines of text and the questions that rest on it.

    What the register beside the pocketbooks says of it stands with it: its state, when it was
    checked and how, and what is to be checked next. With --due, exit 1 if there is any, or one that
    the register lacks.
    """
    results = [parse_pocketbook(read_folder(folder)) for folder in find_folders(path)]
    register = {name: each for result in results for name, each in (result.register or {}).items()}
    today = local_day(utc_now())
    listed = 0
    for name, citations in index_citations(results).items():
        regulation = register.get(name)
        if only_due and regulation is not None and not regulation.is_due(today):
            continue
        listed += 1
        click.echo(_registered(name, regulation) if register else name)
        for citation in citations:
            kind = "soal" if citation.is_question else "teks"
            click.echo(f"  {citation.path}:{citation.line}: {kind}")
    if only_due and listed:
        raise SystemExit(1)


def _registered(name: str, regulation: Regulation | None) -> str:
    """A regulation and what the register says of it."""
    if regulation is None:
        return f"{name}: tidak ada di {REGISTER_FILE}"
    return (
        f"{name}: {regulation.state.value}, diperiksa {regulation.checked_on.isoformat()} "
        f"({regulation.checked_by}); berikutnya: {regulation.next_check}"
    )


@content.command("publish")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--edition", "as_edition", is_flag=True, help="A new edition, even for a small correction."
)
def publish(path: Path | None, as_edition: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Publish a pocketbook, or a folder of them; the same source again changes nothing.

    What cannot be published is told and passed over; exit 1 if there was any.
    """
    folders = find_folders(path)
    refused = 0
    for folder in folders:
        try:
            publication = publish_one(folder, as_edition=as_edition)
        except click.ClickException as refusal:
            refused += 1
            click.echo(f"{folder.name} not published: {refusal.message}", err=True)
            continue
        word = "published" if publication.is_new else "unchanged"
        click.echo(
            f"{publication.slug} {publication.release_name} {word} {publication.sha256[:16]}"
        )
    if refused:
        raise click.ClickException(f"{refused} of {len(folders)} not published.")


def publish_one(folder: Path, *, as_edition: bool = False) -> Publication:
    """Publish one folder in a transaction of its own, with ids for the questions that lack them.

    Whatever stands in the way is a click error in one message: the next folder must not suffer. An
    unexpected error's traceback goes to a file. A database that cannot be used is no fault of a
    pocketbook, and stays an OperationalError.
    """
    try:
        tree = read_folder(folder)
        with read_only():
            before = find_publication(tree)
        if before is not None and not as_edition:
            return before
        with_ids = assign_ids(tree)
        with source_written(folder, tree, with_ids), transaction():
            return publish_source(with_ids, as_edition=as_edition, now=utc_now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OperationalError:
        raise
    except Exception as error:
        raise click.ClickException(f"{folder}: {log_traceback(error)}") from error


def _quality_check() -> Callable[[ParseResult], list[Diagnostic]]:
    """The quality pass: it opens a list of words, which only authors have."""
    try:
        from lms.authoring.editorial.questions import check_quality
    except ModuleNotFoundError as lacking:
        raise click.ClickException(
            f"--quality needs {lacking.name}, which servers lack. Install what authors need: "
            ".venv/bin/pip install --require-hashes --only-binary :all: -r "
            "requirements-authoring.txt"
        ) from lacking
    return check_quality


def find_folders(path: Path | None) -> list[Path]:
    """The pocketbooks that a path means: itself, or those in it; content/ if none is given.

    A folder that only looks like a pocketbook is among them, so that its author is told what it
    lacks; where there is none at all, that is the folder itself.
    """
    root = path or Path(current_app.config["SAKUHAM"].content_folder)
    if not root.is_dir():
        raise click.ClickException(f"There is no folder {root}.")
    if (root / BOOK_FILE).exists():
        return [root]
    inside = (each for each in sorted(root.iterdir()) if each.is_dir() and each.name[0] not in ".~")
    return [each for each in inside if looks_like_pocketbook(each)] or [root]
