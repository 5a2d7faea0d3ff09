"""The manifests are valid, closed by default, and say what the code reads: checked without a cluster."""

import ast
import base64
import importlib
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from chassis.config import Settings
from cli.cluster.secrets import new_installation
from cli.installation import GRPC_SERVICES, SERVICES

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = ("local", "production")
# Read by parts of our processes that are no Settings: the preparing job, the operator's commands, the runtime.
OTHERS_READ = {"ROOT_PASSWORD", "MONGODB_HOSTS", "FAIRLEAD_GATEWAY_ADDRESS", "FAIRLEAD_DATA_DIR"} | {
    f"{service.upper()}_PASSWORD" for service in SERVICES
}


@lru_cache
def rendered(overlay: str) -> list[dict[str, Any]]:
    kubectl = shutil.which("kubectl")
    assert kubectl, "kubectl renders the overlays; `make test` installs it (Debian: kubernetes-client)"
    command = [kubectl, "kustomize", str(ROOT / "deploy" / "k8s" / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.load_all(done.stdout, yaml.CSafeLoader) if document]


def secrets_of_a_new_installation() -> list[dict[str, Any]]:
    return list(yaml.load_all(new_installation("fairlead"), yaml.CSafeLoader))


def of_kind(overlay: str, *kinds: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in rendered(overlay) if one["kind"] in kinds}


def pods(overlay: str) -> dict[str, dict[str, Any]]:
    workloads = of_kind(overlay, "Deployment", "StatefulSet", "Job")
    return {name: one["spec"]["template"] for name, one in workloads.items()}


def containers(overlay: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, pod in pods(overlay).items():
        spec = pod["spec"]
        for container in [*spec["containers"], *spec.get("initContainers", [])]:
            yield name, spec, container


def ours(overlay: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The containers that run the product's image."""
    for name, _spec, container in containers(overlay):
        if container["image"].split("/")[-1].startswith("fairlead:"):
            yield name, container


def service_of(container: dict[str, Any]) -> str:
    match = re.fullmatch(r"services\.(\w+)\.main", container["args"][0])
    return match[1] if match else ""


def environment_of(overlay: str, container: dict[str, Any]) -> dict[str, str]:
    """As the kubelet would make it; a Secret's value is a plain word."""
    values: dict[str, str] = {}
    for source in container.get("envFrom", []):
        values |= of_kind(overlay, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    for entry in container.get("env", []):
        value = entry.get("value", "secret")
        values[entry["name"]] = re.sub(r"\$\((\w+)\)", lambda match: values[match[1]], value)
    return values


def names_read(service: str) -> set[str]:
    settings = settings_class(service)
    prefix = settings.model_config.get("env_prefix", "")
    names = {
        str(field.validation_alias or prefix + name.upper()) for name, field in settings.model_fields.items()
    }
    addresses = {f"FAIRLEAD_{one.upper()}_ADDRESS" for one in GRPC_SERVICES}
    return names | addresses | {f"FAIRLEAD_{service.upper()}_METRICS_PORT"}


def settings_class(service: str) -> type[Settings]:
    module = importlib.import_module(f"services.{service}.config")
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Settings)]
    return next(one for one in found if one is not Settings)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_manifest_holds_the_schema_of_kubernetes(overlay: str) -> None:
    documents = rendered(overlay)
    assert len(documents) > 50
    for document in documents:
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda deployment: deployment["spec"].update(replica=2),
        lambda deployment: deployment["spec"].update(replicas="two"),
        lambda deployment: deployment["spec"]["template"]["spec"]["containers"][0].pop("name"),
    ],
)
def test_a_misspelt_manifest_is_found(spoil: Any) -> None:
    deployment = json.loads(json.dumps(of_kind("production", "Deployment")["incidents"]))
    spoil(deployment)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_and_both_stores_are_there(overlay: str) -> None:
    running = {service_of(container) for _, container in ours(overlay)}
    assert set(SERVICES) <= running
    assert {"mongodb", "nats"} <= of_kind(overlay, "StatefulSet").keys()
    faces = {"gateway-web", "gateway-live"}
    assert faces <= of_kind(overlay, "Deployment").keys()


