"""A provider of OpenID Connect, asked by the authorization code flow with PKCE.

Everything here goes over the network, so it is never called while anything is being stored. What
the provider says of itself and its keys are kept for a while; keys are asked for again as soon as
one is named that is not among them, as after a change of keys.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from lms.accounts.tokens import new_token
from lms.signon.errors import (
    ClocksApart,
    OtherIssuer,
    ProviderAway,
    ProviderRefused,
    ProviderSilent,
    TokenExpired,
    TokenRefused,
)
from lms.signon.line import Line
from lms.signon.models import SUBJECT_LENGTH

SECONDS: Final = 5.0
"""How long a provider has for one answer."""
KEPT_SECONDS: Final = 3600.0
KEYS_AT_MOST_EVERY: Final = 30.0
"""How often keys are asked for again because of one that is not known: anybody can name one."""
REST_SECONDS: Final = 15.0
"""How long a provider that did not answer is left alone, so that nobody waits for it."""
AT_ONCE: Final = 2
"""How many of a process's requests may wait for one provider; others go on working meanwhile."""
LEEWAY_SECONDS: Final = 60
"""How far clocks may be apart."""
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Signatures of which we hold no half; a provider uses those of them that it says it does."""
_USUAL_ALGORITHM: Final = "RS256"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Who the provider is, and who we are there."""

    label: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    nip_claim: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What we must remember of somebody who sets out for a provider until they are back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> "Journey":
        """A new one, of which nobody can guess anything."""
        return cls(new_token(), new_token(), new_token())


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What a provider says of itself."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    authentication: str
    names_issuer: bool


