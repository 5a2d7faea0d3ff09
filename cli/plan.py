"""What `fairlead up` starts, and with which environment."""

import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli import errand, servers
from cli.children import Spec
from cli.installation import GRPC_SERVICES, HOST, SERVICES, DataDir
from cli.ports import USUAL, Ports

# Fewer malloc arenas: a process with many threads otherwise keeps tens of MB that it does not use. And large pieces
# go back to the system when they are freed: unless told so, glibc keeps what it once saw freed (each password takes
# 19 MiB for a moment), which cost the gateway 37 MiB for good.
_MALLOC = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}


# Who sends something in has their answer first; what follows from it stands back while the machine is busy. (These
# serve pages as well, but what they hear is most of their work.)
_NICENESS = {f"FAIRLEAD_{name}_NICENESS": "5" for name in ("TRIAGE", "SLA", "KNOWLEDGE", "NOTIFY")}
# The prefix on servers of our own.
OWN = "fl"


@dataclass(frozen=True)
class Options:
    """What the person asked for. Ports: 0 is any free one, None the usual one."""

    http_port: int | None = None
    smtp_port: int | None = None
    layout: str = "many"
    seed: bool = True


@dataclass(frozen=True)
class Plan:
    """Every child of one installation, the servers first."""

    ports: Mapping[str, int]
    mongodb_uri: str
    nats_url: str
    smtp_relay: str
    specs: list[Spec] = field(default_factory=list)
    # Which child answers for a name: all services of `--layout one` share a child.
    child_of: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """host:port where a service or server answers."""
        return f"{HOST}:{self.ports['http' if name == 'gateway' else name]}"


def make_plan(data_dir: DataDir, options: Options, given: Mapping[str, str] | None = None) -> Plan:
    """Chooses ports, remembers them, makes keys, and says what to start.

    given: the environment (default: this process's). Raises BadUse for a busy port or a missing server.
    """
    given = os.environ if given is None else given
    remembered = data_dir.remembered()
    ports = Ports(remembered.get("ports", {})).choose(_asked(options))
    elsewhere = remembered.get("installation_elsewhere") or _name_elsewhere(remembered)
    installation = _installation_name(given, elsewhere)
    data_dir.remember(
        {"version": 1, "installation": installation, "installation_elsewhere": elsewhere, "ports": ports}
    )
    if errand.keys_are_missing(data_dir.keys):
        errand.run("keys", str(data_dir.keys))

    plan = Plan(
        ports=ports,
        mongodb_uri=given.get("MONGODB_URI") or servers.mongodb_uri(ports["mongod"]),
        nats_url=given.get("NATS_URL") or servers.nats_url(ports["nats"]),
        smtp_relay=given.get("FAIRLEAD_SMTP_RELAY") or f"{HOST}:{ports['mail_smtp']}",
    )
    plan.environment.update(_environment(plan, data_dir, installation, given))
    _add_servers(plan, data_dir, given)
    _add_services(plan, data_dir, options.layout)
    return plan


def _asked(options: Options) -> dict[str, int | None]:
    """Who asks for any free port wants no usual one either: two installations may be starting at this moment."""
    asked: dict[str, int | None] = {"http": options.http_port, "smtp": options.smtp_port}
    if 0 not in asked.values():
        return asked
    return {name: asked.get(name) or 0 for name in USUAL}


def _installation_name(given: Mapping[str, str], elsewhere: str) -> str:
    """Servers of our own hold one installation; servers that were given may hold several, each by its prefix."""
    if named := given.get("FAIRLEAD_INSTALLATION"):
        return named
    return elsewhere if given.get("MONGODB_URI") or given.get("NATS_URL") else OWN


def _name_elsewhere(remembered: Mapping[str, Any]) -> str:
    """Our prefix on given servers: chosen once, and kept through a start without them, or the data were out of reach.

    remembered: a state.json from before it had a place of its own.
    """
    before = str(remembered.get("installation", OWN))
    return before if before != OWN else f"fl_{uuid.uuid4().hex[:8]}"


def _environment(
    plan: Plan, data_dir: DataDir, installation: str, given: Mapping[str, str]
) -> dict[str, str]:
    ports = plan.ports
    addresses = {f"FAIRLEAD_{name.upper()}_ADDRESS": f"{HOST}:{ports[name]}" for name in GRPC_SERVICES}
    return {
        **given,
        **addresses,
        "FAIRLEAD_HOST": HOST,
        "FAIRLEAD_INSTALLATION": installation,
        "FAIRLEAD_KEY_DIR": str(data_dir.keys),
        "FAIRLEAD_DATA_DIR": str(data_dir.path),
        "FAIRLEAD_SUPERVISED": "1",
        "MONGODB_URI": plan.mongodb_uri,
        "NATS_URL": plan.nats_url,
        "FAIRLEAD_HTTP_PORT": str(ports["http"]),
        "FAIRLEAD_LIVE_PORT": str(ports["live"]),
        "FAIRLEAD_SMTP_PORT": str(ports["smtp"]),
        "FAIRLEAD_LMTP_PORT": str(ports["lmtp"]),
        "FAIRLEAD_SMTP_RELAY": plan.smtp_relay,
        "FAIRLEAD_PUBLIC_URL": given.get("FAIRLEAD_PUBLIC_URL") or f"http://localhost:{ports['http']}",
        "PYTHONUNBUFFERED": "1",
        **{name: given.get(name, value) for name, value in (_MALLOC | _NICENESS).items()},
    }


def _add_servers(plan: Plan, data_dir: DataDir, given: Mapping[str, str]) -> None:
    ports = plan.ports
    if not given.get("MONGODB_URI"):
        command = servers.mongod_command(data_dir.path / "mongod", ports["mongod"])
        _add(plan, data_dir, "mongod", command, environment=_bare(given), grace=15.0)
    if not given.get("NATS_URL"):
        command = servers.nats_command(data_dir.path / "nats", ports["nats"])
        _add(plan, data_dir, "nats", command, environment=_bare(given))
    if not given.get("FAIRLEAD_SMTP_RELAY"):
        listen = ["--smtp-port", str(ports["mail_smtp"]), "--http-port", str(ports["mail_http"])]
        folder = ["--folder", str(data_dir.path / "mail")]
        # A program of its own: it shares too little with the services to gain by the cradle.
        _add(
            plan, data_dir, "mail_catcher", [sys.executable, "-P", "-m", "cli.mail_catcher", *folder, *listen]
        )


def _add_services(plan: Plan, data_dir: DataDir, layout: str) -> None:
    if layout == "one":
        # A program of its own: a cradle for one child would only take memory.
        _add(plan, data_dir, "services", [sys.executable, "-P", "-m", "cli.one"], plan.environment)
        plan.child_of.update(dict.fromkeys(SERVICES, "services"))
    else:
        for name in SERVICES:
            _add(plan, data_dir, name, module=f"services.{name}.main")


def _add(
    plan: Plan,
    data_dir: DataDir,
    name: str,
    command: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    grace: float = 8.0,
    module: str = "",
) -> None:
    environment = environment or plan.environment
    plan.specs.append(Spec(name, list(command), environment, data_dir.logs / f"{name}.log", grace, module))
    if name != "services":
        plan.child_of[name] = name


def _bare(given: Mapping[str, str]) -> dict[str, str]:
    """What a foreign server needs to know of our environment."""
    return {name: given[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ") if name in given}
