"""Our own scripts, whose addresses bear a version of them all."""

import pytest
from flask import Flask

from services.gateway.pages.scripts import current, script, script_address, scripts, tree_of

SCRIPTS = {
    "queue.js": b'import "./keys.js";\nimport {\n  one,\n  two,\n} from "./rows/row.js";\nconst from = "./no.js";\n',
    "keys.js": b'// import "./not-this.js";\nexport const keys = 1;\n',
    "rows/row.js": b'import * as keys from "../keys.js";\nexport { span } from "./span.js";\n',
    "rows/span.js": b'import { one } from "./row.js";\n',
}


def test_everything_a_script_imports_is_known_once_and_circles_end():
    tree = tree_of(SCRIPTS)
    assert tree.imported_by("queue.js") == ["keys.js", "rows/row.js", "rows/span.js"]
    assert tree.imported_by("rows/row.js") == ["keys.js", "rows/span.js"]
    assert tree.imported_by("keys.js") == []


@pytest.mark.parametrize("changed", SCRIPTS)
def test_a_change_of_any_script_changes_the_address_of_all(changed):
    other = tree_of({**SCRIPTS, changed: SCRIPTS[changed] + b"\n"})
    assert other.address("queue.js") != tree_of(SCRIPTS).address("queue.js")


def test_every_import_of_ours_leads_to_a_script():
    tree = current()
    assert {each for imported in tree.imports.values() for each in imported} <= tree.imports.keys()
    assert "console/list.js" in tree.imported_by("console.js")


def test_a_page_fetches_what_a_script_imports_before_it_runs_it():
    first, *_, last = script("console.js").splitlines()
    assert first.startswith('<link rel="modulepreload" href="/static/js/')
    assert last.strip() == f'<script type="module" src="{current().address("console.js")}"></script>'


def test_a_script_is_kept_for_ever_under_its_version_and_under_another_not_at_all():
    app = Flask(__name__)
    app.register_blueprint(scripts)
    client = app.test_client()
    kept = client.get(script_address("live/worker.js"), headers={"Accept-Encoding": "gzip"})
    assert (kept.status_code, kept.content_encoding) == (200, "gzip")
    assert "immutable" in kept.headers["Cache-Control"] and kept.content_type.startswith("text/javascript")
    other = client.get("/static/js/0123456789ab/live/worker.js")
    assert (other.status_code, other.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get(script_address("../main.py")).status_code == 404
    assert client.get(script_address("no.js")).status_code == 404
