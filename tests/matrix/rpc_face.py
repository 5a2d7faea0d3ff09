"""RPCs as probes send them, straight to each service's own server."""

from typing import Any

from google.protobuf import json_format

from chassis.errors import FairleadError, NotFound, PermissionDenied
from tests.matrix.houses import Ids, World
from tests.matrix.probes import INTRUDERS, Answer, Asker, compact


class RpcFace:
    """Beside people, another provider's services ask: internal RPCs answer nobody else."""

    intruders = (*INTRUDERS, Asker("port", "service"))

    def ask(self, world: World, asker: Asker, surface: str, request: dict[str, Any], ids: Ids) -> Answer:
        caller = world.caller(asker.home(world), asker.kind)
        if surface.startswith("incidents ") and asker.kind == "service" and "Triage" in surface:
            caller = world.platform.peer("triage", caller.provider_id)
        try:
            answers = world.send(surface, request, caller)
        except FairleadError as error:
            kinds = {NotFound: "not_found", PermissionDenied: "denied"}
            told = {"reason": error.reason, "message": error.message, "values": error.values}
            return Answer(kinds.get(type(error), error.status), error.reason, compact(told))
        shown = [json_format.MessageToDict(one, preserving_proto_field_name=True) for one in answers]
        return Answer("granted", "", compact(shown) if any(shown) else "")
