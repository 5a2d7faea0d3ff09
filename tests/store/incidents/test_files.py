"""Files in their store: nothing is found outside its scope, and a claim and a sweep never both win."""

from datetime import timedelta

import pytest
from pymongo.database import Database

from chassis import clock
from chassis.errors import AlreadyExists, NotFound
from chassis.ids import new_id
from chassis.tenancy import TenantScope
from services.incidents.domain.attachment import Attachment
from services.incidents.store import FileStore

PATIENCE = timedelta(days=1)


@pytest.fixture
def files(database: Database) -> FileStore:
    return FileStore(database)


@pytest.fixture
def scope() -> TenantScope:
    return TenantScope("prv_1", new_id("ten"))


def stored(files: FileStore, scope: TenantScope, source_key: str = "", late: bool = False) -> Attachment:
    now = clock.now() - (2 * PATIENCE if late else timedelta())
    attachment = Attachment(new_id("att"), "a.txt", "text/plain", 6, "ff")
    files.begin(scope, attachment.attachment_id, "a.txt", "person:per_1", now, now + PATIENCE)
    files.append(scope, attachment.attachment_id, 0, [b"one", b"two"])
    files.finish(scope, attachment, source_key)
    return attachment


def test_bytes_come_back_in_order(files: FileStore, scope: TenantScope) -> None:
    attachment = stored(files, scope)
    assert files.get(scope, attachment.attachment_id) == attachment
    assert b"".join(files.chunks(scope, attachment.attachment_id)) == b"onetwo"


@pytest.mark.parametrize("provider", ["prv_1", "prv_2"])
def test_another_tenant_finds_neither_the_file_nor_its_bytes(
    files: FileStore, scope: TenantScope, provider: str
) -> None:
    attachment, other = stored(files, scope, "key"), TenantScope(provider, new_id("ten"))
    with pytest.raises(NotFound, match="attachment_not_found"):
        files.get(other, attachment.attachment_id)
    assert list(files.chunks(other, attachment.attachment_id)) == []
    assert files.uploaded(other, "person:per_1", "key") is None
    assert files.claim(other, [attachment.attachment_id], "person:per_1", "x", clock.now()) == {}
    files.discard(other, [attachment.attachment_id])
    assert files.get(scope, attachment.attachment_id)


def test_an_unfinished_file_is_not_there(files: FileStore, scope: TenantScope) -> None:
    now, attachment_id = clock.now(), new_id("att")
    files.begin(scope, attachment_id, "a.txt", "person:per_1", now, now + PATIENCE)
    with pytest.raises(NotFound):
        files.get(scope, attachment_id)
    assert files.claim(scope, [attachment_id], "person:per_1", "x", now + PATIENCE) == {}


def test_a_source_key_names_one_file_of_an_uploader(files: FileStore, scope: TenantScope) -> None:
    first = stored(files, scope, "key")
    with pytest.raises(AlreadyExists):
        stored(files, scope, "key")
    assert files.uploaded(scope, "person:per_1", "key") == first
    assert files.uploaded(scope, "person:per_2", "key") is None


def test_a_file_is_claimed_for_one_thing_however_often(files: FileStore, scope: TenantScope) -> None:
    attachment, until = stored(files, scope), clock.now() + PATIENCE
    wanted = [attachment.attachment_id]
    assert files.claim(scope, wanted, "person:per_2", "inc_1", until) == {}
    for _ in range(2):
        assert files.claim(scope, wanted, "person:per_1", "inc_1", until) == {wanted[0]: attachment}
    assert files.claim(scope, wanted, "person:per_1", "inc_2", until) == {}
    files.keep(scope, wanted)
    assert files.claim(scope, wanted, "person:per_1", "inc_1", until) == {wanted[0]: attachment}


def test_what_is_claimed_in_time_is_not_swept_and_what_is_swept_cannot_be_claimed(
    files: FileStore, scope: TenantScope
) -> None:
    saved, lost = stored(files, scope, late=True), stored(files, scope, late=True)
    now = clock.now()
    assert files.claim(scope, [saved.attachment_id], "person:per_1", "inc_1", now + PATIENCE)
    assert files.expired(now, 100).get(scope) == [lost.attachment_id]
    assert files.claim(scope, [lost.attachment_id], "person:per_1", "inc_1", now + PATIENCE) == {}
    files.discard(scope, [lost.attachment_id])
    assert list(files.chunks(scope, lost.attachment_id)) == []
    assert scope not in files.expired(now, 100)


def test_waiting_files_are_counted_up_to_a_limit(files: FileStore, scope: TenantScope) -> None:
    kept, *_ = [stored(files, scope) for _ in range(3)]
    assert files.waiting(scope, "person:per_1", 2) == 2
    files.keep(scope, [kept.attachment_id])
    assert files.waiting(scope, "person:per_1", 10) == 2
