"""Every surface there is, asked of what serves it: the OpenAPI document, gRPC reflection, the live face, the pages."""

import re
from typing import TYPE_CHECKING

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from services.gateway.live.app import INTERESTS, STREAMS
from services.gateway.main import create_app
from tests.matrix import generated

_CONVERTER = re.compile(r"<(?:[^<>]*:)?(\w+)>")
# The API has its own document. What OAuth and signing in answer depends on secrets, not on whose record is named.
_NOT_PAGES = (
    "/api/",
    "/oauth/",
    "/.well-known/",
    "/static/",
    "/login",
    "/logout",
    "/password/",
    # A source's key is all that is said there; PagerDuty's own address, as /api/v1/alerts is everybody else's.
    "/v2/enqueue",
    "/healthz",
    "/readyz",
)

if TYPE_CHECKING:
    from tests.matrix.platform import Platform


def rest_surfaces(platform: "Platform") -> set[str]:
    """ "GET /api/v1/incidents" and so on, without the prefix that all share."""
    document = platform.web.get("/api/v1/openapi.json").raise_for_status().json()
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method in methods
    }


def rpc_methods(platform: "Platform") -> dict[str, tuple[str, MethodDescriptor]]:
    """Every method that a running server offers: "<service> <Service>.<Method>" → service, descriptor."""
    generated.load()
    pool = descriptor_pool.Default()
    found: dict[str, tuple[str, MethodDescriptor]] = {}
    for service, address in platform.settings.addresses.items():
        with grpc.insecure_channel(address) as channel:
            names = ProtoReflectionDescriptorDatabase(channel).get_services()
        for name in names:
            if name.startswith("grpc."):
                continue
            for method in pool.FindServiceByName(name).methods:
                found[f"{service} {name.rpartition('.')[2]}.{method.name}"] = (service, method)
    return found


def page_surfaces(platform: "Platform") -> set[str]:
    """Every rule of the web face that the OpenAPI document does not speak of, but for signing in and files."""
    rules = create_app(platform.gateway).url_map.iter_rules()
    return {
        method + " " + _CONVERTER.sub(r"{\1}", rule.rule)
        for rule in rules
        if not rule.rule.startswith(_NOT_PAGES)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def live_surfaces() -> set[str]:
    return {*STREAMS, INTERESTS}
