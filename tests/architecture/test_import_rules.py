"""The contracts of .importlinter hold, and each of them would notice a violation."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEVEN = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify")
SERVICES = (*SEVEN, "gateway")
PREFIX = "importlinter:contract:"


def contracts() -> dict[str, str]:
    """Contract id → its name."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return {part.removeprefix(PREFIX): config[part]["name"] for part in config.sections() if PREFIX in part}


def in_every_room(room: str, *imports: str, services: tuple[str, ...] = SEVEN) -> list[tuple[str, str]]:
    """(module, its forbidden import) for that room of each service; {me} is the service's own name."""
    return [(f"services.{me}.{room}", line.format(me=me)) for me in services for line in imports]


# What each contract must notice: the module that gets the line, and the line.
VIOLATIONS: dict[str, list[tuple[str, str]]] = {
    "services-apart": [
        (f"services.{me}.main", f"import services.{other}.main")
        for me, other in zip(SERVICES, (*SERVICES[1:], SERVICES[0]), strict=True)
    ],
    "chassis-below": [("chassis.clock", "import services.sla.main"), ("chassis.ids", "import cli.main")],
    "cli-above": in_every_room("main", "import cli.main", services=SERVICES),
    "pure-chassis": [("chassis.tenancy", "import pymongo"), ("chassis.errors", "import chassis.ids")],
    "known-rooms": in_every_room("helpers", "import json"),
    "known-gateway-rooms": [("services.gateway.helpers", "import json")],
    "domain": in_every_room(
        "domain",
        "import pymongo",
        "import services.{me}.ports",
        "import chassis.ids",
        "import fairlead.sla.v1",
    ),
    "ports": in_every_room("ports", "import services.{me}.use_cases", "import chassis.clock", "import grpc"),
    "use-cases": in_every_room(
        "use_cases", "import services.{me}.store", "import services.{me}.clients", "import chassis.bus"
    ),
    "events": in_every_room("events", "import services.{me}.use_cases", "import pymongo"),
    "store": in_every_room("store", "import services.{me}.use_cases", "import services.{me}.clients"),
    "clients": in_every_room("clients", "import services.{me}.store", "import pymongo"),
    "rpc": in_every_room(
        "rpc", "import services.{me}.store", "import services.{me}.clients", "import pymongo"
    ),
    "consumers": in_every_room("consumers", "import services.{me}.store", "import services.{me}.clients"),
    "config": in_every_room("config", "import services.{me}.main", services=SERVICES),
    "gateway-backends": [
        ("services.gateway.backends", "import services.gateway.pages"),
        ("services.gateway.backends", "import flask"),
    ],
    "gateway-bulk": [
        ("services.gateway.bulk", "import services.gateway.auth"),
        ("services.gateway.bulk", "import flask"),
    ],
    "gateway-auth": [("services.gateway.auth", "import services.gateway.api")],
    "gateway-api": [
        ("services.gateway.api", "import services.gateway.pages"),
        ("services.gateway.api", "import pymongo"),
    ],
    "gateway-pages": [
        ("services.gateway.pages", "import services.gateway.api"),
        ("services.gateway.pages", "import pymongo"),
    ],
    "gateway-live": [("services.gateway.live", "import services.gateway.pages")],
}


def lint_imports(root: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def plant(root: Path, module: str, line: str) -> str:
    """Adds the line to the module, in a file of its own where the room is a folder; returns what it added to."""
    path = root / module.replace(".", "/")
    if path.is_dir():
        path, module = path / "planted.py", f"{module}.planted"
    else:
        path = path.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"\n{line}\n")
    return module


def section(report: str, name: str) -> str:
    """What the report says about one broken contract."""
    parts = re.split(r"\n([^\n]+)\n-{3,}\n", report)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(name, "")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[tuple[str, str], str]]:
    """The report on a copy of the tree with every violation in it, and where each was planted."""
    root = tmp_path_factory.mktemp("tree")
    ignore = shutil.ignore_patterns("__pycache__", "vendor", "templates")
    for name in ("chassis", "cli", "services", "tools"):
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    shutil.copy(ROOT / ".importlinter", root)
    # Every module that a violation imports must exist, also where a service happens to have no such room.
    for violations in VIOLATIONS.values():
        for _, line in violations:
            target = line.removeprefix("import ")
            path = root / target.replace(".", "/")
            if target.startswith(("services.", "cli.")) and not (
                path.is_dir() or path.with_suffix(".py").exists()
            ):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.with_suffix(".py").write_text("")
    places = {
        (module, line): plant(root, module, line)
        for violations in VIOLATIONS.values()
        for module, line in violations
    }
    return lint_imports(root), places


def test_the_tree_keeps_every_contract() -> None:
    report = lint_imports(ROOT)
    assert f"Contracts: {len(contracts())} kept, 0 broken." in report, report


def test_every_contract_has_a_planted_violation() -> None:
    assert set(VIOLATIONS) == set(contracts())


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_a_planted_violation_breaks_its_contract(
    contract: str, planted: tuple[str, dict[tuple[str, str], str]]
) -> None:
    report, places = planted
    said = section(report, contracts()[contract])
    for module, line in VIOLATIONS[contract]:
        importer, imported = places[module, line], line.removeprefix("import ")
        # import-linter squeezes an external module to its top name.
        imported = (
            imported if imported.split(".")[0] in ("services", "chassis", "cli") else imported.split(".")[0]
        )
        if contract.startswith("known-"):
            assert f"{importer} stands in no room" in said
        else:
            assert re.search(rf"{importer}\b.*\b{imported}\b", said), (
                f"{importer} → {imported} went unnoticed:\n{said}"
            )
