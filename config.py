"""Settings, each with its meaning; the environment overrides them by the same name."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
# As many letters as no key of ours falls short of: what is shorter was cut off.
SHORTEST_KEY = 32


class BadSetting(ValueError):
    """A setting cannot work; the sentence names it and says how to mend it."""


@dataclass(frozen=True, kw_only=True)
class OidcProvider:
    """A sign-on elsewhere by OpenID Connect, as `OIDC_<NAME>_…` describe it."""

    name: str
    """Stands in the address to which people come back, so it is the provider's to know."""
    label: str
    """What the button says, after "Masuk dengan"."""
    issuer: str
    """The provider's identifier, below which its `/.well-known/openid-configuration` lies."""
    client_id: str
    """Our name there."""
    client_secret: str = field(default="", repr=False)
    """Our password there; empty: we have none, and PKCE alone says that we are we."""
    scopes: str = "openid profile email"
    """What is asked for."""
    nip_claim: str = "nip"
    """Which claim holds the NIP or NI PPPK."""
    name_claim: str = "name"
    """Which claim holds the name, with titles."""
    vouches_for_numbers: bool = False
    """Whether its word is enough that a number is somebody's. Of others an identity is linked by
    the person, once they have signed in here."""
    institution_claim: str = ""
    """Which claim holds where somebody works, by the code in our registry; empty: it does not say.
    Whoever works there is confirmed by it, if it vouches for numbers too."""
    institution_codes: Mapping[str, str] = field(default_factory=dict)
    """Our code of what it calls otherwise."""
    has_second_factor: bool = False
    """Whether it asks for a second factor itself, so that we need not."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator decides. Text from the environment is read by the field's own type."""

    development: bool = False
    """Demonstration accounts, and mail readable in the browser. Never in production."""
    database_url: str = f"sqlite:///{VAR / 'sakuham.db'}"
    """SQLAlchemy address: `sqlite:///…` or `postgresql+psycopg://…`."""
    database_replica_url: str = ""
    """A streaming replica of it, on PostgreSQL, for what may lag; empty: none."""
    replica_lag_seconds: int = 10
    """A replica that lags more than so many seconds is not asked."""
    secret_key: str = ""
    """Signs the small cookies, and the links that end reminders. Empty: made once and kept in
    `var/secret-key`."""
    keys_passphrase: str = ""
    """Opens the keys that sign certificates. Empty: made once and kept in `var/keys-passphrase`."""
    log_checkpoint_folder: str = str(VAR / "checkpoints")
    """Where the last checkpoint of the public log is kept outside the database, so that a restored
    one is known; empty: nowhere."""
    pkcs11_module: str = ""
    """The PKCS #11 library of a hardware module that keeps the seal's key; empty: none."""
    pkcs11_token: str = ""
    """The name of the token in it."""
    pkcs11_pin: str = ""
    """The PIN of the token's user."""
    sealing_service_url: str = ""
    """A service that seals whole sheets behind one-time codes; empty: none, the seal is ours."""
    sealing_service_user: str = ""
    """Our name there."""
    sealing_service_password: str = ""
    """Our password there."""
    sealing_signatory: str = ""
    """Who gets the codes, by the service's own name for them."""
    personnel_service_url: str = ""
    """The state's personnel service, in whose records of training certificates stand; empty: none.
    Then all of the next seven are needed."""
    personnel_service_name: str = "SIASN"
    """What people call it."""
    personnel_token_url: str = ""
    """Where its gateway gives our client a token."""
    personnel_client_id: str = ""
    """Our client's name there."""
    personnel_client_secret: str = ""
    """Our client's secret there."""
    personnel_sign_on_url: str = ""
    """Where the sign-on gives a token for the user in whose name is recorded."""
    personnel_sign_on_client: str = ""
    """Our client's name at the sign-on."""
    personnel_sign_on_user: str = ""
    """The user's name there."""
    personnel_sign_on_password: str = ""
    """The user's password there."""
    personnel_training_kind: str = ""
    """The service's key of the kind of training (`jenisDiklatId`)."""
    personnel_certificate_kind: str = "T"
    """The service's key of the kind of certificate (`jenisKursusSertipikat`)."""
    personnel_document_kind: str = "881"
    """The service's key of the kind of document (`id_ref_dokumen`)."""
    public_url: str = "http://127.0.0.1:8000"
    """Where people reach the site; printed on certificates and in mail."""
    content_folder: str = str(ROOT / "content")
    """Where the pocketbooks' Markdown lies."""
    issuer_name: str = "Kementerian Hak Asasi Manusia"
    """Who issues the certificates and publishes the books, as printed on them."""
    book_licence: str = (
        "Hak cipta para kontributor SakuHAM. Boleh disalin, diubah, dan disebarkan dengan menyebut"
        " sumber dan edisinya serta dengan lisensi yang sama: CC BY-SA 4.0"
        " (creativecommons.org/licenses/by-sa/4.0)."
    )
    """On what terms a book may be passed on, a sentence for its imprint and the page Tentang. What
    stands here is true of `content/`, and of nobody else's books."""
    certificate_number_pattern: str = "HAM.{module}/{serial:06d}/{year}"
    """Official number: `module` is the pocketbook's code without letters, `serial`, `year`."""
    mail_server: str = ""
    """`host:port` of an SMTP server; empty: mail stays in the outbox."""
    mail_sender: str = "SakuHAM <sakuham@localhost>"
    """The sender of every message."""
    invitations_per_minute: int = 60
    """How many people are invited by mail in a minute, all institutions together."""
    confirmation_sample_percent: int = 2
    """How many in a hundred of a week's confirmations a second person looks at; 0: none."""
    help_email: str = ""
    """Where the help desk reads its mail, as shown on Bantuan, Tentang and in security.txt."""
    help_whatsapp: str = ""
    """The help desk's number for WhatsApp with its country, such as `+62 812-0000-0000`."""
    help_hours: str = ""
    """When the help desk answers, in words, such as `Senin–Jumat, 08.00–16.00 WIB`."""
    privacy_contact: str = ""
    """Who answers for personal data, as shown in the privacy notice; empty: the help desk."""
    oidc_providers: tuple[OidcProvider, ...] = ()
    """Sign-ons elsewhere: short names such as `asn`, with a space between. `OIDC_ASN_ISSUER`,
    `OIDC_ASN_CLIENT_ID` and others say the rest."""
    second_factor_required: tuple[str, ...] = ()
    """Roles that need a second factor, with a space between, such as `hr_officer coordinator`."""
    second_factor_days: int = 30
    """How long a device that has shown a second factor is not asked again."""
    rate_limit_storage: str = ""
    """Where requests are counted: `redis://…` for several hosts; empty: in each process."""
    jobs_queue: str = f"sqlite:///{VAR / 'jobs.db'}"
    """What carries the numbers of jobs to workers: `sqlite:///…`, `redis://…`, `postgresql://…`."""
    jobs_lease_seconds: int = 60
    """How long a job waits for another worker when its own was killed."""
    database_connections: int = 4
    """How many connections one process keeps to PostgreSQL: as many as `requests_at_once`."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-For and -Proto."""
    requests_at_once: int = 4
    """How many requests one process works on at the same time; others wait outside."""
    hashing_slots: int = 2
    """How many passwords one process hashes at the same time."""
    webhook_hosts: str = ""
    """Receivers of webhooks in our own network, by name with a space between: of all others only
    public addresses are spoken to."""
    metrics_token: str = ""
    """Who sends it as `Authorization: Bearer …` may read /metrics; empty: this machine alone."""

    def __post_init__(self) -> None:
        """Raises BadSetting naming a way to the help desk, a number or a token that cannot be."""
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise BadSetting(f"{name.upper()}={getattr(self, name)} is not 1 or more.")
        if not 0 <= self.confirmation_sample_percent <= 100:
            percent = self.confirmation_sample_percent
            raise BadSetting(f"CONFIRMATION_SAMPLE_PERCENT={percent} is not from 0 to 100.")
        if self.database_replica_url and self.database_url.startswith("sqlite"):
            raise BadSetting("DATABASE_REPLICA_URL is for PostgreSQL; DATABASE_URL is SQLite.")
        if self.metrics_token and len(self.metrics_token) < SHORTEST_KEY:
            raise BadSetting(f"METRICS_TOKEN has fewer than {SHORTEST_KEY} letters.")
        self._require_personnel_service()
        for name, value in (("HELP_EMAIL", self.help_email), ("HELP_WHATSAPP", self.help_whatsapp)):
            if value and not _HELP[name].fullmatch(value):
                raise BadSetting(f"{name}={value!r} is not {_MEANT[name]}.")

    def _require_personnel_service(self) -> None:
        """Raises BadSetting where the service is named and something that it needs is not."""
        if not self.personnel_service_url:
            return
        for name in _OF_PERSONNEL_SERVICE:
            if not getattr(self, name):
                raise BadSetting(f"{name.upper()} is missing: PERSONNEL_SERVICE_URL names one.")
        for name in ("personnel_service_url", "personnel_token_url", "personnel_sign_on_url"):
            if not _is_safe_address(getattr(self, name)):
                raise BadSetting(
                    f"{name.upper()} is no address that begins with https:// (on this machine alone"
                    " http:// will do), without ?, # or a name and password."
                )

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read every setting from the environment; raises BadSetting naming a bad one."""
        given: dict[str, object] = {}
        for setting in fields(cls):
            text = os.environ.get(setting.name.upper())
            if text is None:
                continue
            try:
                given[setting.name] = _READERS[setting.type](text)
            except BadSetting:
                raise
            except (KeyError, ValueError) as error:
                kind = _KINDS[setting.type]
                raise BadSetting(f"{setting.name.upper()}={text!r} is not {kind}.") from error
        return cls(**given)  # type: ignore[arg-type]  # each value was read by its field's type

    def for_flask(self) -> dict[str, object]:
        """The settings as Flask and its extensions call them."""
        is_secure = self.public_url.startswith("https:")
        return {
            "SAKUHAM": self,
            "SECRET_KEY": self.signing_key(),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "DATABASE_REPLICA_URL": self.database_replica_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": is_secure,
            "SESSION_COOKIE_NAME": "__Host-session" if is_secure else "session",
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
        }

    def _engine_options(self) -> dict[str, object]:
        if self.database_url.startswith("sqlite"):
            return {}
        return {"pool_size": self.database_connections, "max_overflow": 2, "pool_pre_ping": False}

    def signing_key(self) -> str:
        """The secret key: the one set, or one made at the first start and kept.

        Raises BadSetting when the stored one is empty or cut off.
        """
        return self.secret_key or _kept_secret(
            "secret-key",
            "forms that are open in browsers are then offered once more, links that end reminders"
            " are void, and nobody is signed out",
        )

    def keys_secret(self) -> str:
        """What private keys are encrypted with: the passphrase set, or one made and kept.

        Raises BadSetting when the stored one is empty or cut off.
        """
        return self.keys_passphrase or _kept_secret(
            "keys-passphrase",
            "the keys in the database stay closed then, and `flask keys rotate` makes others",
        )


def _kept_secret(name: str, loss: str) -> str:
    """A secret made at the first start and kept in `var/`; `loss` is what its deletion costs.

    Of several processes that start at once all get the same: it comes to its place as a whole, and
    only once.
    """
    stored = VAR / name
    if not stored.exists():
        VAR.mkdir(mode=0o700, exist_ok=True)
        with NamedTemporaryFile("w", dir=VAR, prefix=f"{name}.") as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, stored)
        _store_names(VAR)
    secret = stored.read_text().strip()
    if len(secret) < SHORTEST_KEY:
        raise BadSetting(
            f"{stored} holds no whole key (it was cut off, perhaps on a full disk). Restore it"
            f" from a backup, or delete it and start again: {loss}."
        )
    return secret


def make_private(settings: Settings) -> None:
    """Restrict the permissions of `var/` and of what will be written to the account we run as.

    Files of other owners stay as they are.
    """
    os.umask(0o077)
    VAR.mkdir(exist_ok=True)
    paths = [VAR, *VAR.rglob("*")]
    scheme, _, file = settings.database_url.partition(":///")
    if scheme.startswith("sqlite") and file:
        paths += [Path(file + ending) for ending in ("", "-wal", "-shm")]
    for path in paths:
        with suppress(FileNotFoundError, PermissionError):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)


def _store_names(folder: Path) -> None:
    """Have the disk keep which files there are."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_AT_LEAST_ONE = (
    "second_factor_days",
    "invitations_per_minute",
    "jobs_lease_seconds",
    "database_connections",
    "replica_lag_seconds",
    "requests_at_once",
    "hashing_slots",
)
_OF_PERSONNEL_SERVICE = (
    "personnel_service_name",
    "personnel_token_url",
    "personnel_client_id",
    "personnel_client_secret",
    "personnel_sign_on_url",
    "personnel_sign_on_client",
    "personnel_sign_on_user",
    "personnel_sign_on_password",
    "personnel_document_kind",
)
_HELP = {
    "HELP_EMAIL": re.compile(r"[^\s@<>,;]+@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+"),
    "HELP_WHATSAPP": re.compile(r"\+[1-9](?:[ -]?\d){7,14}"),
}
_MEANT = {
    "HELP_EMAIL": "one address such as bantuan@instansi.go.id",
    "HELP_WHATSAPP": "a number with its country, such as +62 812-0000-0000",
}


