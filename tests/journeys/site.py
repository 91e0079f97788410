"""The real thing: `flask serve` on a free port, on a database of its own, killed if need be."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import uuid4

from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.orm import Session

from bench.people import People
from config import Settings
from lms import create_app
from lms.certificates.models import Certificate, LedgerEntry
from lms.db import db
from lms.learning.models import Answer, Attempt
from lms.pocketbooks.models import AnswerKey
from lms.programmes.models import Programme, TallyEntry
from tests.waiting import HANG_SECONDS, hold_port, is_listened_at, number_of, wait_until

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "only for the tests"


class Site:
    """A running server, and a look into its database for what no page may show."""

    def __init__(self, database_url: str, log: Path, content: Path = ROOT / "content") -> None:
        self.database_url = database_url
        self.content = content
        self.log = log
        self.further: dict[str, str] = {}
        """Settings of its own, to be given before it starts."""
        self.held_port = hold_port()
        self.port = number_of(self.held_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self.engine = create_engine(database_url, poolclass=NullPool)
        # Inherited by everything that it starts, whatever session or parent that has.
        self.mark = f"JOURNEY={uuid4().hex}"

    @property
    def command(self) -> list[str]:
        """What `bin/serve` runs once all is set up."""
        return [
            *("env", "--block-signal=INT"),
            *(sys.executable, "-m", "flask", "--app", "wsgi"),
            "serve",
            "--port",
            str(self.port),
        ]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of this site."""
        name, _, value = self.mark.partition("=")
        return os.environ | {
            name: value,
            "DATABASE_URL": self.database_url,
            "CONTENT_FOLDER": str(self.content),
            "DEVELOPMENT": "1",
            "LOG_CHECKPOINT_FOLDER": str(self.log.parent / "checkpoints"),
            "SECRET_KEY": SECRET_KEY,
            # Each visitor of a test names an address of its own, as a proxy would, so that what
            # is limited by address is limited for that visitor alone.
            "TRUSTED_PROXIES": "1",
            **self.further,
        }

    def start(self, terminal: int | None = None, *, in_background: bool = False) -> None:
        """Start it as `bin/serve` does, and wait until it answers.

        `terminal`: the descriptor of one that it is to be started in, and to be stopped from.
        `in_background`: as a script starts it with `&`, which has Ctrl-C ignored from then on.
        """
        self.begin(terminal, in_background=in_background)
        # It greets after it has made all ready; before that a signal finds it half way.
        self._wait_for(b"Ctrl-C stops it")

    def begin(self, terminal: int | None = None, *, in_background: bool = False) -> None:
        """Start it, and wait for nothing."""
        # Whoever runs the tests under nohup has us ignore that a terminal was closed.
        kind = "--ignore-signal=INT" if in_background else "--default-signal=INT"
        as_one = ["env", "--default-signal=HUP", kind, "setsid", "--ctty"]
        in_terminal = [] if terminal is None else as_one
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*in_terminal, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=terminal is None,
            )

    def stop(self) -> None:
        """Stop it as a service manager would; raises AssertionError if anything survives."""
        self.process.send_signal(signal.SIGTERM)
        self.wait()
        self.wait_until_gone()

    def wait(self, within: float = HANG_SECONDS) -> int:
        """Wait for the end of what was started, and give its exit code.

        Raises AssertionError with the log if it takes more than so many seconds of a quiet machine.
        """
        wait_until(lambda: self.process.poll() is not None, tell=self.log.read_text, within=within)
        return self.process.wait()

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        self._kill_all()
        self.wait_until_gone()

    def _kill_all(self) -> None:
        # Again and again: one may have started another meanwhile.
        wait_until(lambda: not self._kill_the_living(), tell=self.log.read_text)
        self.process.wait()

    def _kill_the_living(self) -> list[int]:
        living = self.processes()
        # What has begun this very moment does not bear its mark yet: Linux lets us go on before it
        # has written the new program's environment down.
        if self.process.poll() is None and self.process.pid not in living:
            living.append(self.process.pid)
        for process in living:
            with suppress(ProcessLookupError):  # the death of one may have ended another
                os.kill(process, signal.SIGKILL)
        return living

    def wait_until_gone(self, within: float = HANG_SECONDS) -> None:
        """Wait for the end of all its processes, and until its port can be listened at again.

        A process that ends gives up its memory, by which we know it, before its connections.
        Raises AssertionError with the log if any survives so many seconds of a quiet machine.
        """
        wait_until(
            lambda: not self.processes() and not is_listened_at(self.port),
            tell=lambda: f"{self.processes()} live.\n{self.log.read_text()}",
            within=within,
        )

    def answers(self) -> bool:
        """Whether anybody is there to answer."""
        try:
            with urlopen(self.url, timeout=HANG_SECONDS):  # noqa: S310 - our own address
                return True
        except HTTPError:
            return True
        except (URLError, ConnectionError, TimeoutError):
            return False

    def processes(self) -> list[int]:
        """The living processes that it started, and itself."""
        found = []
        for folder in Path("/proc").iterdir():
            with suppress(OSError):  # it has just ended, or is not ours to look at
                if folder.name.isdecimal() and self.mark.encode() in (
                    folder / "environ"
                ).read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    @cached_property
    def app(self) -> Flask:
        """The same application in this process, for what services do quicker than pages."""
        return create_app(
            Settings(
                development=True,
                database_url=self.database_url,
                content_folder=str(self.content),
                secret_key=SECRET_KEY,
                public_url=self.url,
            )
        )

    @cached_property
    def people(self) -> People:
        """Learners in whatever state, made by the services."""
        return People(self.app)

    def close(self) -> None:
        """Leave no connection to its database behind, and its port to others."""
        self.held_port.close()
        if "app" in self.__dict__:
            with self.app.app_context():
                db.session.remove()
                for engine in db.engines.values():
                    engine.dispose()

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """The database, for a moment; what is done inside is stored."""
        with Session(self.engine) as session, session.begin():
            yield session

    def right_choices(self, token: str) -> dict[int, list[int]]:
        """What is right in an attempt: by position, the choices as shown. No page tells it."""
        with self.rows() as session:
            questions = session.scalars(
                select(Attempt.questions).where(Attempt.token == token)
            ).one()
            keys = {row[0]: row[1] for row in session.execute(_KEYS)}
        return {
            position: [
                shown
                for shown, index in enumerate(question["order"])
                if index in keys[question["question_id"]]
            ]
            for position, question in enumerate(questions, start=1)
        }

    def wrong_choices(self, token: str) -> dict[int, list[int]]:
        """One choice for each question of an attempt that is not right."""
        return {
            position: [next(choice for choice in range(9) if choice not in right)]
            for position, right in self.right_choices(token).items()
        }

    def secrets(self, token: str) -> list[str]:
        """What is said about an attempt's questions only after its end: feedback, explanations."""
        with self.rows() as session:
            questions = session.scalars(
                select(Attempt.questions).where(Attempt.token == token)
            ).one()
            keys = session.scalars(
                select(AnswerKey).where(
                    AnswerKey.question_id.in_([question["question_id"] for question in questions])
                )
            ).all()
            texts = [text for key in keys for text in (*key.feedback_html, key.explanation_html)]
        return [text for text in texts if text]

    def saved_answers(self, token: str) -> dict[int, list[int]]:
        """The answers of an attempt that the database has, by position."""
        with self.rows() as session:
            rows = session.execute(
                select(Answer.position, Answer.choices)
                .join(Attempt, Attempt.id == Answer.attempt_id)
                .where(Attempt.token == token)
            )
            return {position: choices for position, choices in rows}  # noqa: C416 - rows to a dict

    def figure(self) -> int:
        """The national figure, summed from its steps."""
        with self.rows() as session:
            return (
                session.scalar(
                    select(func.coalesce(func.sum(TallyEntry.step), 0)).join(
                        Programme, Programme.id == TallyEntry.programme_id
                    )
                )
                or 0
            )

    def certificates_of(self, account_id: int) -> list[str]:
        """The codes of a person's certificates."""
        with self.rows() as session:
            return list(
                session.scalars(
                    select(Certificate.code).where(Certificate.account_id == account_id)
                )
            )

    def ledger_of(self, account_id: int) -> list[str]:
        """What the ledger says about a person's certificates, in order."""
        with self.rows() as session:
            kinds = session.scalars(
                select(LedgerEntry.kind)
                .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
                .where(Certificate.account_id == account_id)
                .order_by(LedgerEntry.id)
            )
            return [kind.value for kind in kinds]

    def _wait_for(self, words: bytes) -> None:
        already = self.log.read_bytes().count(words)
        try:
            wait_until(
                lambda: self.log.read_bytes().count(words) > already and self.answers(),
                tell=self.log.read_text,
                is_alive=lambda: self.process.poll() is None,
            )
        except AssertionError:
            self._kill_all()
            raise


_KEYS = select(AnswerKey.question_id, AnswerKey.right)
