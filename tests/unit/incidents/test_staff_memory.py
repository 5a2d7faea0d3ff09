"""Who may be assigned is remembered for a while, and never past a change that was heard of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.config import Settings
from chassis.tokens import CallerSigner, make_keys
from fairlead.directory.v1 import person_pb2
from services.incidents.clients import DirectoryStaff
from tests.harness.fakes.directory import FakeDirectory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def grant(*tenant_ids: str) -> person_pb2.Grant:
    return person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=tenant_ids)


@pytest.fixture
def directory() -> Iterator[FakeDirectory]:
    with FakeDirectory() as made:
        made.add_provider("prv_north", "northstar")
        made.add_person("per_tess", "prv_north", "tess@north.example", "Tess", grants=[grant("ten_acme")])
        yield made


@pytest.fixture
def staff(directory: FakeDirectory, tmp_path: Path) -> DirectoryStaff:
    make_keys(tmp_path, ["incidents"])
    settings = Settings(service="incidents", key_dir=tmp_path, addresses={"directory": directory.address})
    return DirectoryStaff(settings, CallerSigner.load(tmp_path, "incidents"), lambda: NOW)


def covers(staff: DirectoryStaff, tenant_id: str) -> bool:
    return staff.members("prv_north", ["per_tess"])["per_tess"].covers(tenant_id)


def test_a_grant_that_changed_counts_once_it_is_heard_of(directory: FakeDirectory, staff: DirectoryStaff):
    assert covers(staff, "ten_acme")
    directory.add_person("per_tess", "prv_north", "tess@north.example", "Tess", grants=[grant("ten_lumen")])
    assert covers(staff, "ten_acme")
    staff.forget("per_tess")
    assert not covers(staff, "ten_acme")
    assert covers(staff, "ten_lumen")


def test_an_answer_that_a_change_overtook_is_not_kept(directory: FakeDirectory, staff: DirectoryStaff):
    staff._remember("prv_north", {"per_tess": None}, NOW, forgotten=0)
    staff.forget("per_tess")
    staff._remember("prv_north", {"per_tess": None}, NOW, forgotten=0)
    assert covers(staff, "ten_acme")


def test_whoever_is_not_staff_is_nobody(staff: DirectoryStaff):
    assert staff.members("prv_north", ["per_nobody"]) == {}
