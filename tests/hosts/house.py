"""All hosts of docs/hosts, started with the files that stand there."""

import os
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Final
from urllib.request import urlopen

import psycopg
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import make_url

from bench.content import prepare_database
from bench.people import People
from config import Settings
from lms import create_app
from lms.clock import utc_now
from lms.db import transaction
from lms.programmes.service import open_national_programme
from tests.conftest import dispose
from tests.hosts.network import Network
from tests.hosts.units import FILES, ROOT, Unit, read_section, read_settings, read_unit
from tests.waiting import HANG_SECONDS, wait_until

PEOPLE: Final = "people"
ADDRESSES: Final = {
    "balancer": "10.77.0.10",
    "app1": "10.77.0.11",
    "app2": "10.77.0.12",
    "worker": "10.77.0.13",
    "primary": "10.77.0.21",
    "replica": "10.77.0.22",
    "redis": "10.77.0.31",
}
HOMES: Final = [f"10.77.0.{number}" for number in range(100, 140)]
"""Where people are at home: what is limited by address is limited for each by themselves."""
APPS: Final = ("app1", "app2")
DATABASES: Final = ("primary", "replica")
SECRETS: Final = {
    "SECRET_KEY": "only for the tests, and the same on all hosts",
    "KEYS_PASSPHRASE": "only for the tests as well",
    "METRICS_TOKEN": "only-for-the-tests-and-of-some-length",
}
FRESH: Final = """
SELECT max(beat_at) > (now() AT TIME ZONE 'UTC') - interval '2 seconds' FROM replica_beats
"""
STOP_SECONDS: Final = 10.0
CERTIFICATE: Final = "/etc/haproxy/sakuham.pem"
AS_POSTGRES: Final = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


class Host:
    """A host with one unit, which is started again when it has ended, as systemd does."""

    def __init__(self, network: Network, name: str, unit: Unit, log: Path) -> None:
        self.name = name
        self.unit = unit
        self.log = log
        self.stop_signal = signal.SIGTERM
        self.address = ADDRESSES[name]
        self._network = network
        self._is_stopped = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._away_seconds = 0.0
        self._thread = Thread(target=self._tend)

    def start(self) -> None:
        """Have it run from here on."""
        self._thread.start()

    def kill(self, *, away_seconds: float = 0.0) -> None:
        """Kill all that runs there, to be started again as the unit says.

        With `away_seconds` as a machine that has lost its power, is silent so long, and starts.
        """
        self._away_seconds = away_seconds
        if away_seconds:
            self._network.plug(self.name, is_in=False)
        self._network.kill(self.name)

    def lose(self) -> None:
        """Have it lose its power for good."""
        self._is_stopped.set()
        self.kill(away_seconds=HANG_SECONDS)
        self._thread.join()

    def stop(self) -> None:
        """Stop it in order, or by force when that takes long."""
        self._is_stopped.set()
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
        self._thread.join(STOP_SECONDS)
        while self._thread.is_alive():
            self.kill()
            self._thread.join(0.1)

    def _tend(self) -> None:
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.unit.environment}
        while not self._is_stopped.is_set():
            with self.log.open("ab") as log:
                started = self._network.start(self.name, self.unit.command, environment, log)
            self._process = started
            started.wait()
            self._process = None
            # What is left of a unit ends with it.
            self._network.kill(self.name)
            self._is_stopped.wait(max(self.unit.restart_seconds, self._away_seconds))
            if self._away_seconds and not self._is_stopped.is_set():
                self._away_seconds = 0.0
                self._network.plug(self.name, is_in=True)


