"""The document of the API: OpenAPI 3.1, made from the sections' own decorators."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from typing import Any, Final

from flask import Flask, current_app
from flask_smorest import Api

from lms.api.sections import Section
from lms.http.problems import MEDIA_TYPE, SLUGS
from lms.version import VERSION

TITLE: Final = "SakuHAM API"
INTRODUCTION: Final = (
    "Untuk sistem kepegawaian instansi: sertifikat pegawai sejak sebuah kursor, pemeriksaan "
    "sertifikat, daftar pegawai, dan angka program. Kunci dibuat pengelola kepegawaian di "
    "Kepegawaian, Kunci API, dan dikirim dalam kepala Authorization sebagai Bearer. Setiap galat "
    "berbentuk RFC 9457."
)

_EVERYWHERE: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_WITH_BODY: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
WORDS: Final = {
    HTTPStatus.BAD_REQUEST: "Permintaan tidak dapat dibaca.",
    HTTPStatus.UNAUTHORIZED: "Tanpa kunci, atau dengan kunci yang tidak (lagi) berlaku.",
    HTTPStatus.FORBIDDEN: "Kunci ini tidak mencakup bagian ini.",
    HTTPStatus.NOT_FOUND: "Tidak ada, atau bukan milik instansi Anda.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Alamat ini tidak menerima cara itu; Allow menyebut yang mana.",
    HTTPStatus.CONFLICT: "Belum dapat dilakukan dalam keadaan sekarang.",
    HTTPStatus.REQUEST_TIMEOUT: "Isi permintaan tidak sampai pada waktunya.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Isi permintaan terlalu besar.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Isi permintaan bukan application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Ada isian yang keliru; errors menyebut yang mana.",
    HTTPStatus.TOO_MANY_REQUESTS: "Terlalu sering; Retry-After menyebut berapa detik lagi.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Kesalahan pada sistem; sebutkan reference.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Sedang sibuk; coba lagi setelah Retry-After.",
}
"""What each error means, in the document and on its page."""

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "reference"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "reference": {"type": "string", "description": "Nomor dalam log sistem."},
        "code": {"type": "string", "description": "Nama penolakan, bagi program."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_LIMIT_HEADERS: Final = {
    "RateLimit-Policy": {"$ref": "#/components/headers/RateLimit-Policy"},
    "RateLimit": {"$ref": "#/components/headers/RateLimit"},
}
_RETRY: Final = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_HEADERS: Final[dict[str, Any]] = {
    "RateLimit-Policy": {
        "description": "Berapa permintaan (q) dalam berapa detik (w).",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "Sisa permintaan (r) dan detik sampai hitungan baru (t).",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Setelah berapa detik boleh dicoba lagi.",
        "schema": {"type": "integer"},
    },
}


@dataclass(frozen=True, slots=True)
class Value:
    """Something that is sent or answered: where it stands, and what it means."""

    name: str
    description: str
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, as the page shows it."""

    method: str
    path: str
    scope: str
    summary: str
    description: str
    sent: list[Value]
    answered: list[Value]
    statuses: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Document:
    """The document, as it is and as the page reads it."""

    content: bytes
    operations: list[Operation]
    problems: list[tuple[str, int, str]]
    """Of each error its place on the page, its status, and what it means."""


class OurApi(Api):  # type: ignore[misc]  # the library has no types
    """The library's, without its answers to errors: ours are for the whole application."""

    def _register_error_handlers(self) -> None:
        pass


def init_document(app: Flask, sections: Sequence[Section]) -> None:
    """Register the sections, and make the document of what they say of themselves."""
    app.config |= {"API_TITLE": TITLE, "API_VERSION": VERSION, "OPENAPI_VERSION": "3.1.0"}
    api = OurApi(app, spec_kwargs={"info": {"description": INTRODUCTION}})
    for section in sections:
        api.register_blueprint(section)
    scopes = {section.name: section.scope.value for section in sections}
    described = api.spec.to_dict()
    _complete(described, scopes, app.config["SAKUHAM"].public_url.rstrip("/"))
    app.extensions["api_document"] = Document(
        json.dumps(described, ensure_ascii=False, indent=1).encode() + b"\n",
        list(_operations(described)),
        [(slug, status.value, WORDS[status]) for status, slug in SLUGS.items() if status in WORDS],
    )


def current_document() -> Document:
    """The application's document."""
    document: Document = current_app.extensions["api_document"]
    return document


def _complete(described: dict[str, Any], scopes: dict[str, str], root: str) -> None:
    """Add what holds of every operation: its key, its errors, its limits."""
    components = described.setdefault("components", {})
    components["schemas"] = {
        name: schema
        for name, schema in components.get("schemas", {}).items()
        if name not in {"Error", "PaginationMetadata"}
    } | {"Problem": _PROBLEM}
    components["headers"] = _HEADERS
    components["responses"] = {
        status.phrase.replace(" ", "").replace("-", ""): {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "headers": _LIMIT_HEADERS
            | (
                _RETRY
                if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
                else {}
            ),
        }
        for status, words in WORDS.items()
    }
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    described["servers"] = [{"url": root}]
    described["tags"] = [
        tag | {"x-scope": scopes[tag["name"]]} for tag in described.get("tags", [])
    ]
    for _, method, operation in _each(described):
        tag = operation["tags"][0]
        operation["security"] = [{"key": []}]
        operation["x-scope"] = scopes[tag]
        errors = [*_EVERYWHERE, *(_WITH_BODY if method in {"post", "put"} else ())]
        errors += [HTTPStatus(int(each)) for each in operation.pop("x-refusals", ())]
        responses = operation["responses"]
        responses.pop("default", None)
        for status in sorted(errors):
            name = status.phrase.replace(" ", "").replace("-", "")
            responses[str(status.value)] = {"$ref": f"#/components/responses/{name}"}
        for status, answer in responses.items():
            if status in {"200", "304"}:
                answer.setdefault("headers", {}).update(_LIMIT_HEADERS)


def _each(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method.upper() in HTTPMethod.__members__:
                yield path, method, operation


def _operations(described: dict[str, Any]) -> Iterator[Operation]:
    named = described["components"]["responses"]
    schemas = described["components"]["schemas"]
    for path, method, operation in _each(described):
        yield Operation(
            method=method.upper(),
            path=path,
            scope=operation["x-scope"],
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            sent=[*_parameters(operation), *_values(operation.get("requestBody"), schemas)],
            answered=list(_values(operation["responses"]["200"], schemas)),
            statuses=[
                (
                    status,
                    named[answer["$ref"].rpartition("/")[2]]["description"]
                    if "$ref" in answer
                    else answer["description"],
                )
                for status, answer in sorted(operation["responses"].items())
            ],
        )


def _parameters(operation: dict[str, Any]) -> Iterator[Value]:
    for each in operation.get("parameters", []):
        yield Value(each["name"], each.get("description", ""), each["required"])


def _values(content: dict[str, Any] | None, schemas: dict[str, Any]) -> Iterator[Value]:
    """What a body has, with what stands in it: `entries[].position`."""
    if content is not None and "content" in content:
        yield from _inside(content["content"]["application/json"]["schema"], schemas, "")


def _inside(schema: dict[str, Any], schemas: dict[str, Any], path: str) -> Iterator[Value]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    needed = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        yield Value(path + name, inner.get("description", ""), name in needed)
        yield from _inside(inner, schemas, f"{path}{name}.")
        yield from _inside(inner.get("items", {}), schemas, f"{path}{name}[].")