def _yes_or_no(text: str) -> bool:
    return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
        text.lower()
    ]


def _read_providers(text: str) -> tuple[OidcProvider, ...]:
    """The providers that are named, each with what the environment says of it."""
    names = text.split()
    if len(set(names)) < len(names):
        raise BadSetting(f"OIDC_PROVIDERS={text!r} names one twice.")
    return tuple(_read_provider(name) for name in names)


def _read_provider(name: str) -> OidcProvider:
    if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name):
        raise BadSetting(
            f"OIDC_PROVIDERS: {name!r} is no short name; take small letters a-z, such as asn."
        )
    prefix = f"OIDC_{name.upper()}_"
    given = {
        setting.removeprefix(prefix): text.strip()
        for setting, text in os.environ.items()
        if setting.startswith(prefix)
    }
    unknown = sorted(set(given) - _OF_A_PROVIDER.keys())
    if unknown:
        known = ", ".join(prefix + setting for setting in sorted(_OF_A_PROVIDER))
        raise BadSetting(f"{prefix}{unknown[0]} means nothing; there are {known}.")
    for setting in ("ISSUER", "CLIENT_ID", "LABEL"):
        if not given.get(setting):
            raise BadSetting(f"{prefix}{setting} is missing: OIDC_PROVIDERS names {name}.")
    if not _is_safe_issuer(given["ISSUER"]):
        raise BadSetting(
            f"{prefix}ISSUER={given['ISSUER']!r} is no address that begins with https:// (on this"
            " machine alone http:// will do) and ends without ?, # or /."
        )
    values: dict[str, object] = {}
    for setting, text in given.items():
        try:
            attribute, read = _OF_A_PROVIDER[setting]
            values[attribute] = read(text)
        except (KeyError, ValueError, OSError) as error:
            raise BadSetting(f"{prefix}{setting} cannot be read: {error}") from error
    return OidcProvider(name=name, **values)  # type: ignore[arg-type]  # each by its own reader


