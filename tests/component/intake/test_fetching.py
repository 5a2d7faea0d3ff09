"""Mail fetched from a real Dovecot: taken once, whatever breaks, and marked there only when it is safe here."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from chassis.rpc import call, channel
from chassis.tenancy import Role
from fairlead.intake.v1 import mailbox_pb2, mailbox_service_pb2, mailbox_service_pb2_grpc
from services.intake.clients import imap
from services.intake.clients.imap import connect
from services.intake.domain.mailbox import Account, Problem, Security
from services.intake.ports.mailboxes import MailboxFailed
from tests.harness.dovecot import Dovecot
from tests.harness.intake import ACME, Bench, mail, running_intake
from tests.harness.tokens import Tokens
from tests.harness.waiting import wait_until

ADDRESS = "support@acme.northstar.example"


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    server = Dovecot(tmp_path_factory.mktemp("dovecot"))
    server.start()
    yield server
    server.stop()
    server.remove()


@pytest.fixture(scope="module")
def bench(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One for all tests that stop nothing: each has a folder of its own, and subjects that no other has."""
    folder = tmp_path_factory.mktemp("intake")
    with running_intake(mongod, nats, f"t{secrets.token_hex(5)}", folder, internal_mailboxes=True) as started:
        yield started


@pytest.fixture
def inbox(dovecot: Dovecot, request: pytest.FixtureRequest) -> str:
    """A folder of the test's own."""
    folder = f"Inbox-{abs(hash(request.node.name))}"
    with dovecot.client() as there:
        there.create_folder(folder)
    return folder


def service(bench: Bench) -> Any:
    return mailbox_service_pb2_grpc.MailboxServiceStub(channel(bench.settings, "intake"))


def account(dovecot: Dovecot, folder: str, **more: Any) -> mailbox_pb2.Mailbox:
    fields = {
        "tenant_id": ACME, "address": ADDRESS, "host": "127.0.0.1", "port": dovecot.port,
        "security": "MAILBOX_SECURITY_NONE", "username": dovecot.user, "folder": folder,
        "after": "MAILBOX_AFTER_MARK_SEEN", "enabled": True,
    }  # fmt: skip
    return mailbox_pb2.Mailbox(**{**fields, **more})


def fetch(
    bench: Bench, dovecot: Dovecot, folder: str, password: str = "", **more: Any
) -> mailbox_pb2.Mailbox:
    request = mailbox_service_pb2.CreateMailboxRequest(
        mailbox=account(dovecot, folder, **more), password=password or dovecot.password
    )
    return call(service(bench).CreateMailbox, request, bench.admin())


def seen(bench: Bench, mailbox_id: str) -> mailbox_pb2.Mailbox:
    request = mailbox_service_pb2.GetMailboxRequest(mailbox_id=mailbox_id)
    return call(service(bench).GetMailbox, request, bench.admin())


def put(dovecot: Dovecot, folder: str, *raws: bytes, flags: tuple[bytes, ...] = ()) -> None:
    with dovecot.client() as there:
        for raw in raws:
            there.append(folder, raw, flags)


def letter(subject: str, **headers: str) -> bytes:
    return mail(subject, **headers).as_bytes().replace(b"\n", b"\r\n")


def flags(dovecot: Dovecot, folder: str) -> list[tuple[bytes, ...]]:
    with dovecot.client() as there:
        there.select_folder(folder, readonly=True)
        found = there.get_flags(there.search())
    return [tuple(flag for flag in each if flag != b"\\Recent") for each in found.values()]


def arrived(bench: Bench, *subjects: str) -> dict[str, Any]:
    """What the record was given under each of these subjects, once all are there; never twice the same."""

    def found() -> dict[str, Any] | None:
        taken = [one for one in list(bench.incidents.submissions.values()) if one.subject in subjects]
        assert len(taken) <= len(subjects), "one was taken twice"
        return {one.subject: one for one in taken} if len(taken) == len(subjects) else None

    return wait_until(found, 30, what=f"{subjects} to be taken")


