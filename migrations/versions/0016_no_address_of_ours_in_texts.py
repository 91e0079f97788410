"""Published texts name chapters, pocketbooks, pages and pictures, and no address of ours.

Addresses change and depend on the form that a text is put out in; what was published does not
change. So the triggers that keep releases as they were written are lifted for this once, within
the migration's transaction. What a text says stays as it is, and so does the hash of its source.

The patterns are those of HTML that our renderer wrote: a reference stands first in its tag, and no
text can hold `<` and `"` beside each other.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0016", "0015"

DEEDS = ("UPDATE", "DELETE")
PAGES = "aktivasi|bantuan|belajar|capaian|daftar|masuk|privasi|tentang|verifikasi"
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
NUMBER = r"[1-9]\d{0,2}"
TAG = r'(?P<tag><a href="|<img src=")'
REST = r'(?P<rest>(?:[?#][^"]*)?")'
ADDRESS = re.compile(
    rf"{TAG}/(?:buku/(?P<slug>{SLUG})(?:/(?P<number>{NUMBER}))?"
    rf"|gambar/(?P<picture>[0-9a-f]{{64}})|(?P<page>{PAGES}|)){REST}"
)
REFERENCE = re.compile(
    rf"{TAG}(?:chapter:(?:(?P<slug>{SLUG})/)?(?P<number>{NUMBER})|pocketbook:(?P<book>{SLUG})"
    rf"|picture:(?P<picture>[0-9a-f]{{64}})|page:(?P<page>{PAGES}|)){REST}"
)

Rewrite = Callable[[str, str], str]

RELEASES = sa.table(
    "releases",
    sa.column("id", sa.Integer),
    sa.column("pocketbook_id", sa.Integer),
    sa.column("introduction_html", sa.Text),
    sa.column("objectives_html", sa.JSON),
)
POCKETBOOKS = sa.table("pocketbooks", sa.column("id", sa.Integer), sa.column("slug", sa.String))
QUESTIONS = sa.table(
    "questions",
    sa.column("id", sa.Integer),
    sa.column("release_id", sa.Integer),
    sa.column("stem_html", sa.Text),
    sa.column("choices_html", sa.JSON),
)
CHAPTERS, APPENDICES = (
    sa.table(
        name,
        sa.column("id", sa.Integer),
        sa.column("release_id", sa.Integer),
        sa.column("html", sa.Text),
    )
    for name in ("chapters", "appendices")
)
ANSWER_KEYS = sa.table(
    "answer_keys",
    sa.column("question_id", sa.Integer),
    sa.column("feedback_html", sa.JSON),
    sa.column("explanation_html", sa.Text),
    sa.column("source_html", sa.Text),
)


def upgrade() -> None:
    """Put a reference in the place of each address."""
    _rewrite_all(_with_references)


def downgrade() -> None:
    """Put the addresses back that these pages have."""
    _rewrite_all(_with_addresses)


def _with_references(html: str, own: str) -> str:
    def reference(match: re.Match[str]) -> str:
        slug, number = match["slug"], match["number"]
        if match["picture"]:
            target = f"picture:{match['picture']}"
        elif slug is None:
            target = f"page:{match['page']}"
        elif number is None:
            target = f"pocketbook:{slug}"
        else:
            target = f"chapter:{number}" if slug == own else f"chapter:{slug}/{number}"
        return f"{match['tag']}{target}{match['rest']}"

    return ADDRESS.sub(reference, html)


def _with_addresses(html: str, own: str) -> str:
    def address(match: re.Match[str]) -> str:
        if match["picture"]:
            target = f"/gambar/{match['picture']}"
        elif match["book"]:
            target = f"/buku/{match['book']}"
        elif match["number"]:
            target = f"/buku/{match['slug'] or own}/{match['number']}"
        else:
            target = f"/{match['page']}"
        return f"{match['tag']}{target}{match['rest']}"

    return REFERENCE.sub(address, html)


def _rewrite_all(rewrite: Rewrite) -> None:
    slug_of_release = sa.select(RELEASES.c.id, POCKETBOOKS.c.slug).join_from(
        RELEASES, POCKETBOOKS, POCKETBOOKS.c.id == RELEASES.c.pocketbook_id
    )
    slugs = {row.id: row.slug for row in op.get_bind().execute(slug_of_release)}
    owners = sa.select(QUESTIONS.c.id, QUESTIONS.c.release_id)
    releases = {row.id: row.release_id for row in op.get_bind().execute(owners)}
    _rewrite(RELEASES, RELEASES.c.id, slugs.__getitem__, rewrite)
    for table in (CHAPTERS, APPENDICES, QUESTIONS):
        owner = {
            row.id: slugs[row.release_id]
            for row in op.get_bind().execute(sa.select(table.c.id, table.c.release_id))
        }
        _rewrite(table, table.c.id, owner.__getitem__, rewrite)
    _rewrite(ANSWER_KEYS, ANSWER_KEYS.c.question_id, lambda key: slugs[releases[key]], rewrite)


def _rewrite(
    table: sa.TableClause, key: sa.ColumnClause[int], slug_of: Callable[[int], str], to: Rewrite
) -> None:
    """Rewrite every column of a table that holds HTML, in those rows in which it changes."""
    columns = [column for column in table.c if column.name.endswith("html")]
    with _writable(table.name):
        for row in op.get_bind().execute(sa.select(key.label("row_key"), *columns)).all():
            slug = slug_of(row.row_key)
            old = {column.name: getattr(row, column.name) for column in columns}
            new = {name: _each(value, slug, to) for name, value in old.items()}
            changed = {name: value for name, value in new.items() if value != old[name]}
            if changed:
                op.get_bind().execute(sa.update(table).where(key == row.row_key).values(**changed))


def _each(value: str | list[str | None] | None, slug: str, to: Rewrite) -> object:
    if isinstance(value, list):
        return [None if text is None else to(text, slug) for text in value]
    return None if value is None else to(value, slug)


@contextmanager
def _writable(table: str) -> Iterator[None]:
    """Lift the refusal of changes (migrations 0002 and 0003), and put it back."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for deed in DEEDS:
        place = f" ON {table}" if is_postgresql else ""
        op.execute(f"DROP TRIGGER {table}_refuse_{deed.lower()}{place}")
    yield
    for deed in DEEDS:
        name = f"{table}_refuse_{deed.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            + (
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                if is_postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        )
