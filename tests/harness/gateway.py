"""A gateway with everything behind it replaced by fakes, for its own tests and those of its pages.

    with gateway_room(mongod, installation, tmp_path) as room:
        room.directory.add_person("per_ana", "prv_north", …)
        client = room.app().test_client()          # Flask's, in process
        room.sign_in(client, "per_ana")            # as a person, without the sign-in page
        token = room.token("incidents:read")       # as a program

The directory, incidents and the rest speak real gRPC. Two providers exist: northstar (acme, lumen) and rival (evil).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from joserfc.jwk import RSAKey

from chassis import mongo, rpc
from chassis.tenancy import Role
from chassis.tokens import make_keys
from fairlead.directory.v1 import person_pb2
from fairlead.intake.v1 import alert_service_pb2, form_service_pb2, submission_service_pb2
from fairlead.knowledge.v1 import article_service_pb2
from fairlead.notify.v1 import notify_service_pb2
from fairlead.sla.v1 import clock_service_pb2, contract_service_pb2, pause_service_pb2, statement_service_pb2
from fairlead.triage.v1 import (
    escalation_service_pb2,
    model_service_pb2,
    on_call_service_pb2,
    queue_service_pb2,
    routing_service_pb2,
    rule_service_pb2,
    view_service_pb2,
    window_service_pb2,
)
from services.gateway.api.late import LateFlask
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.context import Gateway
from services.gateway.auth.keys import new_key
from services.gateway.auth.wiring import make_gateway
from services.gateway.backends import SERVICES, Backends
from services.gateway.config import GatewaySettings
from services.gateway.main import create_app
from services.gateway.pages.console.drawn import Drawn
from services.gateway.pages.console.names import Recent
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.fakes.incidents import FakeIncidents
from tests.harness.fakes.scripted import ScriptedServices
from tests.harness.servers import free_port

NORTH, RIVAL = "prv_north", "prv_rival"
ACME, LUMEN, EVIL = "ten_acme", "ten_lumen", "ten_evil"
PASSWORD = "correct horse battery"


@dataclass
class Room:
    """One gateway and the fakes behind it."""

    settings: GatewaySettings
    gateway: Gateway
    directory: FakeDirectory
    incidents: FakeIncidents
    intake: ScriptedServices
    triage: ScriptedServices
    sla: ScriptedServices
    knowledge: ScriptedServices
    notify: ScriptedServices
    _app: list[Flask] = field(default_factory=list)

    def app(self) -> Flask:
        if not self._app:
            reused = _free_apps and self._is_ordinary()
            app = _as_new(_free_apps.pop(), self.gateway) if reused else create_app(self.gateway)
            self._app.append(app)
        return self._app[0]

    def close(self) -> None:
        if self._app and self._is_ordinary():
            _free_apps.append(self._app.pop())

    def _is_ordinary(self) -> bool:
        """Whether its app is as any other but for the parts: what is set at the app's making is as it is by default."""
        defaults = GatewaySettings.model_fields
        return all(
            getattr(self.settings, name) == defaults[name].default
            for name in ("max_body_bytes", "trusted_proxies")
        )

    def sign_in(self, client: FlaskClient, person_id: str) -> None:
        """Gives the client a session of this person."""
        person = self.directory.people[person_id]
        cookie = self.gateway.sessions.start(person.provider_id, person_id)
        client.set_cookie(self.settings.session_cookie, cookie, secure=self.settings.secure_cookies)

    def register(self, **fields: Any) -> tuple[OAuthClient, str]:
        """Registers an OAuth client; by default a program of northstar's with every tenant."""
        given = {
            "client_id": "",
            "provider_id": NORTH,
            "tenant_ids": None,
            "name": "Probe",
            "auth_method": "client_secret",
            "grant_types": ("client_credentials",),
            "scopes": ("incidents:read", "incidents:write"),
            "roles": frozenset(),
            **fields,
        }
        return self.gateway.auth.clients.register(OAuthClient(**given))

    def token(
        self,
        *scopes: str,
        tenants: tuple[str, ...] | None = None,
        provider_id: str = NORTH,
        roles: tuple[Role, ...] = (),
    ) -> str:
        """An access token of a fresh program with these scopes."""
        tenant_ids = None if tenants is None else frozenset(tenants)
        client, _ = self.register(
            scopes=scopes or ("incidents:read",),
            tenant_ids=tenant_ids,
            provider_id=provider_id,
            roles=frozenset(roles),
        )
        return self.gateway.auth.access_tokens.issue(client, None, " ".join(client.scopes))

    def bearer(self, *scopes: str, **more: Any) -> dict[str, str]:
        """Headers with such a token."""
        return {"Authorization": f"Bearer {self.token(*scopes, **more)}"}


