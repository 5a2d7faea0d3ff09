"""What templates draw: called without detours, and not twice where it would be the same."""

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from services.gateway.pages import icons
from services.gateway.pages.console.drawn import Drawn, add_drawn
from services.gateway.pages.language import add_language, use_language
from services.gateway.pages.templates import add_templates


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    add_templates(made)
    add_language(made)
    add_drawn(made)
    return made


def test_the_oldest_piece_makes_room_and_a_kept_one_is_not_drawn_again():
    drawn, made = Drawn(2), []

    def draw(name: str) -> Markup:
        made.append(name)
        return Markup("<i>{}</i>").format(name)

    for name in ("a", "b", "a", "c", "a"):
        assert drawn.get(name, lambda name=name: draw(name)) == f"<i>{name}</i>"
    assert made == ["a", "b", "c", "a"]


PART = """{% macro said(word, name) %}<b>{{ _(word) }} {{ name }}</b>{% endmacro %}{{ drawn_part("said", said, word, name) }}"""


def test_a_part_is_its_own_for_each_value_and_language_and_escapes_both(app: Flask):
    with app.test_request_context("/"):
        use_language("en")
        assert render_template_string(PART, word="Assigned", name="<Ann>") == "<b>Assigned &lt;Ann&gt;</b>"
        assert render_template_string(PART, word="Assigned", name="Bo") == "<b>Assigned Bo</b>"
        assert render_template_string(PART, word="Assigned", name=["Bo"]) == "<b>Assigned [&#39;Bo&#39;]</b>"
    with app.test_request_context("/"):
        use_language("fr")
        assert render_template_string(PART, word="Assigned", name="Bo") != "<b>Assigned Bo</b>"


def test_values_in_words_are_escaped_and_percent_signs_stay(app: Flask):
    with app.test_request_context("/"):
        use_language("en")
        shown = render_template_string("{{ _('100%% of %(name)s', name=name) }} {{ _('5%%') }}", name="<b>")
        assert shown == "100% of &lt;b&gt; 5%"
        counted = "{{ ngettext('%(num)s thing of %(name)s', '%(num)s things of %(name)s', 2, name='<i>') }}"
        assert render_template_string(counted) == "2 things of &lt;i&gt;"


def test_functions_in_loops_and_blocks_get_no_more_than_they_were_given(app: Flask):
    app.jinja_env.globals["given"] = lambda *values, **named: f"{values}{named}"
    loop = "{% for n in [1, 2] %}{{ given(n, a=n) }}{% endfor %}{% block x %}{{ given(3) }}{% endblock %}"
    with app.test_request_context("/"):
        use_language("en")
        shown = Markup(render_template_string(loop)).unescape()
        assert shown == "(1,){'a': 1}(2,){'a': 2}(3,){}"
        assert render_template_string("{{ url_for('static', filename='x') }}") == "/static/x"


def test_an_icon_escapes_its_label_whatever_was_drawn_before(monkeypatch):
    monkeypatch.setattr(icons, "vendor", lambda name: f"/static/{name}")
    icons.icon.cache_clear()
    assert "a &lt; b" in icons.icon("x", Markup("a &lt; b"))
    assert "a &amp;lt; b" in icons.icon("x", "a &lt; b")
    assert 'aria-hidden="true"' in icons.icon("x") and "fl-icon-sm" in icons.icon("x", size="sm")