def test_production_has_a_replica_set_of_three_and_two_of_every_service() -> None:
    stateful = of_kind("production", "StatefulSet")
    assert {stateful[name]["spec"]["replicas"] for name in ("mongodb", "nats")} == {3}
    assert {one["spec"]["replicas"] for one in of_kind("production", "Deployment").values()} == {2}
    hosts = of_kind("production", "ConfigMap")["fairlead-settings"]["data"]["MONGODB_HOSTS"]
    assert len(hosts.split(",")) == 3


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_variable_that_is_set_is_read(overlay: str) -> None:
    for name, container in ours(overlay):
        if service := service_of(container):
            known = set().union(*(names_read(one) for one in SERVICES)) | OTHERS_READ
            own = {entry["name"] for entry in container["env"]}
            parts = set(re.findall(r"\$\((\w+)\)", json.dumps(container)))
            assert own - names_read(service) - parts == set(), name
        else:
            known = OTHERS_READ | set().union(*(names_read(one) for one in SERVICES))
        parts = set(re.findall(r"\$\((\w+)\)", json.dumps(list(ours(overlay)))))
        assert environment_of(overlay, container).keys() - known - parts == set(), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_service_reads_its_settings_from_what_its_pod_is_given(
    overlay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    for _name, container in ours(overlay):
        if not (service := service_of(container)):
            continue
        for variable in [one for one in os.environ if one.startswith(("FAIRLEAD_", "MONGODB_", "NATS_"))]:
            monkeypatch.delenv(variable)
        for variable, value in environment_of(overlay, container).items():
            monkeypatch.setenv(variable, value)
        settings = settings_class(service)()
        assert settings.host == "0.0.0.0"
        assert settings.metrics_port == port_named(container, "metrics")
        assert settings.mongodb_uri.startswith(f"mongodb://{service}:secret@mongodb-0.mongodb:27017")
        assert settings.nats_url == "nats://fairlead:secret@nats:4222"
        for one in GRPC_SERVICES:
            host, _, port = settings.address(one).partition(":")
            target = of_kind(overlay, "Service")[host]["spec"]
            assert int(port) == target["ports"][0]["port"]
            assert target["selector"] == {"app.kubernetes.io/name": one}


def port_named(container: dict[str, Any], name: str) -> int:
    return next(port["containerPort"] for port in container["ports"] if port["name"] == name)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ports_are_those_the_code_listens_at(overlay: str) -> None:
    for name, container in ours(overlay):
        service, environment = service_of(container), environment_of(overlay, container)
        if service in GRPC_SERVICES:
            port = int(environment[f"FAIRLEAD_{service.upper()}_ADDRESS"].rpartition(":")[2])
            assert port_named(container, "grpc") == port
            assert container["readinessProbe"]["grpc"] == {"port": port}
            for probe in ("startupProbe", "livenessProbe"):
                assert container[probe]["grpc"] == {"port": port, "service": "liveness"}
        if service == "intake":
            assert port_named(container, "smtp") == int(environment["FAIRLEAD_SMTP_PORT"])
            assert port_named(container, "lmtp") == int(environment["FAIRLEAD_LMTP_PORT"])
        if service == "gateway":
            face = "FAIRLEAD_HTTP_PORT" if name == "gateway-web" else "FAIRLEAD_LIVE_PORT"
            other = {"FAIRLEAD_HTTP_PORT", "FAIRLEAD_LIVE_PORT"} - {face}
            assert port_named(container, "http") == int(environment[face])
            assert environment[other.pop()] == "0"
            assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
            assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_leads_to_a_port_of_the_pods_it_selects(overlay: str) -> None:
    for name, service in of_kind(overlay, "Service").items():
        selector = service["spec"]["selector"]
        chosen = [
            pod for pod in pods(overlay).values() if selector.items() <= pod["metadata"]["labels"].items()
        ]
        assert chosen, name
        for port in service["spec"]["ports"]:
            for pod in chosen:
                open_ports = {one["name"] for one in pod["spec"]["containers"][0]["ports"]}
                assert port["targetPort"] in open_ports, name


def test_what_an_image_is_told_to_run_exists() -> None:
    for overlay in OVERLAYS:
        for name, container in ours(overlay):
            assert importlib.util.find_spec(container["args"][0]), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_nobody_is_root_and_nobody_writes_to_the_image(overlay: str) -> None:
    for name, spec, container in containers(overlay):
        pod, own = spec["securityContext"], container["securityContext"]
        assert pod["runAsNonRoot"] is True, name
        assert pod["runAsUser"] > 0, name
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert own["readOnlyRootFilesystem"] is True, name
        assert own["allowPrivilegeEscalation"] is False, name
        assert own["capabilities"] == {"drop": ["ALL"]}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert container["resources"]["limits"]["memory"], name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_runs_for_long_has_probes_and_survives_a_drained_node(overlay: str) -> None:
    budgets = {
        budget["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"]
        for budget in of_kind(overlay, "PodDisruptionBudget").values()
    }
    for name in of_kind(overlay, "Deployment", "StatefulSet"):
        container = pods(overlay)[name]["spec"]["containers"][0]
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), name
        assert name in budgets or name == "mail-out"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_secrets_and_settings_that_pods_ask_for_are_made(overlay: str) -> None:
    made = {one["metadata"]["name"]: one["data"].keys() for one in secrets_of_a_new_installation()}
    settings = of_kind(overlay, "ConfigMap")
    for name, spec, container in containers(overlay):
        for entry in container.get("env", []):
            asked = entry.get("valueFrom", {}).get("secretKeyRef")
            if asked and not asked.get("optional"):
                assert asked["key"] in made[asked["name"]], name
        for volume in spec.get("volumes", []):
            if "secret" in volume:
                assert volume["secret"]["secretName"] in made, name
            if "configMap" in volume:
                assert volume["configMap"]["name"] in settings, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_is_given_its_own_private_key_where_the_code_looks_and_no_other(overlay: str) -> None:
    made = {one["metadata"]["name"]: one["data"].keys() for one in secrets_of_a_new_installation()}
    for name, container in ours(overlay):
        environment = environment_of(overlay, container)
        if "FAIRLEAD_KEY_DIR" not in environment:
            continue
        issuer = service_of(container) or "operator"
        mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
        volumes = {one["name"]: one for one in pods(overlay)[name]["spec"]["volumes"]}
        assert mounts["key"]["mountPath"] == f"{environment['FAIRLEAD_KEY_DIR']}/{issuer}.key"
        assert mounts["public-keys"]["mountPath"] == f"{environment['FAIRLEAD_KEY_DIR']}/public"
        assert volumes["key"]["secret"]["secretName"] == f"fairlead-key-{issuer}"
        assert list(made[f"fairlead-key-{issuer}"]) == [f"{issuer}.key"] == [mounts["key"]["subPath"]]
        secrets = {one["secret"]["secretName"] for one in volumes.values() if "secret" in one}
        assert secrets == {f"fairlead-key-{issuer}", "fairlead-public-keys"}


