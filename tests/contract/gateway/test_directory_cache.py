"""What the gateway keeps in mind of the directory."""

from pathlib import Path

import pytest

from chassis.errors import NotFound
from tests.harness.gateway import ACME, NORTH, RIVAL, gateway_room


def test_what_one_provider_was_given_is_kept_from_another(mongod: str, installation: str, tmp_path: Path):
    with gateway_room(mongod, installation, tmp_path, caller_cache_seconds=30) as room:
        directory = room.gateway.directory
        assert directory.tenant(NORTH, ACME).slug == "acme"
        assert directory.brand(NORTH, ACME).tenant_id == ACME
        assert directory.person(NORTH, "per_ana").person_id == "per_ana"
        for ask in (directory.tenant, directory.brand):
            with pytest.raises(NotFound):
                ask(RIVAL, ACME)
        with pytest.raises(NotFound):
            directory.person(RIVAL, "per_ana")
        assert directory.tenant(NORTH, ACME).slug == "acme"
