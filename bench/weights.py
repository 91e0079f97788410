"""How many bytes a browser fetches: on a first visit, and for each page after it."""

import re
from dataclasses import dataclass, field

from bench.client import Browser
from bench.people import SLUG, Learner

LINKED = re.compile(r'<(?:link rel="stylesheet" href|script src|img[^>]* src)="([^"]+)"')
FONT = re.compile(r'url\("?([^")]+\.woff2)"?\)')


@dataclass(frozen=True, slots=True)
class Weight:
    """One page: its own bytes, and those of files that the browser did not have yet."""

    page: str
    html: int
    files: int
    requests: int

    @property
    def total(self) -> int:
        """All that was fetched for it."""
        return self.html + self.files


@dataclass(slots=True)
class _Visit:
    """A browser with an empty cache, and what it has fetched."""

    browser: Browser
    known: set[str] = field(default_factory=set)

    def weigh(self, page: str, path: str) -> Weight:
        """Open a page and fetch what it links and is not in the cache."""
        answer = self.browser.get(path)
        before = len(self.known)
        files = sum(self._fetch(link) for link in LINKED.findall(answer.text))
        return Weight(page, answer.weight, files, 1 + len(self.known) - before)

    def _fetch(self, path: str) -> int:
        if path in self.known or path.startswith("data:"):
            return 0
        self.known.add(path)
        answer = self.browser.get(path)
        if not path.endswith(".css"):
            return answer.weight
        folder = path.rpartition("/")[0]
        fonts = [_join(folder, font) for font in FONT.findall(answer.text)]
        return answer.weight + sum(map(self._fetch, fonts))


def weigh_pages(port: int, reader: Learner) -> list[Weight]:
    """A first visit by a stranger, and the first chapters of somebody who is signed in."""
    stranger = _Visit(Browser(port, address="10.255.0.1"))
    weights = [stranger.weigh("first visit: home", "/")]
    chapter = f"/buku/{SLUG}/"
    straight = _Visit(Browser(port, address="10.255.0.2"))
    weights.append(straight.weigh("first visit: a chapter", chapter + "1"))
    learner = _Visit(Browser(port, address="10.255.0.3"))
    learner.browser.cookies["masuk"] = reader.cookie
    learner.weigh("home", "/")
    pages = [("pocketbook", f"/buku/{SLUG}"), ("chapter, the first one opened", chapter + "1")]
    pages += [(f"chapter {number}", f"{chapter}{number}") for number in (2, 3, 4)]
    weights += [learner.weigh(f"then: {page}", path) for page, path in pages]
    for visit in (stranger, straight, learner):
        visit.browser.close()
    return weights


def _join(folder: str, relative: str) -> str:
    """The address of a file that a style sheet names."""
    if relative.startswith("/"):
        return relative
    while relative.startswith("../"):
        folder, relative = folder.rpartition("/")[0], relative.removeprefix("../")
    return f"{folder}/{relative}"