def test_passwords_are_new_each_time_and_safe_in_a_url() -> None:
    def passwords() -> list[str]:
        data = [item for one in secrets_of_a_new_installation() for item in one["data"].items()]
        return [base64.b64decode(value).decode() for key, value in data if key.endswith("password")]

    first, second = passwords(), passwords()
    assert len(first) == len(SERVICES) + 3
    assert not set(first) & set(second)
    assert all(re.fullmatch(r"p[0-9a-f]{40}", password) for password in first)


# --- who may talk to whom


def code_calls() -> dict[str, set[str]]:
    """Service → the services it opens a channel to, read from the code."""
    calls: dict[str, set[str]] = {}
    for service in GRPC_SERVICES:
        calls[service] = set()
        for path in (ROOT / "services" / service).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "channel":
                    calls[service] |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    gateway = importlib.import_module("services.gateway.backends").SERVICES
    calls["gateway-web"] = calls["gateway-live"] = set(gateway)
    return {caller: callees & set(GRPC_SERVICES) for caller, callees in calls.items()}


def policy_calls(overlay: str, way: str) -> dict[str, set[str]]:
    """Caller → callees, as the policies of one direction allow them at the gRPC port."""
    found: dict[str, set[str]] = {}
    for policy in of_kind(overlay, "NetworkPolicy").values():
        own = policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/name")
        for rule in policy["spec"].get(way, []):
            if {"port": 50051} not in rule.get("ports", []):
                continue
            for peer in rule["from" if way == "ingress" else "to"]:
                other = peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
                caller, callee = (other, own) if way == "ingress" else (own, other)
                found.setdefault(caller, set()).add(callee)
    return found


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_network_policies_allow_the_calls_of_the_code_and_no_other(overlay: str, way: str) -> None:
    wanted = {caller: callees for caller, callees in code_calls().items() if callees}
    allowed = policy_calls(overlay, way)
    assert allowed.pop("operator") == set(GRPC_SERVICES)
    assert allowed == wanted


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_no_policy_names_is_refused(overlay: str) -> None:
    closed = of_kind(overlay, "NetworkPolicy")["default-deny"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    # Everybody in a namespace is one neighbour too many: no rule may let all pods in.
    for name, policy in of_kind(overlay, "NetworkPolicy").items():
        open_to_all = [rule for rule in policy["spec"].get("ingress", []) if "from" not in rule]
        assert not open_to_all or name in ("pages-in", "streams-in", "mail-in")
