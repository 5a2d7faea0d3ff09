"""Rules that are ready late build and match the addresses of any other rule."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from services.gateway.api.late import LateFlask, LateRule


@pytest.mark.parametrize("address", ["/t/<slug>/incidents/<int:number>", "/plain", "/files/<path:name>"])
def test_it_builds_what_a_usual_rule_builds(address: str) -> None:
    values = {"slug": "a b", "number": 7, "name": "x/y", "page": "2"}
    built = []
    for kind in (Flask, LateFlask):
        app = kind(__name__)
        app.add_url_rule(address, "there", lambda **_: "")
        with app.test_request_context():
            built.append((app.url_for("there", **values), app.url_for("there", **values)))
    assert built[0] == built[1]


def test_nothing_is_compiled_before_an_address_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    usual = Rule._compile_builder
    monkeypatch.setattr(
        Rule,
        "_compile_builder",
        lambda rule, unknown=True: compiled.append(rule.rule) or usual(rule, unknown),
    )
    app = LateFlask(__name__)
    app.add_url_rule("/there", "there", lambda: "here")
    assert LateFlask.url_rule_class is LateRule
    assert app.test_client().get("/there").text == "here" and compiled == []
    with app.test_request_context():
        assert app.url_for("there") == "/there"
    assert compiled == ["/there"]