def test_what_is_unread_is_taken_and_what_comes_is_taken_as_it_comes(
    bench: Bench, dovecot: Dovecot, inbox: str
):
    put(dovecot, inbox, letter("read long ago"), flags=(b"\\Seen",))
    put(dovecot, inbox, letter("before"))
    made = fetch(bench, dovecot, inbox)
    arrived(bench, "before")
    wait_until(lambda: flags(dovecot, inbox) == [(b"\\Seen",)] * 2, 20)
    # IDLE tells of it; and that somebody has read it meanwhile does not matter.
    put(dovecot, inbox, letter("as it comes"), letter("read before it was taken"), flags=(b"\\Seen",))
    found = arrived(bench, "as it comes", "read before it was taken")
    state = wait_until(lambda: (one := seen(bench, made.mailbox_id)) and one.taken == 3 and one, 20)
    assert (state.problem, state.HasField("poll_time"), state.HasField("take_time")) == ("", True, True)
    evidence = found["as it comes"]
    assert (evidence.tenant_id, evidence.sender.address) == (ACME, "jane@acme.example")
    assert not evidence.automatic
    assert "read long ago" not in {one.subject for one in bench.incidents.submissions.values()}


def test_taken_messages_are_moved(bench: Bench, dovecot: Dovecot, inbox: str):
    put(dovecot, inbox, letter("moved"), letter("moved, too"))
    fetch(bench, dovecot, inbox, after="MAILBOX_AFTER_MOVE", move_to=f"{inbox}.für uns")
    arrived(bench, "moved", "moved, too")
    wait_until(lambda: flags(dovecot, inbox) == [], 20)
    assert len(flags(dovecot, f"{inbox}.für uns")) == 2


def test_taken_messages_are_deleted_and_no_others(bench: Bench, dovecot: Dovecot, inbox: str):
    put(dovecot, inbox, letter("somebody marked it"), flags=(b"\\Deleted", b"\\Seen"))
    put(dovecot, inbox, letter("deleted"))
    fetch(bench, dovecot, inbox, after="MAILBOX_AFTER_DELETE")
    arrived(bench, "deleted")
    wait_until(lambda: flags(dovecot, inbox) == [(b"\\Deleted", b"\\Seen")], 20)


def test_a_folder_that_was_made_anew_gives_what_is_unread_in_it(bench: Bench, dovecot: Dovecot, inbox: str):
    same = letter("the same again")
    put(dovecot, inbox, same)
    made = fetch(bench, dovecot, inbox)
    arrived(bench, "the same again")
    with dovecot.client() as there:
        there.delete_folder(inbox)
        wait_until(lambda: seen(bench, made.mailbox_id).problem == "folder_missing", 30)
        there.create_folder(inbox)
    put(dovecot, inbox, same, letter("new"))
    arrived(bench, "new", "the same again")
    assert (
        wait_until(lambda: (one := seen(bench, made.mailbox_id)) and not one.problem and one, 40).taken == 3
    )


def test_a_wrong_password_is_shown_until_it_is_set_right(bench: Bench, dovecot: Dovecot, inbox: str):
    put(dovecot, inbox, letter("waits"))
    made = fetch(bench, dovecot, inbox, password="wrong")
    state = wait_until(lambda: (one := seen(bench, made.mailbox_id)) and one.problem and one, 30)
    assert state.problem == "login_refused"
    assert "wrong" not in str(state)
    changed = account(dovecot, inbox, mailbox_id=made.mailbox_id, revision=made.revision)
    request = mailbox_service_pb2.UpdateMailboxRequest(mailbox=changed, password=dovecot.password)
    call(service(bench).UpdateMailbox, request, bench.admin())
    arrived(bench, "waits")
    assert seen(bench, made.mailbox_id).problem == ""


def test_a_mailbox_is_opened_by_a_token_where_no_password_is_taken(
    bench: Bench, dovecot: Dovecot, inbox: str
):
    with Tokens(dovecot.tokens_port, dovecot.user) as tokens:
        put(dovecot, inbox, letter("by a token"))
        by_token = {"token_url": tokens.url, "client_id": "app", "oauth_scope": "mail"}
        way = "MAILBOX_SIGN_IN_CLIENT_CREDENTIALS"
        made = fetch(bench, dovecot, inbox, tokens.secret, sign_in=way, **by_token)
        arrived(bench, "by a token")
        form = {"grant_type": "client_credentials", "client_id": "app", "scope": "mail"}
        assert tokens.forms == [{**form, "client_secret": tokens.secret}]
        assert tokens.secret not in str(seen(bench, made.mailbox_id))
        call(
            service(bench).DeleteMailbox,
            mailbox_service_pb2.DeleteMailboxRequest(mailbox_id=made.mailbox_id),
            bench.admin(),
        )