def populate(directory: FakeDirectory) -> None:
    """Two providers; people of every kind."""
    directory.add_provider(NORTH, "northstar")
    directory.add_provider(RIVAL, "rival")
    directory.add_tenant(ACME, NORTH, "acme", name="Acme Logistics")
    directory.add_tenant(LUMEN, NORTH, "lumen", name="Lumen Legal")
    directory.add_tenant(EVIL, RIVAL, "evil", name="Evil Corp")
    everywhere = person_pb2.Grant(role="GRANT_ROLE_DISPATCHER", all_tenants=True)
    acme_only = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[ACME])
    admin = person_pb2.Grant(role="GRANT_ROLE_PROVIDER_ADMIN", all_tenants=True)
    directory.add_person("per_ana", NORTH, "ana@acme.example", "Ana Ruiz", tenants=[ACME])
    directory.add_person("per_mia", NORTH, "mia@acme.example", "Mia Chef", tenants=[ACME], manager=True)
    directory.add_person("per_leo", NORTH, "leo@lumen.example", "Leo Lumen", tenants=[LUMEN])
    directory.add_person("per_tom", NORTH, "tom@northstar.example", "Tom Tech", grants=[everywhere])
    directory.add_person("per_tia", NORTH, "tia@northstar.example", "Tia Tech", grants=[acme_only])
    directory.add_person("per_ada", NORTH, "ada@northstar.example", "Ada Admin", grants=[admin])
    directory.add_person("per_eve", RIVAL, "eve@rival.example", "Eve Rival", grants=[admin])


def _keys() -> Callable[[], RSAKey]:
    """A room's own keys, but for the first, which all rooms share: making one takes longer than most tests."""
    first = [_first_key()]
    return lambda: first.pop() if first else new_key()


@cache
def _first_key() -> RSAKey:
    return new_key()


class _Compiled(BytecodeCache):
    """Templates once compiled are so for every app of this process, those too that really serve."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


LateFlask.jinja_options = {**LateFlask.jinja_options, "bytecode_cache": _Compiled()}

# Apps of rooms that are over: to add 350 rules to one and to compile its templates takes longer than most tests.
_free_apps: list[Flask] = []


def _as_new(app: Flask, parts: Gateway) -> Flask:
    """The app with these parts, and with nothing that it kept for others."""
    kept = {"fairlead": parts, "recent": Recent(), "drawn": {"rows": Drawn(1_000), "parts": Drawn(200)}}
    assert set(app.extensions) == set(kept), "what an app keeps must be made anew for each room"
    app.extensions.update(kept)
    return app


@contextmanager
def gateway_room(
    mongodb_uri: str, installation: str, folder: Path, incidents: FakeIncidents | None = None, **settings: Any
) -> Iterator[Room]:
    """Fakes, a database of its own, and a gateway over them. `settings` are GatewaySettings fields."""
    make_keys(folder, ["operator", "gateway", *SERVICES])
    with ExitStack() as stack:
        directory = stack.enter_context(FakeDirectory())
        populate(directory)
        incidents = incidents or FakeIncidents(NORTH)
        scripted = {
            "intake": ScriptedServices(submission_service_pb2, alert_service_pb2, form_service_pb2),
            "triage": ScriptedServices(
                escalation_service_pb2,
                on_call_service_pb2,
                queue_service_pb2,
                model_service_pb2,
                routing_service_pb2,
                rule_service_pb2,
                view_service_pb2,
                window_service_pb2,
            ),
            "sla": ScriptedServices(
                clock_service_pb2, contract_service_pb2, pause_service_pb2, statement_service_pb2
            ),
            "knowledge": ScriptedServices(article_service_pb2),
            "notify": ScriptedServices(notify_service_pb2),
        }
        addresses = {name: stack.enter_context(fake.serving()) for name, fake in scripted.items()}
        addresses |= {"directory": directory.address, "incidents": stack.enter_context(incidents.serving())}
        given = {
            "installation": installation,
            "mongodb_uri": mongodb_uri,
            "key_dir": folder,
            "addresses": addresses,
            "http_port": free_port(),
            "live_port": free_port(),
            "caller_cache_seconds": 0.0,
            **settings,
        }
        given["addresses"] = {**addresses, **settings.get("addresses", {})}
        made = GatewaySettings(**given)
        database = mongo.connect(made)
        backends = Backends(lambda service: rpc.channel(made, service))
        gateway = make_gateway(made, database, backends, new_key=_keys())
        room = Room(made, gateway, directory, incidents, **scripted)
        yield room
        room.close()
        rpc.close_channels()
        database.client.close()
