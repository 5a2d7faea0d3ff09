"""The import rules of a service's rooms, as a contract of import-linter.

Import-linter's own `forbidden` contract lists what a room may not import, so whatever nobody thought of is
allowed. This one lists what a room *may* import, as the table in docs/architecture.md does; anything else
breaks it. Only direct imports are asked about: each room answers for its own.

    [importlinter:contract:domain]
    name = domain is pure
    type = room
    room = domain
    services = directory intake …
    own = domain                       ; rooms of the same service
    chassis = errors tenancy           ; modules of the chassis, or * for all of it
    external = stdlib holidays         ; distributions' import names, "stdlib", or * for all
    exceptions = pymongo               ; but not these

A room is a module (`services.triage.store`) or the folder that it grew into (`services.triage.store.queue`).
The second contract, `known_rooms`, fails for a module that stands in no room.
"""

import sys
from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class WordsField(fields.Field):
    """Names on one line or several, parted by spaces."""

    def parse(self, raw_data: str | list[str]) -> frozenset[str]:
        text = raw_data if isinstance(raw_data, str) else " ".join(raw_data)
        return frozenset(text.split())


def room_of(module: str, service: str) -> str | None:
    """The room of a service's module; "" for the service's own `__init__`; None for another's module."""
    prefix = f"services.{service}"
    if module == prefix:
        return ""
    return module[len(prefix) + 1 :].split(".")[0] if module.startswith(f"{prefix}.") else None


class RoomContract(Contract):
    """What the modules of one room, in each of the services, may import."""

    type_name = "room"

    room = fields.StringField()
    services = WordsField()
    own = WordsField(required=False, default=frozenset())
    chassis = WordsField(required=False, default=frozenset())
    external = WordsField(required=False, default=frozenset())
    exceptions = WordsField(required=False, default=frozenset())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = []
        for service in sorted(self.services):
            for importer in sorted(m for m in graph.modules if room_of(m, service) == self.room):
                for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                    if not self._may_import(service, imported):
                        details = graph.get_import_details(importer=importer, imported=imported)
                        lines = [int(detail["line_number"]) for detail in details]
                        broken.append((importer, imported, lines))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _may_import(self, service: str, imported: str) -> bool:
        own_room = room_of(imported, service)
        if own_room is not None:
            return own_room == self.room or own_room == "" or _allows(self.own, own_room)
        top = imported.split(".")[0]
        if top == "chassis":
            return imported == top or _allows(self.chassis, imported.split(".")[1])
        if top in ("services", "cli", "tests", "tools"):
            return False
        return _external_allowed(self.external, self.exceptions, top)

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, lines in check.metadata["broken"]:
            where = ", ".join(f"l.{line}" for line in lines)
            output.print_error(f"{importer} may not import {imported} ({where})")


class KnownRoomsContract(Contract):
    """Every module of a service stands in a room that the design knows, or in one listed here with a reason."""

    type_name = "known_rooms"

    services = WordsField()
    rooms = WordsField()
    # "<service>.<room>" for what only one service has.
    special = WordsField(required=False, default=frozenset())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        homeless = list(self._homeless(graph))
        return ContractCheck(kept=not homeless, metadata={"homeless": homeless})

    def _homeless(self, graph: ImportGraph) -> Iterator[str]:
        for service in sorted(self.services):
            for module in sorted(graph.modules):
                room = room_of(module, service)
                if room and room not in self.rooms and f"{service}.{room}" not in self.special:
                    yield module

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module in check.metadata["homeless"]:
            output.print_error(f"{module} stands in no room that the design knows")


class ChassisContract(Contract):
    """What certain modules of the chassis may import: the pure ones must stay pure, or domains would not be."""

    type_name = "pure"

    modules = WordsField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        pure = self.modules
        broken = [
            (importer, imported)
            for importer in sorted(pure & graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported not in pure and imported != "chassis" and not is_standard(imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} must stay pure and may not import {imported}")


def is_standard(module: str) -> bool:
    """Whether the module belongs to Python itself."""
    return module.split(".")[0] in sys.stdlib_module_names


def _allows(allowed: frozenset[str], name: str) -> bool:
    return "*" in allowed or name in allowed


def _external_allowed(allowed: frozenset[str], exceptions: frozenset[str], top: str) -> bool:
    if top in exceptions:
        return False
    return _allows(allowed, top) or ("stdlib" in allowed and is_standard(top))