def test_a_refresh_token_that_was_renewed_is_the_one_that_is_used(bench: Bench, dovecot: Dovecot, inbox: str):
    with Tokens(dovecot.tokens_port, dovecot.user) as tokens:
        tokens.refresh_token, tokens.refuse = "first", "invalid_grant"
        wanted = account(
            dovecot, inbox, sign_in="MAILBOX_SIGN_IN_REFRESH_TOKEN", token_url=tokens.url, client_id="app"
        )
        request = mailbox_service_pb2.CreateMailboxRequest(
            mailbox=wanted, password=tokens.secret, refresh_token="first"
        )
        made = call(service(bench).CreateMailbox, request, bench.admin())
        state = wait_until(lambda: (one := seen(bench, made.mailbox_id)).problem and one, 20)
        assert state.problem == "token_refused" and "invalid_grant" in state.problem_detail
        tokens.refuse = ""
        for count, subject in enumerate(("with the first", "with the second"), 2):
            # Changed, it is connected to anew; secrets left empty stay.
            current = seen(bench, made.mailbox_id)
            changed = mailbox_service_pb2.UpdateMailboxRequest(mailbox=current)
            call(service(bench).UpdateMailbox, changed, bench.admin())
            wait_until(lambda count=count: len(tokens.forms) >= count, 20, what="a token to be asked for")
            put(dovecot, inbox, letter(subject))
            arrived(bench, subject)
        assert tokens.forms[1]["refresh_token"] == "first"
        assert tokens.forms[2]["refresh_token"].startswith("refresh-")


def test_hostile_messages_stop_nothing(bench: Bench, dovecot: Dovecot, inbox: str):
    put(
        dovecot,
        inbox,
        b"\r\n",
        b"no header",
        b"From: <>\r\nReturn-Path: <>\r\n\r\nx",
        b"From: " + b"(" * 5_000 + b"\r\n\r\nx",
        b"X: y\r\n" * 20_000 + b"\r\nlarge head",
        b"\xff\xfe\r\n\r\n\xff",
        letter("after them"),
    )
    made = fetch(bench, dovecot, inbox)
    arrived(bench, "after them")
    wait_until(lambda: seen(bench, made.mailbox_id).taken == 7, 20)


def test_what_was_written_to_a_tagged_address_keeps_its_tag(bench: Bench, dovecot: Dovecot, inbox: str):
    tagged = "support+k7f2qa9x@acme.northstar.example"
    put(dovecot, inbox, letter("Re: it", Delivered_To=tagged, Return_Path="<jane@acme.example>"))
    fetch(bench, dovecot, inbox)
    assert arrived(bench, "Re: it")["Re: it"].reply_token == "k7f2qa9x"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_encrypted_connection_is_made_only_to_whoever_proves_who_they_are(
    dovecot: Dovecot, inbox: str, security: Security, monkeypatch: pytest.MonkeyPatch
):
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    account = Account("127.0.0.1", port, security, dovecot.user, inbox)
    with pytest.raises(MailboxFailed) as failed:
        connect(account, dovecot.password, internal_allowed=True)
    assert failed.value.problem is Problem.CERTIFICATE
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    there = connect(account, dovecot.password, internal_allowed=True)
    assert there.new(None) == []
    there.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_a_server_that_is_not_on_the_internet_is_not_asked(dovecot: Dovecot, host: str):
    with pytest.raises(MailboxFailed) as failed:
        connect(Account(host, dovecot.port, Security.NONE, dovecot.user), dovecot.password)
    assert (failed.value.problem, failed.value.detail) == (Problem.INTERNAL, "")


