"""What every page test checks: title, valid HTML, unique ids, nothing inline."""

from collections import Counter
from typing import Any

import html5lib
from flask.testing import FlaskClient

HTML = "{http://www.w3.org/1999/xhtml}"


def page_of(browser: FlaskClient, address: str, title: str, status: int = 200) -> Any:
    """Asks for a page as a browser does, checks it, and answers its tree."""
    answer = browser.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text[:500]
    return checked(answer.text, title)


def checked(text: str, title: str) -> Any:
    """Parses strictly; the policy of the site holds for what it finds."""
    tree = html5lib.HTMLParser(strict=True).parse(text)
    assert tree.find(f".//{HTML}title").text.startswith(title)
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    repeated = [name for name, times in ids.items() if times > 1]
    assert not repeated, repeated
    assert len(list(tree.iter(f"{HTML}h1"))) == 1
    for element in tree.iter():
        assert not [name for name in element.attrib if str(name).startswith(("on", "hx-on", "style"))], (
            element
        )
        if element.tag == f"{HTML}script":
            assert element.get("src") or element.get("type") == "application/json"
        for pointer in ("for", "aria-labelledby", "aria-describedby"):
            for name in (element.get(pointer) or "").split():
                assert name in ids, f"{pointer} points to {name}, which is not there"
    return tree


def post(browser: FlaskClient, address: str, **form: Any) -> Any:
    """Sends a form with its token, as the page would."""
    token = browser.get("/console/counts.json").json["csrf"]
    return browser.post(address, data={"csrf_token": token, **form}, headers={"Accept": "text/html"})


def text_of(tree: Any) -> str:
    """Everything that a person may read."""
    return " ".join(" ".join(tree.itertext()).split())


def form_of(tree: Any, action: str) -> dict[str, str]:
    """The hidden fields of the incident's form for an action, as a browser would send them."""
    for form in tree.iter(f"{HTML}form"):
        if form.get("data-fl-act") == action:
            fields = [field for field in form.iter(f"{HTML}input") if field.get("type") == "hidden"]
            return {field.get("name"): field.get("value") for field in fields}
    raise AssertionError(f"no form to {action}")
