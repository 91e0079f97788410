"""A small browser for the tests: it follows forms, and checks every page that it opens."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from lms.http.cookies import name_of
from lms.http.principal import COOKIE
from tests.factories import PASSWORD, Factory, Person

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
FIELDS = frozenset({"input", "select", "textarea"})
UNSEEN = frozenset({"script", "style", "template", "title"})
POLICY_NEEDS = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")

GAGAL = re.compile(r"\bgagal\b", re.IGNORECASE)
"""Nobody is said to have failed (domain.md F.2); the law's "kegagalan pelindungan" is a term."""

Fields = Mapping[str, str | Sequence[str]]


@dataclass
class Tag:
    """An element: its name, its attributes, and the text inside."""

    name: str
    attributes: dict[str, str]
    parents: tuple["Tag", ...]
    text: str = ""

    def get(self, name: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(name, "")

    def inside(self, name: str) -> "Tag | None":
        """The nearest element of a name that this one stands in."""
        return next((tag for tag in reversed(self.parents) if tag.name == name), None)


@dataclass
class Form:
    """A form as a person would send it untouched."""

    action: str
    method: str
    fields: dict[str, list[str]]
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """name, value and words of each button"""


class Document(HTMLParser):
    """A page as a list of elements; notes what does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.faults: list[str] = []
        self._open: list[Tag] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag.name}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        names = [name for name, _ in attrs]
        self.faults += [
            f"<{tag}> has {name} twice" for name, count in Counter(names).items() if count > 1
        ]
        made = Tag(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.tags.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself, as those of a drawing may."""
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in VOID:
            return
        if not self._open or self._open[-1].name != tag:
            inside = self._open[-1].name if self._open else "nothing"
            self.faults.append(f"</{tag}> closes <{inside}>")
            while self._open and self._open[-1].name != tag:
                self._open.pop()
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give text to every element that it stands in."""
        for tag in self._open:
            tag.text += data

    def all(self, name: str) -> list[Tag]:
        """Every element of a name."""
        return [tag for tag in self.tags if tag.name == name]

    @property
    def words(self) -> str:
        """What a person reads: the text outside scripts and the like, spaces made one."""
        hidden = [tag for tag in self.tags if tag.name in UNSEEN]
        body = next(iter(self.all("body")), None)
        text = body.text if body else "".join(tag.text for tag in self.tags if not tag.parents)
        for tag in hidden:
            if tag.text and tag.inside("body"):
                text = text.replace(tag.text, " ")
        return " ".join(text.split())


def faults_of(document: Document) -> list[str]:
    """What every page of the house must have, and this one has not."""
    faults = list(document.faults)
    tags = document.tags
    page = document.all("html")
    if not page or page[0].get("lang") not in {"id", "en"}:
        faults.append("the language is not said")
    titles = [tag for tag in document.all("title") if not tag.inside("svg")]
    if len(titles) != 1 or not titles[0].text.strip(" ·\n").removesuffix("SakuHAM").strip(" ·\n"):
        faults.append("there is no title of its own")
    for name, wanted in (("h1", 1), ("main", 1)):
        if len(document.all(name)) != wanted:
            faults.append(f"there are {len(document.all(name))} <{name}>")
    if not document.all("header"):
        faults.append("there is no <header>")
    ids = Counter(tag.get("id") for tag in tags if "id" in tag.attributes)
    faults += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    faults += [f"an id is {name!r}" for name in ids if not name or any(c.isspace() for c in name)]
    for tag in tags:
        faults += _faults_of_tag(tag, ids, document)
    if GAGAL.search(document.words):
        faults.append('it says "gagal"')
    return faults


def _faults_of_tag(tag: Tag, ids: Mapping[str, int], document: Document) -> list[str]:
    faults = []
    shown = f"<{tag.name} {tag.attributes}>"
    if "style" in tag.attributes or tag.name == "style":
        faults.append(f"a style inside the page: {shown}")
    if tag.name == "script" and not tag.get("src") and tag.get("type") != "application/json":
        faults.append("a script inside the page")
    faults += [f"a script inside {shown}" for name in tag.attributes if name.startswith("on")]
    if tag.get("href").strip().lower().startswith("javascript:"):
        faults.append(f"a script inside {shown}")
    for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"):
        missing = [word for word in tag.get(name).split() if word not in ids]
        faults += [f"{name} names {word!r}, which is not there" for word in missing]
    if tag.name == "a" and tag.get("href").startswith("#") and tag.get("href")[1:] not in ids:
        faults.append(f"{tag.get('href')} leads nowhere")
    if tag.name == "img" and "alt" not in tag.attributes:
        faults.append(f"no alternative text: {shown}")
    if tag.name in FIELDS and not _is_labelled(tag, document):
        faults.append(f"no label: {shown}")
    if tag.name in {"button", "a"} and not _has_words(tag, document):
        faults.append(f"no words: {shown}")
    return faults


def _is_labelled(tag: Tag, document: Document) -> bool:
    if tag.get("type") in {"hidden", "submit", "button"}:
        return True
    labels = [
        label.text.strip()
        for label in document.all("label")
        if label in tag.parents or (tag.get("id") and label.get("for") == tag.get("id"))
    ]
    return any(labels) or bool(tag.get("aria-label").strip() or tag.get("aria-labelledby"))


def _has_words(tag: Tag, document: Document) -> bool:
    if tag.text.strip() or tag.get("aria-label").strip() or tag.get("aria-labelledby"):
        return True
    return any(
        (other.name == "img" and other.get("alt")) or other.get("aria-label")
        for other in document.tags
        if tag in other.parents
    )


class Page:
    """What a request brought."""

    def __init__(self, response: TestResponse, url: str) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.data = response.data
        self.url = url
        self.is_html = response.mimetype == "text/html"
        self.text = response.get_data(as_text=True) if _is_text(response.mimetype) else ""
        self._document: Document | None = None

    @property
    def document(self) -> Document:
        """The page as elements."""
        if self._document is None:
            self._document = Document(self.text)
        return self._document

    @property
    def words(self) -> str:
        """What a person reads."""
        return self.document.words

    @property
    def title(self) -> str:
        """The page's heading."""
        return " ".join(self.document.all("h1")[0].text.split())

    @property
    def path(self) -> str:
        """The path that the page stands at."""
        return urlsplit(self.url).path

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.text)

    @property
    def links(self) -> list[str]:
        """Where the page leads."""
        return [tag.get("href") for tag in self.document.all("a")]

    @property
    def token(self) -> str | None:
        """The token against forged requests, if the page has one."""
        return next(
            (
                tag.get("value")
                for tag in self.document.all("input")
                if tag.get("name") == "csrf_token"
            ),
            None,
        )

    @property
    def forms(self) -> list[Form]:
        """The forms of the page, as they would be sent untouched."""
        made: dict[int, Form] = {}
        for tag in self.document.tags:
            if tag.name == "form":
                made[id(tag)] = Form(
                    urljoin(self.url, tag.get("action")) if tag.get("action") else self.url,
                    tag.get("method").upper() or "GET",
                    {},
                )
        by_id = {tag.get("id"): id(tag) for tag in self.document.all("form") if tag.get("id")}
        for tag in self.document.tags:
            owner = tag.inside("form")
            key = by_id.get(tag.get("form")) if tag.get("form") else id(owner) if owner else None
            if key in made:
                _fill(made[key], tag)
        return list(made.values())

    def form(self, action: str) -> Form:
        """The form that goes to a path, or to one that ends so."""
        ways = [*self.forms, *self._ways_of_buttons()]
        found = [form for form in ways if urlsplit(form.action).path.endswith(action)]
        assert found, f"{self.url} has no form for {action}: {[f.action for f in self.forms]}"
        return found[0]

    def _ways_of_buttons(self) -> list[Form]:
        """The forms of buttons that send theirs elsewhere."""
        forms = dict(zip(map(id, self.document.all("form")), self.forms, strict=True))
        return [
            Form(tag.get("formaction"), "POST", forms[id(owner)].fields)
            for tag in self.document.all("button")
            if tag.get("formaction") and (owner := tag.inside("form"))
        ]

    def values(self, name: str) -> list[str]:
        """What the fields of a name hold."""
        return [
            tag.get("value") or tag.text
            for tag in self.document.tags
            if tag.name in FIELDS and tag.get("name") == name
        ]