def test_a_name_that_leads_elsewhere_by_then_is_not_asked_either(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(imap, "_addresses", lambda _account: ["8.8.8.8"])
    with pytest.raises(MailboxFailed) as failed:
        connect(Account("127.0.0.1", dovecot.port, Security.NONE, dovecot.user), dovecot.password)
    assert (failed.value.problem, failed.value.detail) == (Problem.INTERNAL, "")


def test_only_administrators_set_up_their_own_mailboxes_and_no_password_is_shown(
    bench: Bench, dovecot: Dovecot, inbox: str
):
    kept = MongoClient(bench.settings.mongodb_uri)[bench.settings.database_name]["mailboxes"]
    wait_until(lambda: "login_1" in kept.index_information(), 20)
    made = fetch(bench, dovecot, inbox, enabled=False)
    stub = service(bench)
    with pytest.raises(PermissionDenied):
        call(stub.ListMailboxes, mailbox_service_pb2.ListMailboxesRequest(), bench.caller(Role.TECHNICIAN))
    with pytest.raises(NotFound):
        request = mailbox_service_pb2.GetMailboxRequest(mailbox_id=made.mailbox_id)
        call(stub.GetMailbox, request, bench.admin("prv_south"))
    with pytest.raises(AlreadyExists):
        fetch(bench, dovecot, inbox)
    for wrong in ({"address": "help@southstar.example"}, {"address": "x"}, {"port": 0}, {"host": "a b"},
                  {"after": "MAILBOX_AFTER_MOVE"}, {"security": 0}):  # fmt: skip
        with pytest.raises(InvalidArgument):
            fetch(bench, dovecot, f"{inbox}2", **wrong)
    # To another server the old password does not go.
    elsewhere = account(dovecot, inbox, mailbox_id=made.mailbox_id, host="evil.example")
    with pytest.raises(InvalidArgument):
        call(stub.UpdateMailbox, mailbox_service_pb2.UpdateMailboxRequest(mailbox=elsewhere), bench.admin())
    assert dovecot.password.encode() not in kept.find_one({"_id": made.mailbox_id})["password"]
    call(
        stub.DeleteMailbox,
        mailbox_service_pb2.DeleteMailboxRequest(mailbox_id=made.mailbox_id),
        bench.admin(),
    )
    with pytest.raises(NotFound):
        seen(bench, made.mailbox_id)


# Each of these starts an intake of its own. The one above is not asked any more: they share a process.


def test_a_crash_between_taking_and_marking_makes_no_second_submission(
    mongod, nats, installation, tmp_path: Path, dovecot: Dovecot, inbox: str
):
    # Without a Message-ID nothing but its place in the folder tells that it is the same.
    put(dovecot, inbox, b"From: jane@acme.example\r\nSubject: no id\r\n\r\nx\r\n")
    with running_intake(mongod, nats, installation, tmp_path, internal_mailboxes=True) as bench:
        made = fetch(bench, dovecot, inbox)
        bench.taken()
        wait_until(lambda: seen(bench, made.mailbox_id).taken == 1, 20)
    with dovecot.client() as there:
        there.select_folder(inbox)
        there.remove_flags(there.search(), [b"\\Seen"])
    database = MongoClient(mongod)[bench.settings.database_name]
    # As it was before the crash: durable here, and nobody knows yet that it was taken.
    forgotten = {"progress.uid_validity": 0, "progress.last_uid": 0, "progress.taken": 0}
    database["mailboxes"].update_one({"_id": made.mailbox_id}, {"$set": forgotten})
    with running_intake(mongod, nats, installation, tmp_path, internal_mailboxes=True) as bench:
        wait_until(lambda: flags(dovecot, inbox) == [(b"\\Seen",)], 30)
        wait_until(lambda: database["mailboxes"].find_one()["progress"]["last_uid"] > 0, 20)
        assert database["arrivals"].count_documents({}) == 1


def test_a_server_that_goes_and_comes_back_is_fetched_from_again(mongod, nats, installation, tmp_path: Path):
    with (
        serving(tmp_path / "imap") as dovecot,
        running_intake(mongod, nats, installation, tmp_path, internal_mailboxes=True) as bench,
    ):
        made = fetch(bench, dovecot, "INBOX")
        wait_until(lambda: seen(bench, made.mailbox_id).HasField("poll_time"), 20)
        dovecot.kill()
        wait_until(lambda: seen(bench, made.mailbox_id).problem == "server_unreachable", 20)
        dovecot.start()
        put(dovecot, "INBOX", letter("after the outage"))
        arrived(bench, "after the outage")


def test_two_processes_take_each_message_once(
    mongod, nats, installation, tmp_path: Path, dovecot: Dovecot, inbox: str
):
    with (
        running_intake(mongod, nats, installation, tmp_path / "a", internal_mailboxes=True) as one,
        running_intake(mongod, nats, installation, tmp_path / "a", internal_mailboxes=True) as _other,
    ):
        fetch(one, dovecot, inbox)
        # No Message-IDs, so nothing is recognized by one.
        put(dovecot, inbox, *(b"From: jane@acme.example\r\nSubject: %d\r\n\r\nx\r\n" % n for n in range(45)))
        wait_until(lambda: flags(dovecot, inbox) == [(b"\\Seen",)] * 45, 30)
        database = MongoClient(mongod)[one.settings.database_name]
        assert database["arrivals"].count_documents({}) == 45


@contextmanager
def serving(folder: Path) -> Iterator[Dovecot]:
    """One that the test may stop."""
    dovecot = Dovecot(folder)
    dovecot.start()
    try:
        yield dovecot
    finally:
        dovecot.stop()
        dovecot.remove()
