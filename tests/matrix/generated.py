"""Every service that the protos define, whether or not anything serves it."""

import importlib
from functools import cache
from pathlib import Path

import fairlead


@cache
def load() -> frozenset[str]:
    """Imports all generated modules; "<full service name>.<Method>" of each RPC."""
    methods: set[str] = set()
    for folder in map(Path, fairlead.__path__):
        for file in sorted(folder.rglob("*_pb2.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            module = importlib.import_module(".".join(("fairlead", *parts)))
            for service in module.DESCRIPTOR.services_by_name.values():
                methods |= {f"{service.full_name}.{method.name}" for method in service.methods}
    return frozenset(methods)
