"""Whatever is mailed to and fro, in whatever order: nothing is attached to an incident that it is not about.

The model knows of each mail which conversation it truly is part of; the record sees only what a mail says. Two clients
write, with and without proof of who they are; some of a conversation never passes us; a thief holds a copy of
everything that was ever said, tokens included.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.tenancy import TenantScope
from services.incidents.domain.incident import Party, State
from services.incidents.domain.threading import Thread, Tie
from tests.harness.fakes.record import PROVIDER, Record
from tests.harness.incident_values import submission

TENANTS = ("ten_acme", "ten_lumen")
PEOPLE = tuple(Party(f"{name}@client.example", name) for name in ("jane", "paul", "ines"))
THIEF = Party("eve@elsewhere.example", "eve")

STEP = st.tuples(
    st.sampled_from(
        ["write", "answer", "answer", "answer_outside", "outside", "we_answer", "close", "steal"]
    ),
    st.integers(0, 1),  # the client
    st.integers(0, 2),  # who of it
    st.booleans(),  # proven
    st.booleans(),  # the token is still there
    st.integers(0, 200),  # what is answered
    st.integers(0, 3),  # how many mentions a mail program kept beside the nearest
)


@dataclass(frozen=True)
class Said:
    """A mail somewhere in the world, and what it is truly about."""

    message_id: str
    tenant_id: str
    conversation: int
    mentions: tuple[str, ...]
    token: str = ""


class World:
    def __init__(self) -> None:
        self.record = Record()
        self.said: list[Said] = []
        # What each incident is about, by the mail that opened it.
        self.about: dict[str, int] = {}
        self.count = 0

    def play(self, step) -> None:
        what, client, person, proven, with_token, index, kept = step
        self.count += 1
        tenant_id, sender = TENANTS[client], PEOPLE[person]
        theirs = [one for one in self.said if one.tenant_id == tenant_id]
        answered = theirs[index % len(theirs)] if theirs else None
        if what == "we_answer":
            self.we_answer(tenant_id, index)
        elif what == "close":
            self.close(tenant_id, index)
        elif what == "outside":
            base = answered if answered and index % 2 else None
            self.say(tenant_id, base, kept)
        elif what == "steal" and self.said:
            self.steal(self.said[index % len(self.said)], tenant_id, with_token)
        elif what == "write" or answered is None:
            self.mail(self.say(tenant_id, None, kept), sender, proven, "")
        else:
            token = answered.token if with_token else ""
            self.mail(self.say(tenant_id, answered, kept), sender, proven, token, answered)

    def say(self, tenant_id: str, answered: Said | None, kept: int) -> Said:
        """A new mail by somebody, which may yet pass us or not."""
        mentions: tuple[str, ...] = ()
        if answered:
            older = answered.mentions[-kept:] if kept else ()
            mentions = (*older, answered.message_id)
        conversation = answered.conversation if answered else self.count
        said = Said(f"{self.count}@mail.example", tenant_id, conversation, mentions)
        self.said.append(said)
        return said

    def mail(self, said: Said, sender: Party, proven: bool, token: str, answered: Said | None = None) -> None:
        before = dict(self.record.incidents.by_id)
        [accepted] = self.record.accept(self.submission(said, sender, proven, token))
        assert not accepted.error_reason
        where = accepted.filed
        assert where is not None
        incident = self.record.incidents.by_id[where.incident_id]
        assert incident.tenant_id == said.tenant_id
        if where.joined:
            assert self.about[where.incident_id] == said.conversation
            assert proven or before[where.incident_id].takes_part(sender)
        else:
            if incident.follows_incident_id:
                assert self.about[incident.follows_incident_id] == said.conversation
            self.about[where.incident_id] = said.conversation
            # Whoever proved who they are and answers what we sent is never cut off from it.
            if proven and answered and answered.token:
                assert incident.follows_incident_id

    def steal(self, copied: Said, tenant_id: str, with_token: bool) -> None:
        """Everything of somebody's mail, and a mention that nobody has heard of yet; in their client or another."""
        self.count += 1
        mentions = (*copied.mentions, copied.message_id, f"{self.count}@outside.example")
        theirs = Said(f"{self.count}@thief.example", tenant_id, -self.count, mentions)
        token = copied.token if with_token else ""
        [accepted] = self.record.accept(self.submission(theirs, THIEF, False, token))
        assert accepted.filed is not None
        opened = self.record.incidents.by_id[accepted.filed.incident_id]
        assert not opened.verified
        # The thief may go on with what the thief began, and with nothing else.
        self.about.setdefault(opened.incident_id, theirs.conversation)
        assert self.about[opened.incident_id] < 0
        assert not opened.follows_incident_id or self.about[opened.follows_incident_id] < 0
        if opened.may_belong_to:
            assert self.record.incidents.by_id[opened.may_belong_to].tenant_id == tenant_id

    def we_answer(self, tenant_id: str, index: int) -> None:
        own = [one for one in self.record.incidents.by_id.values() if one.tenant_id == tenant_id]
        if not own:
            return
        incident = own[index % len(own)]
        said = Said(
            f"{self.count}@fairlead.example",
            tenant_id,
            self.about[incident.incident_id],
            (),
            self.record.tokens.mint(incident.incident_id, incident.requester.address),
        )
        # What we wrote to the thief, the thief has: honest people answer their own.
        if said.conversation >= 0:
            self.said.append(said)
        scope = TenantScope(PROVIDER, tenant_id)
        self.record.threads.record(
            scope, {said.message_id: Thread(incident.incident_id, Tie.SENT)}, self.record.now
        )

    def close(self, tenant_id: str, index: int) -> None:
        """Closed, and so long ago that it does not come back; or only just."""
        own = [one for one in self.record.incidents.by_id.values() if one.tenant_id == tenant_id]
        if own:
            incident = own[index % len(own)]
            ago = timedelta(days=30 if index % 2 else 0)
            closed = replace(incident, state=State.CLOSED, close_time=self.record.now - ago)
            self.record.incidents.by_id[incident.incident_id] = closed

    def submission(self, said: Said, sender: Party, proven: bool, token: str):
        return submission(
            submission_id=f"sub_{self.count}",
            tenant_id=said.tenant_id,
            sender=sender,
            authenticated=proven,
            reply_token=token,
            message_id=said.message_id,
            referenced_message_ids=said.mentions,
        )


# The same games every time: a longer search is for whoever changes the rules.
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(STEP, min_size=5, max_size=40))
def test_nothing_is_attached_to_an_incident_that_it_is_not_about(steps) -> None:
    world = World()
    for step in steps:
        world.play(step)
    numbers = [one.number for one in world.record.incidents.by_id.values()]
    assert len(set(numbers)) == len(numbers)
