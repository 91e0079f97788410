"""axe-core, asked about the page that is open."""

from functools import cache

from playwright.sync_api import Page

from tests.journeys.site import ROOT

# The dark dress changes colours and nothing else.
COLOURS = ("color-contrast", "link-in-text-block")

ASK = """
(rules) => axe
  .run({resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})})
  .then((found) => found.violations.map(
    (each) => `${each.id}: ${JSON.stringify(each.nodes.map((node) => node.target))}`
  ))
"""


@cache
def program() -> str:
    """axe-core itself, as package-lock.json has it."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="UTF-8")


def violations(page: Page, *rules: str) -> list[str]:
    """Which rules the page breaks and where, of those that are named or else of all."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(program())
    found: list[str] = page.evaluate(ASK, list(rules))
    return found