class OpenIdClient:
    """One provider, for all threads of a process."""

    def __init__(self, settings: ClientSettings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._line = Line(seconds)
        self._lock = Lock()
        self._places = BoundedSemaphore(AT_ONCE)
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._rests_until = 0.0

    def address_to_go_to(self, journey: Journey, redirect_uri: str) -> str:
        """Where somebody signs on; raises ProviderAway."""
        with self._talk():
            metadata = self._describe()
        address, _ = self._client(metadata, redirect_uri).create_authorization_url(
            metadata.authorization_endpoint,
            state=journey.state,
            nonce=journey.nonce,
            code_verifier=journey.verifier,
        )
        return str(address)

    def address_to_leave(self, redirect_uri: str) -> str | None:
        """Where somebody signs out there too, and comes back from; None where it has no such page.

        Raises ProviderAway.
        """
        with self._talk():
            endpoint = self._describe().end_session_endpoint
        if endpoint is None:
            return None
        named = [
            ("client_id", self._settings.client_id),
            ("post_logout_redirect_uri", redirect_uri),
        ]
        return str(add_params_to_uri(endpoint, named))

    def claims_of(
        self, journey: Journey, code: str, issuer: str | None, redirect_uri: str, *, now: datetime
    ) -> dict[str, Any]:
        """What the provider says of who has come back with this code.

        `issuer` is what came beside the code (RFC 9207). Raises OtherIssuer, ProviderRefused,
        TokenRefused, TokenExpired and ClocksApart, and ProviderAway.
        """
        with self._talk():
            metadata = self._describe()
            if issuer != self._settings.issuer and (issuer is not None or metadata.names_issuer):
                raise OtherIssuer
            token = self._exchange(metadata, journey, code, redirect_uri)
            claims = self._verify(metadata, journey, token, now=now)
            if self._settings.nip_claim not in claims and metadata.userinfo_endpoint:
                further = self._ask_further(metadata.userinfo_endpoint, token, claims["sub"])
                return further | claims
        return claims

    @contextmanager
    def _talk(self) -> Iterator[None]:
        """Have a place on the line, and the provider rest for a while if it does not answer."""
        label = self._settings.label
        if time.monotonic() < self._rests_until or not self._places.acquire(timeout=1):
            raise ProviderAway(label)
        try:
            yield
        except ProviderSilent as silence:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise ProviderAway(label) from silence
        finally:
            self._places.release()

    def _describe(self) -> _Metadata:
        """What the provider says of itself, an hour old at most unless it is silent now."""
        kept = self._metadata
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            found = self._line.get_object(
                f"{self._settings.issuer}/.well-known/openid-configuration"
            )
            metadata = _read_metadata(found, self._settings)
        except ProviderSilent:
            if kept is None:
                raise
            metadata = kept[1]
        self._metadata = time.monotonic(), metadata
        return metadata

    def _client(self, metadata: _Metadata, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            self._line,
            self._settings.client_id,
            self._settings.client_secret or None,
            token_endpoint_auth_method=metadata.authentication,
            scope=self._settings.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _exchange(
        self, metadata: _Metadata, journey: Journey, code: str, redirect_uri: str
    ) -> Mapping[str, Any]:
        """The tokens for a code."""
        client = self._client(metadata, redirect_uri)
        try:
            token: Mapping[str, Any] = client.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=journey.verifier,
            )
        except OAuth2Error as error:
            raise ProviderRefused(self._settings.label, read_error_code(error.error)) from error
        except (ValueError, TypeError, OverflowError) as error:
            raise ProviderSilent(f"the token answer cannot be read: {error}") from error
        return token

    def _verify(
        self, metadata: _Metadata, journey: Journey, token: Mapping[str, Any], *, now: datetime
    ) -> dict[str, Any]:
        """The claims of the ID token, if the provider has signed them for us, now and for this."""
        text = token.get("id_token")
        if not isinstance(text, str):
            raise TokenRefused("there is no ID token")
        try:
            found = self._decode(metadata, text)
            _compare_clocks(found.claims, now)
            CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                {
                    "nonce": journey.nonce,
                    "client_id": self._settings.client_id,
                    "access_token": token.get("access_token"),
                },
            ).validate(int(now.timestamp()), LEEWAY_SECONDS)
        except ExpiredTokenError as error:
            raise TokenExpired from error
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(f"{type(error).__name__}: {error}") from error
        subject = found.claims["sub"]
        if not 0 < len(subject) <= SUBJECT_LENGTH:
            raise TokenRefused("the subject is too long, or empty")
        return dict(found.claims)

    def _decode(self, metadata: _Metadata, text: str) -> jwt.Token:
        keys = self._ask_for_keys(metadata.jwks_uri)
        try:
            return jwt.decode(text, keys, algorithms=metadata.algorithms)
        except InvalidKeyIdError:
            newer = self._ask_for_keys(metadata.jwks_uri, since=KEYS_AT_MOST_EVERY)
            return jwt.decode(text, newer, algorithms=metadata.algorithms)

    def _ask_for_keys(self, address: str, *, since: float = KEPT_SECONDS) -> KeySet:
        """The provider's keys, so many seconds old at most."""
        with self._lock:
            kept = self._keys
            if kept is None or time.monotonic() - kept[0] > since:
                found = self._line.get_object(address)
                try:
                    kept = time.monotonic(), _signing_keys(found)
                except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                    raise ProviderSilent("the keys cannot be read") from error
                self._keys = kept
        return kept[1]

    def _ask_further(self, address: str, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Claims that are not in the ID token; only those of the same person."""
        access = token.get("access_token")
        if not isinstance(access, str):
            return {}
        found = self._line.get_object(address, {"Authorization": f"Bearer {access}"})
        if found.get("sub") != subject:
            raise TokenRefused("the claims are of another subject")
        return found


def read_error_code(text: object) -> str:
    """An error's name as RFC 6749 has them, fit to be shown; "unknown" for anything else."""
    is_name = isinstance(text, str) and text.isascii() and text.replace("_", "").isalnum()
    return text if is_name and isinstance(text, str) and len(text) <= 40 else "unknown"


def _read_metadata(found: Mapping[str, Any], settings: ClientSettings) -> _Metadata:
    """Read a discovery document; raises ProviderSilent where it is another's, or cannot be used.

    Addresses on other schemes than the issuer's own are not taken: over plain http anybody on the
    way would be the provider.
    """
    if found.get("issuer") != settings.issuer:
        raise ProviderSilent(f"it says that its issuer is {found.get('issuer')!r}")
    scheme = settings.issuer.partition(":")[0]

    def address(name: str) -> str | None:
        value = found.get(name)
        is_safe = isinstance(value, str) and value.startswith(("https://", f"{scheme}://"))
        return value if is_safe and isinstance(value, str) else None

    authorization, token, keys = map(
        address, ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    if authorization is None or token is None or keys is None:
        raise ProviderSilent("its discovery document lacks an endpoint")
    offered = found.get("id_token_signing_alg_values_supported") or [_USUAL_ALGORITHM]
    algorithms = tuple(each for each in ALGORITHMS if each in offered)
    if not algorithms:
        raise ProviderSilent("it signs by no algorithm that we take")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return _Metadata(
        authorization_endpoint=authorization,
        token_endpoint=token,
        jwks_uri=keys,
        userinfo_endpoint=address("userinfo_endpoint"),
        end_session_endpoint=address("end_session_endpoint"),
        algorithms=algorithms,
        authentication=_authentication(settings, methods),
        names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _authentication(settings: ClientSettings, methods: object) -> str:
    """How we say who we are: in the head where the provider takes that, else in the form."""
    if not settings.client_secret:
        return "none"
    takes = methods if isinstance(methods, list) else []
    is_by_form = "client_secret_basic" not in takes and "client_secret_post" in takes
    return "client_secret_post" if is_by_form else "client_secret_basic"


def _signing_keys(found: Mapping[str, Any]) -> KeySet:
    """Those of a provider's public keys that sign."""
    keys = [key for key in found["keys"] if key.get("use", "sig") == "sig"]
    return KeySet.import_key_set({"keys": keys})


def _compare_clocks(claims: Mapping[str, Any], now: datetime) -> None:
    """Raise ClocksApart for what was said in the future."""
    latest = now.timestamp() + LEEWAY_SECONDS
    for name in ("iat", "nbf"):
        moment = claims.get(name)
        if isinstance(moment, (int, float)) and moment > latest:
            raise ClocksApart