class House:
    """The hosts of docs/hosts; to be used from the host of the people, inside of `open_house`."""

    def __init__(self, network: Network, folder: Path) -> None:
        self.network = network
        self.folder = folder
        self.hosts: dict[str, Host] = {}
        self.certificate = folder / "sakuham.pem"
        (folder / "content").mkdir()
        (folder / "content" / "nilai-dasar-ham").symlink_to(ROOT / "content" / "nilai-dasar-ham")
        self.environment = {
            **read_settings("sakuham.env"),
            **SECRETS,
            "CONTENT_FOLDER": str(folder / "content"),
            "LOG_CHECKPOINT_FOLDER": "",
        }

    @property
    def settings(self) -> Settings:
        """What a host's settings say, for what the test does by services."""
        return Settings(
            database_url=self.environment["DATABASE_URL"],
            content_folder=self.environment["CONTENT_FOLDER"],
            log_checkpoint_folder="",
            secret_key=SECRETS["SECRET_KEY"],
            keys_passphrase=SECRETS["KEYS_PASSPHRASE"],
            public_url=self.environment["PUBLIC_URL"],
        )

    def start(self) -> None:
        """Start everything, one after the other, as docs/operator.md has it."""
        for name in ADDRESSES:
            self.network.add(name, f"{ADDRESSES[name]}/24")
        self._start_primary()
        self._start_replica()
        self._start("redis", Unit(["redis-server", str(self._copy("redis.conf"))]))
        self._prepare_database()
        for name in APPS:
            counts = self.folder / f"{name}-counts"
            counts.mkdir()
            own = {"GRANIAN_HOST": ADDRESSES[name], "PROMETHEUS_MULTIPROC_DIR": str(counts)}
            self._start(name, read_unit("sakuham-web.service", {**self.environment, **own}))
        self._start("worker", read_unit("sakuham-jobs.service", self.environment))
        make_certificate(self.certificate, ADDRESSES["balancer"])
        configuration = self._copy("haproxy.cfg", {CERTIFICATE: str(self.certificate)})
        self._start("balancer", Unit(["haproxy", "-db", "-f", str(configuration)]))
        for name in ADDRESSES:
            self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """Wait until a host does what it is for."""
        host = self.hosts[name]
        wait_until(lambda: self._is_well(name), tell=lambda: f"{name}: {_end_of(host.log)}")

    def is_replicated(self) -> bool:
        """Whether the replica has all that the primary has stored."""
        with self._database("primary") as primary, self._database("replica") as replica:
            (stored,) = primary.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("",)
            query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            return replica.execute(query, [stored]).fetchone() == (True,)

    def promote_replica(self) -> None:
        """Make the replica the primary; done when it takes what is to be stored."""
        data = str(self.folder / "replica-data")
        self._as_postgres("replica", "pg_ctl", "promote", "-w", "-D", data)

    def flask(self, *arguments: str) -> str:
        """What a command says on the worker's host; raises AssertionError when it fails."""
        command = [str(ROOT / ".venv/bin/flask"), "--app", "wsgi", *arguments]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environment}
        return self.network.run("worker", command, environment)

    def stop(self) -> None:
        """Stop everything, those first that need the others."""
        for name in reversed(self.hosts):
            self.hosts[name].stop()

    def _start(self, name: str, unit: Unit) -> Host:
        host = Host(self.network, name, unit, self.folder / f"{name}.log")
        host.log.touch()
        self.hosts[name] = host
        host.start()
        return host

    def _start_primary(self) -> None:
        data = self._data("primary")
        at_first = ["--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._as_postgres("primary", "initdb", f"--pgdata={data}", *at_first)
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"include '{self._copy('postgresql.conf', of='postgres')}'\n")
        shutil.copyfile(FILES / "pg_hba.conf", data / "pg_hba.conf")
        self._start_postgresql("primary", data)
        wait_until(
            lambda: (data / "postmaster.pid").exists() and self._tells("primary", "SELECT 1"),
            tell=lambda: _end_of(self.hosts["primary"].log),
        )
        roles = self._copy("roles.sql", of="postgres")
        self._as_postgres("primary", "psql", *self._superuser("primary"), "-f", str(roles))

    def _start_replica(self) -> None:
        data = self._data("replica")
        password = make_url(self.environment["DATABASE_URL"]).password
        self._as_postgres(
            "replica",
            "pg_basebackup",
            f"--dbname=host={ADDRESSES['primary']} user=replication password={password}",
            f"--pgdata={data}",
            *("--write-recovery-conf", "--create-slot", "--slot=replica", "--checkpoint=fast"),
        )
        self._start_postgresql("replica", data)

    def _start_postgresql(self, name: str, data: Path) -> None:
        sockets = self.folder / f"{name}-sockets"
        sockets.mkdir()
        shutil.chown(sockets, "postgres", "postgres")
        options = ["-D", str(data), "-c", f"unix_socket_directories={sockets}"]
        restart = float(read_section("postgresql-restart.conf", "Service")["RestartSec"])
        unit = Unit([*AS_POSTGRES, postgresql("postgres"), *options], restart_seconds=restart)
        self._start(name, unit).stop_signal = signal.SIGINT

    def _data(self, name: str) -> Path:
        data = self.folder / f"{name}-data"
        data.mkdir(mode=0o700)
        shutil.chown(data, "postgres", "postgres")
        return data

    def _as_postgres(self, name: str, program: str, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        command = [*AS_POSTGRES, postgresql(program), *arguments]
        return self.network.run(name, command, environment)

    def _tells(self, name: str, statement: str) -> bool:
        """Whether the superuser's statement was done, asked on the host itself."""
        try:
            self._as_postgres(name, "psql", *self._superuser(name), "-c", statement)
        except AssertionError:
            return False
        return True

    def _superuser(self, name: str) -> list[str]:
        sockets = self.folder / f"{name}-sockets"
        return ["--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--host={sockets}", "--dbname=postgres"]

    @cached_property
    def app(self) -> Flask:
        """The same application in this process, for what services do quicker than pages."""
        return create_app(self.settings)

    @cached_property
    def people(self) -> People:
        """Learners in whatever state, made by the services."""
        return People(self.app)

    @contextmanager
    def making(self) -> Iterator[People]:
        """Make people; afterwards this process has no connection that the death of a part hits."""
        yield self.people
        with self.app.app_context():
            dispose()

    def _prepare_database(self) -> None:
        prepare_database(self.app)
        with self.app.app_context():
            with transaction():
                open_national_programme(now=utc_now())
            dispose()
        # As it is in a house that has been running for a while: what was made is on the disk.
        assert self._tells("primary", "CHECKPOINT")

    def _copy(self, name: str, changes: dict[str, str] | None = None, of: str = "root") -> Path:
        """A file of the documents where its program may read it, with other paths in it."""
        text = (FILES / name).read_text()
        for old, new in (changes or {}).items():
            assert old in text
            text = text.replace(old, new)
        copied = self.folder / name
        copied.write_text(text)
        shutil.chown(copied, of)
        return copied

    def _is_well(self, name: str) -> bool:
        address = ADDRESSES[name]
        match name:
            case "app1" | "app2":
                return _answers(f"http://{address}:8000/readyz")
            case "balancer":
                return _answers(f"https://{address}/status", trust(self.certificate))
            case "worker":
                return self._is_replica_fresh()
            case "redis":
                return self._redis_answers()
        with suppress(psycopg.OperationalError), self._database(name) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
        return False

    def _redis_answers(self) -> bool:
        with redis.Redis.from_url(self.environment["JOBS_QUEUE"]) as server:
            try:
                return bool(server.ping())
            except redis.RedisError:
                return False

    def _is_replica_fresh(self) -> bool:
        """Whether the worker has written the time, and the replica has it."""
        with suppress(psycopg.Error), self._database("replica") as replica:
            return replica.execute(FRESH).fetchone() == (True,)
        return False

    @contextmanager
    def _database(self, name: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        url = make_url(self.environment["DATABASE_URL"])
        with psycopg.connect(
            host=ADDRESSES[name],
            user=url.username,
            password=url.password,
            dbname=url.database,
            connect_timeout=2,
            autocommit=True,
        ) as connection:
            yield connection


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """The house from start to stop; whoever enters is among the people, on a host of theirs."""
    network = Network()
    try:
        network.add(PEOPLE, *(f"{home}/24" for home in HOMES))
        with network.inside(PEOPLE):
            house = House(network, folder)
            try:
                house.start()
                yield house
            finally:
                house.stop()
    finally:
        network.close()


def postgresql(program: str) -> str:
    """The newest of that program that Debian has installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1])


def make_certificate(file: Path, address: str) -> None:
    """A key and a certificate that speaks for itself, in one file as HAProxy wants it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sakuham.example")])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )


def trust(certificate: Path) -> ssl.SSLContext:
    """What a browser needs to believe the balancer."""
    return ssl.create_default_context(cafile=str(certificate))


def _answers(address: str, context: ssl.SSLContext | None = None) -> bool:
    try:
        with urlopen(address, timeout=5, context=context):  # noqa: S310 - our own address
            return True
    except OSError:
        return False


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-3_000:]
