"""SPF by the cases of RFC 7208 that senders really use, and those that attackers do."""

from collections.abc import Sequence

import pytest

from services.intake.domain.spf import LookupFailed, check_host


class Zone:
    """DNS out of a dict: (type, name) → answers; the name "slow.example" never answers."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Sequence[str]] = {}
        self.asked: list[str] = []

    def having(self, kind: str, name: str, *answers: str) -> "Zone":
        self.records[kind, name] = answers
        return self

    def txt(self, name: str) -> Sequence[str]:
        return self._answer("TXT", name)

    def addresses(self, name: str, version: int) -> Sequence[str]:
        return self._answer("A" if version == 4 else "AAAA", name)

    def mail_hosts(self, name: str) -> Sequence[str]:
        return self._answer("MX", name)

    def names(self, address: str) -> Sequence[str]:
        return self._answer("PTR", address)

    def _answer(self, kind: str, name: str) -> Sequence[str]:
        self.asked.append(name)
        if name == "slow.example":
            raise LookupFailed(name)
        return self.records.get((kind, name), ())


def zone(record: str = "") -> Zone:
    made = (
        Zone()
        .having("A", "mx.acme.example", "192.0.2.7")
        .having("AAAA", "mx.acme.example", "2001:db8::7")
        .having("MX", "acme.example", "mx.acme.example")
        .having("A", "acme.example", "192.0.2.80")
        .having("TXT", "inner.example", "v=spf1 ip4:198.51.100.0/24 -all")
        .having("TXT", "broken.example", "v=spf1 ip4:nonsense -all")
        .having("PTR", "192.0.2.7", "mx.acme.example.")
        .having("A", "7.2.0.192.sent.example", "127.0.0.2")
        .having("TXT", "two.example", "v=spf1 -all", "v=spf1 +all")
        .having("TXT", "loop.example", "v=spf1 include:loop.example -all")
    )
    return made.having("TXT", "acme.example", record, "other words") if record else made


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("", "none"),
        ("v=spf10 +all", "none"),
        ("v=spf1", "neutral"),
        ("v=spf1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("V=SPF1 +ALL", "pass"),
        ("v=spf1 ip4:192.0.2.7 -all", "pass"),
        ("v=spf1 ip4:192.0.2.0/28 -all", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "fail"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 mx:acme.example/24 -all", "pass"),
        ("v=spf1 a -all", "fail"),
        ("v=spf1 a/24 -all", "pass"),
        ("v=spf1 a:mx.acme.example//64 -all", "pass"),
        ("v=spf1 include:inner.example ip4:192.0.2.7 -all", "pass"),
        ("v=spf1 include:nowhere.example +all", "permerror"),
        ("v=spf1 redirect=inner.example", "fail"),
        ("v=spf1 redirect=nowhere.example", "permerror"),
        ("v=spf1 ptr -all", "pass"),
        ("v=spf1 exists:%{ir}.sent.example -all", "pass"),
        ("v=spf1 exists:%{l1r-}.%{d}.sent.example -all", "fail"),
        ("v=spf1 exp=why.%{d} unknown=x +all", "pass"),
        ("v=spf1 a:slow.example -all", "temperror"),
        ("v=spf1 include:broken.example +all", "permerror"),
        ("v=spf1 include:two.example +all", "permerror"),
        ("v=spf1 include:loop.example +all", "permerror"),
        ("v=spf1 unheard +all", "permerror"),
        ("v=spf1 exists:%{z} +all", "permerror"),
        ("v=spf1 ip4:192.0.2.7/99 +all", "permerror"),
        ("v=spf1 a:x1.example a:x2.example a:x3.example +all", "permerror"),
        ("v=spf1 " + " ".join(["mx"] * 11) + " +all", "pass"),
        ("v=spf1 " + " ".join(["exists:acme.example.no"] * 1 + ["a"] * 10) + " +all", "permerror"),
    ],
)
def test_a_host_may_send_or_not(record: str, result: str):
    assert check_host("192.0.2.7", "sam@acme.example", "mx.acme.example", zone(record)) == (
        result,
        "acme.example",
    )


def test_the_null_sender_is_judged_by_its_greeting():
    records = zone().having("TXT", "mx.acme.example", "v=spf1 a -all")
    assert check_host("192.0.2.7", "", "mx.acme.example", records) == ("pass", "mx.acme.example")
    assert check_host("2001:db8::7", "", "mx.acme.example", records)[0] == "pass"
    assert check_host("::ffff:192.0.2.7", "", "mx.acme.example", records)[0] == "pass"


@pytest.mark.parametrize(
    "sender", ["", "x", "x@", "@", "x@localhost", "x@" + "a" * 64 + ".example", "x@a..b"]
)
def test_what_is_no_domain_has_no_record(sender: str):
    records = zone()
    assert check_host("192.0.2.7", sender, "", records)[0] == "none"
    assert records.asked == []


def test_however_many_questions_a_record_has_few_are_asked():
    records = Zone()
    for number in range(40):
        includes = " ".join(f"include:{number + one}.deep.example" for one in range(1, 30))
        records.having("TXT", f"{number}.deep.example", f"v=spf1 {includes} -all")
    assert check_host("192.0.2.7", "x@0.deep.example", "h", records)[0] == "permerror"
    assert len(records.asked) < 15
