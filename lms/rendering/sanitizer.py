"""The allow-list: exactly the HTML that our Markdown can make, and nothing else."""

import nh3

TAGS = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
}
ALIGNMENTS = {"align": {"left", "center", "right"}}
CLASSES = {"a": {"footnote-ref", "footnote-backref"}, "div": {"footnote"}}


def sanitize(html: str) -> str:
    """The HTML with everything taken out that is not on the allow-list.

    The ids that pass are those of footnotes; they are numbered anew afterwards.
    """
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        tag_attribute_values={"td": ALIGNMENTS, "th": ALIGNMENTS},
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
        attribute_filter=_footnote_ids_only,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )


def _footnote_ids_only(_tag: str, name: str, value: str) -> str | None:
    return None if name == "id" and not value.startswith(("fn:", "fnref")) else value
