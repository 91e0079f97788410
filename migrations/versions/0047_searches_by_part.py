"""Certificates are found by a part of the holder's name, and people by a number, by an index.

SQLite's words of staff stand in the order of institutions from here on, so that a search goes
through those of one institution and not through the nation's. Certificates get the same table of
words, filled by a trigger: they are only ever added. PostgreSQL has them by an index, in eras of so
many one after another: a frequent name is found among the newest without gathering all others.
"""

import unicodedata

from alembic import op

revision, down_revision = "0047", "0046"

STAFF_BY_INSTITUTION = (
    """CREATE VIRTUAL TABLE staff_search_words USING fts5
    (text, content='', tokenize='trigram', detail='full')""",
    """INSERT INTO staff_search_words (rowid, text)
    SELECT institution_id << 32 | account_id, text FROM staff_search
    ORDER BY institution_id, account_id""",
    """CREATE TRIGGER staff_are_found AFTER INSERT ON staff_search BEGIN
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.institution_id << 32 | new.account_id, new.text); END""",
    """CREATE TRIGGER staff_are_not_found AFTER DELETE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.institution_id << 32 | old.account_id, old.text); END""",
    """CREATE TRIGGER staff_are_found_otherwise AFTER UPDATE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.institution_id << 32 | old.account_id, old.text);
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.institution_id << 32 | new.account_id, new.text); END""",
)
# As migration 0039 made it.
STAFF_OF_THE_NATION = (
    """CREATE VIRTUAL TABLE staff_search_words USING fts5
    (text, content='', tokenize='trigram', detail='full')""",
    """INSERT INTO staff_search_words (rowid, text)
    SELECT account_id, '~' || institution_id || '~ ' || text FROM staff_search
    ORDER BY account_id""",
    """CREATE TRIGGER staff_are_found AFTER INSERT ON staff_search BEGIN
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.account_id, '~' || new.institution_id || '~ ' || new.text); END""",
    """CREATE TRIGGER staff_are_not_found AFTER DELETE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.account_id, '~' || old.institution_id || '~ ' || old.text); END""",
    """CREATE TRIGGER staff_are_found_otherwise AFTER UPDATE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.account_id, '~' || old.institution_id || '~ ' || old.text);
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.account_id, '~' || new.institution_id || '~ ' || new.text); END""",
)
CERTIFICATES = (
    """CREATE VIRTUAL TABLE certificate_words USING fts5
    (text, content='', tokenize='trigram', detail='full')""",
    """INSERT INTO certificate_words (rowid, text)
    SELECT id, folded(holder_name) FROM certificates ORDER BY id""",
    """CREATE TRIGGER certificates_are_found AFTER INSERT ON certificates BEGIN
    INSERT INTO certificate_words (rowid, text) VALUES (new.id, folded(new.holder_name)); END""",
)


def upgrade() -> None:
    """Build what searches go by."""
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(
            "CREATE INDEX ix_certificates_holder ON certificates USING gin"
            f" ((id / 20000), ({folded()}) gin_trgm_ops) WITH (gin_pending_list_limit = 256)"
        )
        return
    forget_staff()
    for statement in (*STAFF_BY_INSTITUTION, *CERTIFICATES):
        op.execute(statement)


def downgrade() -> None:
    """Search as before."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_certificates_holder", "certificates")
        return
    op.execute("DROP TRIGGER certificates_are_found")
    op.execute("DROP TABLE certificate_words")
    forget_staff()
    for statement in STAFF_OF_THE_NATION:
        op.execute(statement)


def forget_staff() -> None:
    """Take away the words of staff and what fills them."""
    for trigger in ("staff_are_found", "staff_are_not_found", "staff_are_found_otherwise"):
        op.execute(f"DROP TRIGGER {trigger}")
    op.execute("DROP TABLE staff_search_words")


def folded() -> str:
    """PostgreSQL's words for a holder's name in small letters without marks."""
    marks = "".join(map(chr, range(0x300, 0x370)))
    table = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "’": "''", "‘": "''"}
    table = {letter.upper(): plain for letter, plain in table.items()} | table
    for number in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFKD", chr(number))[0].lower()
        if plain.isascii() and plain.isalpha():
            table[chr(number)] = plain
    letters, plain_ones = "".join(table) + marks, "".join(table.values())
    return (
        "CASE WHEN octet_length(holder_name) = length(holder_name) THEN lower(holder_name)"
        f" ELSE translate(lower(holder_name), '{letters}', '{plain_ones}') END"
    )
