"""How many bytes a browser fetches: on a first visit, and for each page after it."""

import re
from dataclasses import dataclass, field

from bench.client import Browser
from bench.people import SLUG, People
from bench.targets import FIRST_CHAPTER_KB, FIRST_VISIT_KB, NEXT_PAGE_KB

LINKED = re.compile(
    r'<(?:link rel="stylesheet" href|script src|img[^>]* src|image [^>]*href)="([^"]+)"'
)
FONT = re.compile(r'url\("?([^")]+\.woff2)"?\)')


@dataclass(frozen=True, slots=True)
class Weight:
    """One page: its own bytes, and those of files that the browser did not have yet."""

    title: str
    target: float
    html: int
    files: int
    requests: int

    @property
    def kb(self) -> float:
        """All that was fetched for it, in thousands of bytes."""
        return (self.html + self.files) / 1000


@dataclass(slots=True)
class Visit:
    """A browser with an empty cache, and what it has fetched."""

    browser: Browser
    known: set[str] = field(default_factory=set)

    def weigh(self, title: str, path: str, target: float = NEXT_PAGE_KB) -> Weight:
        """Open a page and fetch what it links and is not in the cache.

        `target` is for a page that is not the first.
        """
        target = target if self.known else FIRST_VISIT_KB
        answer = self.browser.get(path)
        before = len(self.known)
        files = sum(self._fetch(link) for link in LINKED.findall(answer.text))
        return Weight(title, target, len(answer.body), files, 1 + len(self.known) - before)

    def _fetch(self, path: str) -> int:
        if path in self.known or path.startswith("data:"):
            return 0
        self.known.add(path)
        answer = self.browser.get(path)
        if not path.endswith(".css"):
            return len(answer.body)
        folder = path.rpartition("/")[0]
        fonts = [_join(folder, font) for font in FONT.findall(answer.text)]
        return len(answer.body) + sum(map(self._fetch, fonts))


def weigh_pages(port: int, people: People) -> list[Weight]:
    """First visits by strangers, and the pages of a learner who began at home."""
    chapter = f"/buku/{SLUG}/"
    sitting, (holder, code) = people.sitting(answered=False), people.holder()
    visits = home, straight, by_code, learner = [Visit(Browser(port)) for _ in range(4)]
    learner.browser.cookies["masuk"] = sitting.learner.cookie
    learner.weigh("Home", "/")
    weights = [
        home.weigh("First visit: home", "/"),
        straight.weigh("First visit: straight to a chapter", chapter + "1"),
        by_code.weigh("First visit: verification, by the QR code", f"/v/{code}"),
        learner.weigh("Then: the pocketbook", f"/buku/{SLUG}"),
        learner.weigh("Then: the first chapter, with its scripts", chapter + "1", FIRST_CHAPTER_KB),
        *(learner.weigh(f"Then: chapter {number}", f"{chapter}{number}") for number in (2, 3)),
        learner.weigh("Then: the quiz, with its script", f"/percobaan/{sitting.token}"),
    ]
    learner.browser.cookies["masuk"] = holder.cookie
    weights.append(learner.weigh("Then: the certificate, with its script", f"/sertifikat/{code}"))
    for visit in visits:
        visit.browser.close()
    return weights


def _join(folder: str, relative: str) -> str:
    """The address of a file that a stylesheet names."""
    if relative.startswith("/"):
        return relative
    while relative.startswith("../"):
        folder, relative = folder.rpartition("/")[0], relative.removeprefix("../")
    return f"{folder}/{relative}"