def _is_safe_issuer(address: str) -> bool:
    return _is_safe_address(address) and not address.endswith("/")


def _is_safe_address(address: str) -> bool:
    """Whether nobody on the way reads what is sent there, and nothing secret stands in it."""
    parts = urlsplit(address)
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    is_whole = not (parts.query or parts.fragment or parts.username)
    return is_secure and bool(parts.hostname) and is_whole


def _read_pairs(text: str) -> dict[str, str]:
    """`theirs=ours` with commas between."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(theirs.strip() and ours.strip() for theirs, _, ours in pairs):
        raise ValueError("it wants theirs=ours, with commas between")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


_OF_A_PROVIDER: dict[str, tuple[str, Callable[[str], object]]] = {
    "LABEL": ("label", str),
    "ISSUER": ("issuer", str),
    "CLIENT_ID": ("client_id", str),
    "CLIENT_SECRET": ("client_secret", str),
    "CLIENT_SECRET_FILE": ("client_secret", lambda path: Path(path).read_text().strip()),
    "SCOPES": ("scopes", str),
    "NIP_CLAIM": ("nip_claim", str),
    "NAME_CLAIM": ("name_claim", str),
    "VOUCHES_FOR_NUMBERS": ("vouches_for_numbers", _yes_or_no),
    "INSTITUTION_CLAIM": ("institution_claim", str),
    "INSTITUTION_CODES": ("institution_codes", _read_pairs),
    "HAS_SECOND_FACTOR": ("has_second_factor", _yes_or_no),
}
_ROLES = frozenset({"author", "reviewer", "hr_officer", "coordinator", "admin"})


def _read_roles(text: str) -> tuple[str, ...]:
    unknown = sorted(set(text.split()) - _ROLES)
    if unknown:
        raise BadSetting(
            f"SECOND_FACTOR_REQUIRED={text!r}: {unknown[0]} is no role; there are"
            f" {', '.join(sorted(_ROLES))}."
        )
    return tuple(text.split())


_READERS: dict[object, Callable[[str], object]] = {
    bool: _yes_or_no,
    int: int,
    str: str,
    tuple[OidcProvider, ...]: _read_providers,
    tuple[str, ...]: _read_roles,
}
_KINDS: dict[object, str] = {bool: "yes or no", int: "a whole number", str: "text"}
