"""`flask staff`: who works where, from an institution's own list."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Final

import click
from flask_babel import force_locale

from lms.addresses import link_address
from lms.cli.institutions import get_institution_id
from lms.clock import utc_now
from lms.db import read_only
from lms.errors import Sentence
from lms.http.i18n import translate
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.columns import REQUIRED, find_rivals
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.previews import Preview, preview_of
from lms.institutions.staff_lists.queries import KeptLine, get_head, iterate_lines
from lms.institutions.staff_lists.service import begin_import, forget_import
from lms.institutions.staff_lists.sheets import read_list
from lms.tables.writer import write_lines

_WORDS: Final = {
    Verdict.NEW: "added",
    Verdict.CONFIRMED: "confirmed",
    Verdict.READDRESSED: "readdressed",
    Verdict.CHANGED: "changed",
    Verdict.MOVED_IN: "moved in",
    Verdict.LEAVING: "left",
    Verdict.KNOWN: "known",
    Verdict.REPEATED: "repeated",
}
_TOLD_ONE_BY_ONE: Final = (
    Verdict.READDRESSED,
    Verdict.CONFIRMED,
    Verdict.CHANGED,
    Verdict.LEAVING,
    Verdict.REFUSED,
)
# Of so many lines each is told by itself; of more the file of `--rejected` has them.
_TOLD: Final = 1_000
# Of so many lines that are nobody the numbers are told.
_NAMED: Final = 20
_STEPS: Final = 100


@click.group()
def staff() -> None:
    """Staff lists."""


@staff.command("import")
@click.argument("institution_code")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Say what would happen; change nobody.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write the lines that have to be mended, to be imported again.",
)
@click.option(
    "--replace-addresses",
    is_flag=True,
    help="Give the file's addresses also to those who are on the list with others.",
)
@click.option("--whole-list", is_flag=True, help="Whoever is not in the file leaves.")
@click.option("--add-units", is_flag=True, help="Add units that the institution has not.")
def import_staff(
    institution_code: str,
    file: Path,
    *,
    only_check: bool,
    rejected: Path | None,
    replace_addresses: bool,
    whole_list: bool,
    add_units: bool,
) -> None:
    """Put a file's people on an institution's staff list: name, number, and what else it has.

    CSV with commas, semicolons or tabs, XLSX, XLS or ODS; headings are known in Indonesian and
    English: nama, NIP, surel, unit kerja, jenis, keterangan (aktif, pindah, pensiun, meninggal) and
    its date. Nobody is written to, but for
    who has signed in by another address and loses it: they are mailed a link to choose a password
    by. Invitations are sent by themselves. Lines that are wrong are
    named with what would mend them (then the exit status is 1); all others are taken. A list that
    is imported again changes only what has changed.
    """
    with read_only():
        institution_id = get_institution_id(institution_code)
    scope = Scope(officer_id=None, institution_ids=frozenset({institution_id}))
    now = utc_now()
    with file.open("rb") as source:
        preview = _preview(source)
        import_id = begin_import(
            scope,
            file.name,
            institution_id,
            preview.columns,
            now=now,
            is_whole=whole_list,
            adds_units=add_units,
            replaces_addresses=replace_addresses,
        )
        with _bar("checking") as report:
            counts = check_list(import_id, scope, source, report, now=now)
    if not only_check:
        with _bar("storing") as report:
            counts = apply_list(import_id, scope, report, now=now, address=link_address)
    refused = _tell(import_id, counts, rejected)
    if only_check:
        forget_import(import_id)
        click.echo("nothing was stored: this was a check")
    if refused:
        raise click.ClickException(
            f"Not taken: {refused} of the lines. Mend them, and import them again."
        )


def _preview(source: IO[bytes]) -> Preview:
    """What the columns hold; ends the command where the file is no list."""
    try:
        with closing(read_list(source)) as sheet:
            preview = preview_of(sheet, guesses_units=False)  # nobody would confirm them
    except UnfitList as refusal:
        raise click.ClickException(_in_english(refusal.sentence)) from refusal
    lacking = [role for role in REQUIRED if role not in preview.columns.places]
    if lacking:
        there = ", ".join(name for name in preview.names if name) or "nothing"
        raise click.ClickException(
            f"The file lacks the columns {', '.join(lacking)}; its headings are: {there}."
        )
    if preview.others:
        unread = ", ".join(preview.others)
        click.echo(f"read: worksheet {preview.worksheet}; not read: {unread}", err=True)
    for remark in preview.remarks:
        click.echo(_in_english(remark), err=True)
    for role, alike in find_rivals(preview.names).items():
        raise click.ClickException(
            f"The file has {len(alike)} columns for {role}: {', '.join(alike)}. Keep the one that "
            "holds, delete or rename the others, and try it again."
        )
    return preview


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, where somebody looks at it."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(range(_STEPS), label=label, file=sys.stderr) as steps:
        walk = iter(steps)
        taken = 0

        def report(done: int, total: int) -> None:
            nonlocal taken
            while taken < _STEPS * done // max(total, 1):
                next(walk)
                taken += 1

        yield report


def _tell(import_id: int, counts: dict[str, int], rejected: Path | None) -> int:
    """Say what has come of the lines; gives how many were refused."""
    head = get_head(import_id)
    refused_count = counts.get(Verdict.REFUSED.value, 0)
    told: Counter[bool] = Counter()
    for verdict in _TOLD_ONE_BY_ONE:
        if not counts.get(verdict.value):
            continue
        is_refused = verdict is Verdict.REFUSED
        for line in iterate_lines(import_id, verdict):
            if told[is_refused] == _TOLD:
                click.echo(f"and so on: {counts[verdict.value]} lines", err=is_refused)
                break
            if said := _said(line):
                told[is_refused] += 1
                click.echo(said, err=is_refused)
    if nobody_count := counts.get(Verdict.NOBODY.value):
        first = islice(iterate_lines(import_id, Verdict.NOBODY), _NAMED)
        named = ", ".join(str(each.line) for each in first)
        rest = f" and {nobody_count - _NAMED} more" if nobody_count > _NAMED else ""
        click.echo(f"passed over as nobody's (titles, totals, signatures): lines {named}{rest}")
    if rejected is not None and refused_count:
        names = [str(cell) for cell in head[-1][1]] if head else []
        lines = iterate_lines(import_id, Verdict.REFUSED)
        rows = ([*line.cells, _said(line)] for line in lines)
        rejected.write_text(write_lines([*names, "problem"], rows), encoding="utf-8")
    people = sum(counts.get(verdict.value, 0) for verdict in _WORDS)
    details = ", ".join(
        f"{counts[verdict.value]} {word}"
        for verdict, word in _WORDS.items()
        if counts.get(verdict.value)
    )
    click.echo(f"{people} people{f' ({details})' if details else ''}")
    return refused_count


def _said(line: KeptLine) -> str:
    """What is told of a line: what it was and is, or what would mend it."""
    said = [f"{fact} was {former or 'empty'}, now {new}" for fact, former, new in line.changes]
    if line.reason is not None:
        said.append(_in_english(line.reason))
    where = f"line {line.line}" if line.line else f"not in the file: {line.name}, {line.number}"
    return f"{where}: {'; '.join(said)}" if said or not line.line else ""


def _in_english(sentence: Sentence) -> str:
    """A refusal's sentence in the language of the commands."""
    with force_locale("en"):
        return translate(sentence)
