"""Templates are kept once for each language, with their sentences in it."""

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.http.cookies import name_of

SENTENCES = {"id": "Langsung ke isi", "en": "Skip to content"}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_without_values_is_put_in_its_language_once(app: Flask, language: str) -> None:
    with app.app_context():
        cookie = f"{name_of('bahasa')}={language}"
    with app.test_request_context("/", headers={"Cookie": cookie}):
        page = app.jinja_env.get_template("base.html").environment
        code = page.compile('<b>{{ _("Langsung ke isi") }}</b>', raw=True)
        assert f"<b>{SENTENCES[language]}</b>" in code
        assert page.from_string('{{ _("Langsung ke isi") }}').render() == SENTENCES[language]


def test_who_asks_for_a_language_without_a_request_gets_it(app: Flask) -> None:
    source = '{{ _("Langsung ke isi") }}'
    with app.app_context():
        told = []
        for language in SENTENCES:
            with force_locale(language):
                page = app.jinja_env.get_template("base.html").environment
                told.append(page.from_string(source).render())
    assert told == list(SENTENCES.values())


def test_a_sentence_is_what_jinja_would_have_made_of_it(app: Flask) -> None:
    with app.test_request_context("/"):
        page = app.jinja_env.from_string(
            '{{ _("100%% & <b>lebih</b>") }}|{{ _("dari %(name)s", name="<i>") }}|{{ _(word) }}'
        )
        told = page.render(word="20%%")
    assert told == "100% & <b>lebih</b>|dari &lt;i&gt;|20%"
