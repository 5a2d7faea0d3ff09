"""How the seed reaches the platform: public RPCs as the operator, and HTTP as the operator's own OAuth client."""

import time
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import grpc

from chassis import clock, rpc
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner
from cli.errors import Failed
from cli.installation import Running
from fairlead.directory.v1 import person_service_pb2_grpc, tenant_service_pb2_grpc
from fairlead.incidents.v1 import (
    catalog_service_pb2_grpc,
    change_service_pb2_grpc,
    configuration_item_service_pb2_grpc,
    major_incident_service_pb2_grpc,
    problem_service_pb2_grpc,
)
from fairlead.intake.v1 import form_service_pb2_grpc
from fairlead.knowledge.v1 import article_service_pb2_grpc
from fairlead.sla.v1 import contract_service_pb2_grpc, statement_service_pb2_grpc
from fairlead.triage.v1 import (
    escalation_service_pb2_grpc,
    on_call_service_pb2_grpc,
    routing_service_pb2_grpc,
    rule_service_pb2_grpc,
)

if TYPE_CHECKING:
    import httpx

_SECONDS = 30


class Office:
    """The operator at work. Close it when done."""

    def __init__(self, running: Running) -> None:
        self._signer = CallerSigner.load(running.key_dir, "operator")
        self._provider_id = ""
        self._channels: list[grpc.Channel] = []

        def channel(service: str) -> grpc.Channel:
            made = grpc.insecure_channel(running.address(service))
            self._channels.append(made)
            return made

        directory = channel("directory")
        self.tenants = tenant_service_pb2_grpc.TenantServiceStub(directory)
        self.people = person_service_pb2_grpc.PersonServiceStub(directory)
        sla = channel("sla")
        self.contracts = contract_service_pb2_grpc.ContractServiceStub(sla)
        self.statements = statement_service_pb2_grpc.StatementServiceStub(sla)
        self.forms = form_service_pb2_grpc.FormServiceStub(channel("intake"))
        incidents = channel("incidents")
        self.catalog = catalog_service_pb2_grpc.CatalogServiceStub(incidents)
        self.items = configuration_item_service_pb2_grpc.ConfigurationItemServiceStub(incidents)
        self.changes = change_service_pb2_grpc.ChangeServiceStub(incidents)
        self.majors = major_incident_service_pb2_grpc.MajorIncidentServiceStub(incidents)
        self.problems = problem_service_pb2_grpc.ProblemServiceStub(incidents)
        triage = channel("triage")
        self.rules = rule_service_pb2_grpc.RuleServiceStub(triage)
        self.escalations = escalation_service_pb2_grpc.EscalationServiceStub(triage)
        self.on_call = on_call_service_pb2_grpc.OnCallServiceStub(triage)
        self.routing = routing_service_pb2_grpc.RoutingServiceStub(triage)
        self.articles = article_service_pb2_grpc.ArticleServiceStub(channel("knowledge"))
        self._running = running

    @cached_property
    def _http(self) -> "httpx.Client":
        # Late: where everything was seeded before, importing it was a quarter of the seed's time.
        import httpx

        return httpx.Client(base_url=self._running.http_base_url, timeout=_SECONDS, trust_env=False)

    def work_for(self, provider_id: str) -> None:
        """From now on the operator acts for this provider."""
        self._provider_id = provider_id

    def call(self, method: Any, request: Any) -> Any:
        """One RPC. Raises the chassis error that the service raised."""
        roles = frozenset({Role.OPERATOR, Role.PROVIDER_ADMIN} if self._provider_id else {Role.OPERATOR})
        operator = Caller("operator:cli", self._provider_id, None, roles, name="operator")
        return rpc.call(method, request, self._signer.mint(operator, clock.now()), timeout=_SECONDS)

    def http(self, method: str, path: str, token: str = "", **options: Any) -> "httpx.Response":
        """One HTTP call. Raises Failed, with the problem's own words, unless it succeeds."""
        headers = {**options.pop("headers", {}), "authorization": f"Bearer {token or self._token()}"}
        answer = self._http.request(method, path, headers=headers, **options)
        if not answer.is_success:
            raise Failed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer

    def token_of(self, client_id: str, client_secret: str) -> str:
        """An access token of a registered program."""
        return self._redeem({"grant_type": "client_credentials"}, (client_id, client_secret))

    def close(self) -> None:
        """Ends the connections."""
        if "_http" in vars(self):
            self._http.close()
        for made in self._channels:
            made.close()

    def _token(self) -> str:
        """The operator authenticates with its key (RFC 7523, private_key_jwt)."""
        from joserfc import jwt
        from joserfc.jwk import OKPKey

        key = OKPKey.import_key((self._running.key_dir / "operator.key").read_bytes())
        metadata = self._http.get("/.well-known/oauth-authorization-server").raise_for_status().json()
        now = int(time.time())
        claims = {
            "iss": "operator",
            "sub": "operator",
            "aud": metadata["token_endpoint"],
            "iat": now,
            "exp": now + 60,
            "jti": uuid.uuid4().hex,
        }
        assertion = jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        }
        return self._redeem(form, None)

    def _redeem(self, form: Mapping[str, str], basic: tuple[str, str] | None) -> str:
        answer = self._http.post("/oauth/token", data=form, auth=basic)
        if not answer.is_success:
            raise Failed(f"no access token: {answer.text[:300]}")
        return str(answer.json()["access_token"])
