"""A personnel system, as small as it can be: it keeps what the API says, and may be killed.

It is a program by itself. All that it relies on is that it stores entries and cursor together.
"""

import json
import sqlite3
import sys
import time
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TABLES = """
CREATE TABLE IF NOT EXISTS entries (position INTEGER PRIMARY KEY, kind TEXT, code TEXT);
CREATE TABLE IF NOT EXISTS cursors (id INTEGER PRIMARY KEY CHECK (id = 1), cursor TEXT);
"""
MOST = 3
PAUSE_SECONDS = 0.02


def follow(url: str, key: str, file: Path) -> None:
    """Take what is new, for ever; an entry that comes twice is an error that ends it."""
    kept = sqlite3.connect(file, isolation_level=None)
    kept.executescript(TABLES)
    while True:
        row = kept.execute("SELECT cursor FROM cursors").fetchone()
        asked = {"limit": MOST} | ({"after": row[0]} if row else {})
        request = Request(  # noqa: S310 - our own server
            f"{url}/api/v1/certificates?{urlencode(asked)}",
            headers={"Authorization": f"Bearer {key}"},
        )
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
                page = json.load(answer)
        except (OSError, HTTPException, ValueError):
            time.sleep(PAUSE_SECONDS)  # it is killed just now, or being started
            continue
        kept.execute("BEGIN IMMEDIATE")
        for entry in page["entries"]:
            kept.execute(
                "INSERT INTO entries VALUES (?, ?, ?)",
                (entry["position"], entry["kind"], entry["code"]),
            )
        kept.execute("INSERT OR REPLACE INTO cursors VALUES (1, ?)", (page["next_cursor"],))
        kept.execute("COMMIT")
        if not page["has_more"]:
            time.sleep(PAUSE_SECONDS)


def read_kept(file: Path) -> list[tuple[int, str, str]]:
    """What it has kept so far: position, kind and code, in the order of the log."""
    kept = sqlite3.connect(file)
    try:
        return kept.execute("SELECT position, kind, code FROM entries ORDER BY position").fetchall()
    finally:
        kept.close()


if __name__ == "__main__":
    follow(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
