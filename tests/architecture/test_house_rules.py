"""The house rules that are about files, not imports."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify", "gateway")
SEVEN_ROOMS = ("README.md", "main", "config.py", "domain", "ports", "use_cases", "events", "store", "rpc")
GATEWAY_ROOMS = ("README.md", "main", "config.py", "auth", "backends", "pages", "api", "live")
QUESTIONS = ("promise", "own", "hear", "announce")


def tracked() -> list[str]:
    """Every file that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    folder = ROOT / "services" / service
    rooms = GATEWAY_ROOMS if service == "gateway" else SEVEN_ROOMS
    present = {path.name for path in folder.iterdir()} | {path.stem for path in folder.glob("*.py")}
    assert set(rooms) <= present


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_says_what_it_promises_owns_hears_and_announces(service: str) -> None:
    headings = re.findall(r"^##+ +(.+)$", (ROOT / "services" / service / "README.md").read_text(), re.M)
    for question in QUESTIONS:
        assert any(question in heading.lower() for heading in headings), f"no heading about “{question}”"


def test_no_two_documents_share_a_name() -> None:
    """MongoEngine keeps one register of names for the whole process: a second of the same name hides the first, which
    then never lets go of its connection (`--layout one`, tests)."""
    found: dict[str, list[str]] = {}
    for path in ROOT.glob("services/**/*.py"):
        text = path.read_text()
        if "mongoengine" in text:
            for name in re.findall(r"^class ([A-Za-z]\w*)\(", text, re.M):
                found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    assert "IncidentDocument" in found
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


@pytest.mark.parametrize("package", ["chassis", "cli", "services"])
def test_every_folder_of_modules_is_a_package(package: str) -> None:
    """Import-linter does not see a folder without __init__.py, so its rules would not hold there."""
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in sorted(folders) if not (f / "__init__.py").exists()] == []


def test_no_two_decisions_share_a_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert sorted(set(numbers)) == sorted(numbers)


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = re.compile(r"(^|[/_])(utils?|helpers?|common|managers?)(\.\w+)?(/|$)")
    assert [name for name in tracked() if drawers.search(name)] == []


def test_generated_and_third_party_files_are_not_committed() -> None:
    foreign = re.compile(r"_pb2(_grpc)?\.pyi?$|^gen/|node_modules/|static/vendor/|\.min\.(js|css)$")
    assert [name for name in tracked() if foreign.search(name)] == []


def test_the_lock_files_name_no_index() -> None:
    node = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, entry in node["packages"].items() if "resolved" in entry] == []
    python = (ROOT / "requirements.lock").read_text()
    assert "://" not in python
    assert not re.search(r"^(-i|--index-url|--extra-index-url|--find-links)", python, re.M)


def test_the_lock_file_pins_every_dependency_with_hashes() -> None:
    entries = re.split(r"\n(?=\w)", (ROOT / "requirements.lock").read_text().strip())
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_tests_lie_in_no_package() -> None:
    """With importmode=importlib an __init__.py would give two test files one name."""
    assert [str(path) for path in (ROOT / "tests").rglob("__init__.py") if "harness" not in path.parts] == []


def test_no_file_names_the_machine_that_wrote_it() -> None:
    home = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")
    text = (
        ".py",
        ".md",
        ".toml",
        ".html",
        ".js",
        ".css",
        ".proto",
        ".cfg",
        ".yml",
        ".yaml",
        ".json",
        ".lock",
    )
    named = [
        name
        for name in tracked()
        if name.endswith(text)
        and name != "tests/architecture/test_house_rules.py"
        and home.search((ROOT / name).read_text("utf-8", "replace"))
    ]
    assert named == []