def _is_text(mimetype: str | None) -> bool:
    return (mimetype or "").startswith("text/") or mimetype == "application/json"


def _fill(form: Form, tag: Tag) -> None:
    name, kind = tag.get("name"), tag.get("type")
    if tag.name == "button" and kind != "button":
        form.buttons.append((name, tag.get("value"), " ".join(tag.text.split())))
    elif tag.name == "option" and (select := tag.inside("select")):
        if "selected" in tag.attributes or select.get("name") not in form.fields:
            form.fields[select.get("name")] = [tag.get("value")]
    elif not name or "disabled" in tag.attributes:
        return
    elif tag.name == "input" and kind in {"radio", "checkbox"}:
        if "checked" in tag.attributes:
            form.fields.setdefault(name, []).append(tag.get("value") or "on")
    elif tag.name == "input" and kind not in {"submit", "button"}:
        form.fields.setdefault(name, []).append(tag.get("value"))
    elif tag.name == "textarea":
        form.fields.setdefault(name, []).append(tag.text)


class Browser:
    """Opens pages, sends forms, keeps cookies; each request has an application context of its own.

    A redirect is followed unless a status of the 3xx is expected. Every HTML page is checked.
    """

    def __init__(self, app: Flask, make: Factory) -> None:
        self.app = app
        self.make = make
        self.client = app.test_client()
        self.page: Page | None = None

    def another(self) -> "Browser":
        """A second browser, with no cookies."""
        return Browser(self.app, self.make)

    def sign_in(self, person: Person, *, password: str | None = None) -> str:
        """Sign a person in: on a device opened for them, or by the form with their password.

        Returns the token of the device's cookie.
        """
        if password is None:
            token = self.make.device(person)
            self.cookie(COOKIE, token)
            return token
        self.get("/masuk")
        self.post("/masuk", {"identifier": person.number, "password": password})
        kept = self.find_cookie(COOKIE)
        assert kept is not None, "signing in gave no cookie"
        return kept

    def sign_in_by_form(self, person: Person) -> str:
        """Sign in as a person made with `password=PASSWORD`."""
        return self.sign_in(person, password=PASSWORD)

    def cookie(self, name: str, value: str | None) -> None:
        """Set a cookie, or drop it."""
        if value is None:
            self.client.delete_cookie(self._called(name))
        else:
            self.client.set_cookie(self._called(name), value)

    def find_cookie(self, name: str) -> str | None:
        """What a cookie holds, if there is one."""
        cookie = self.client.get_cookie(self._called(name))
        return None if cookie is None else cookie.value

    def _called(self, name: str) -> str:
        with self.app.app_context():
            return name_of(name)

    def get(self, url: str, *, expect: int = 200, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page."""
        return self._open("GET", url, expect, headers=dict(headers or {}))

    def post(
        self,
        url: str,
        fields: Fields | None = None,
        *,
        expect: int = 200,
        token: str | None = "",
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send a form with the token of the page that is open, or with another, or with none."""
        sent: dict[str, Any] = dict(fields or {})
        if token is not None and "csrf_token" not in sent:
            sent["csrf_token"] = token or self.token()
        return self._open("POST", url, expect, data=sent, headers=dict(headers or {}))

    def upload(
        self, url: str, files: Sequence[tuple[str, bytes]], *, field: str, expect: int = 200
    ) -> Page:
        """Send files by their names, as the field of a form does."""
        sent = {
            field: [FileStorage(BytesIO(content), name) for name, content in files],
            "csrf_token": self.token(),
        }
        # Werkzeug's client would leave a temporary file open of what is large and not redirected.
        body, length, boundary = stream_encode_multipart(sent, use_tempfile=False)
        media_type = f'multipart/form-data; boundary="{boundary}"'
        return self._open("POST", url, expect, data=body.read(length), content_type=media_type)

    def put(self, url: str, body: object, *, expect: int = 200, token: str | None = "") -> Page:
        """Send JSON as the quiz does."""
        headers = {} if token is None else {"X-CSRFToken": token or self.token()}
        return self._open("PUT", url, expect, json=body, headers=headers)

    def submit(
        self, form: Form, fields: Fields | None = None, *, button: str = "", expect: int = 200
    ) -> Page:
        """Send a form of a page with its own fields, some of them filled in differently."""
        sent: dict[str, Any] = {**form.fields, **(fields or {})}
        pressed = [each for each in form.buttons if button and button in each[2]]
        assert pressed or not button, f"no button {button!r}: {form.buttons}"
        if pressed and pressed[0][0]:
            sent[pressed[0][0]] = pressed[0][1]
        if form.method == "GET":
            return self._open("GET", form.action, expect, query_string=sent)
        return self._open("POST", form.action, expect, data=sent)

    def token(self) -> str:
        """The token of the page that is open; else a form's that everybody can open."""
        token = self.page.token if self.page is not None and self.page.is_html else None
        if token is None:
            token = Page(self.client.get("/lupa-kata-sandi"), "/lupa-kata-sandi").token
        assert token is not None
        return token

    def _open(self, method: str, url: str, expect: int, **given: Any) -> Page:
        follows = not 300 <= expect < 400
        response = self.client.open(url, method=method, follow_redirects=follows, **given)
        url = response.request.path if follows else url
        page = Page(response, url)
        assert page.status == expect, (
            f"{method} {url}: {page.status} instead of {expect}, "
            f"{response.headers.get('Location', '')}\n{page.words[:600] if page.text else ''}"
        )
        if page.is_html and "<html" in page.text and not 300 <= page.status < 400:
            faults = faults_of(page.document) + _faults_of_headers(page)
            assert not faults, f"{method} {url}: " + "; ".join(faults[:10])
        self.page = page
        return page


def _faults_of_headers(page: Page) -> list[str]:
    policy = page.headers.get("Content-Security-Policy", "")
    faults = [f"the content policy lacks {part}" for part in POLICY_NEEDS if part not in policy]
    if "unsafe" in policy:
        faults.append("the content policy lets something unsafe in")
    if page.headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("nosniff is missing")
    return faults
