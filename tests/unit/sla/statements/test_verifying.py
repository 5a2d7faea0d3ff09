"""A statement's file, checked offline."""

import copy
import json

import pytest
from click.testing import CliRunner

from cli.main import main
from services.sla.clients.signing import StatementKeys, fingerprint, is_signed
from services.sla.domain.statements.period import month
from services.sla.domain.statements.verifying import Unverified, verify_files
from tests.unit.sla.statements.samples import CONTRACT, incident, keys, lines, opened, sealed_file

JULY = month("2024-07", [CONTRACT])


def stated():
    return lines(
        incident("inc_a", opened(0, 1), ("responded", 3), ("resolved", 30)),
        incident("inc_b", opened(5), ("responded", 10), ("resolved", 20), number="ACME-2"),
    )


@pytest.fixture
def signing(tmp_path):
    return keys(tmp_path / "keys")


@pytest.fixture
def chain(signing):
    first, link = sealed_file(stated(), signing)
    second, link = sealed_file([], signing, link, JULY)
    superseded = {"statement_id": first["statement"]["statement_id"], "sha256": first["seal"]["sha256"]}
    third, _ = sealed_file(stated()[:3], signing, link, edition=2, supersedes=superseded)
    return [("june.json", first), ("july.json", second), ("june-2.json", third)]


def verified(chain, signing):
    trusted = {key.key_id: key.raw for key in signing.public_keys()}
    return verify_files(chain, lambda key_id, _: trusted.get(key_id), is_signed)


def test_a_whole_chain_is_verified_in_whatever_order_its_files_are_given(chain, signing):
    assert [one.name for one in verified(chain[::-1], signing)] == ["june.json", "july.json", "june-2.json"]
    assert [one.sequence for one in verified(chain, signing)] == [1, 2, 3]


@pytest.mark.parametrize(
    "edit, why",
    [
        (lambda file: file["lines"].pop(), "lines do not match"),
        (lambda file: file["lines"].reverse(), "lines do not match"),
        (lambda file: file["lines"][0].update(outcome="met"), "lines do not match"),
        (lambda file: file["statement"]["totals"].update(met=9), "not the sums"),
        (lambda file: file["statement"]["credits"][0].update(amount_minor=1), "do not follow"),
        (lambda file: file["statement"].update(credit_minor=0), "do not follow"),
        (lambda file: file["statement"].update(contract_name="Silver"), "hash does not match"),
        (lambda file: file["seal"].update(signature="A" * 86), "signature is not one of"),
        (lambda file: file["statement"].pop("period"), "not a whole statement"),
        (lambda file: file["lines"][0].update(cycle=1.5), "lines do not match"),
        (lambda file: file["lines"][0].update(cycle=2**60), "not a whole statement"),
        (lambda file: file["statement"].update(format="other/1"), "unknown format"),
    ],
)
def test_every_edit_is_noticed_and_told_in_a_sentence(chain, signing, edit, why):
    edited = copy.deepcopy(chain)
    edit(edited[0][1])
    with pytest.raises(Unverified, match=why):
        verified(edited, signing)


def test_a_missing_replaced_or_repeated_statement_breaks_the_chain(chain, signing):
    with pytest.raises(Unverified, match="the chain has a gap: statement 2"):
        verified([chain[0], chain[2]], signing)
    other, _ = sealed_file(stated()[:1], signing)
    with pytest.raises(Unverified, match=r"is not chained to june\.json"):
        verified([("june.json", other), chain[1]], signing)
    with pytest.raises(Unverified, match="same place in the chain"):
        verified([chain[0], ("other.json", other)], signing)


def test_a_chain_may_begin_anywhere(chain, signing):
    assert [one.sequence for one in verified(chain[1:], signing)] == [2, 3]


def test_a_retired_key_still_verifies_what_it_signed(tmp_path, chain, signing):
    (tmp_path / "keys" / "sla.key").unlink()
    renewed = keys(tmp_path / "keys")
    assert renewed.key_id != signing.key_id
    assert {key.current for key in renewed.public_keys()} == {True, False}
    assert verified(chain, renewed)


def test_what_another_key_signed_is_refused(tmp_path, chain):
    stranger = keys(tmp_path / "elsewhere")
    with pytest.raises(Unverified, match="none of the given keys"):
        verified(chain, stranger)


def test_a_token_of_the_service_is_no_signature_of_a_statement(signing):
    sealed = signing.seal("00" * 32)
    assert is_signed(sealed.public_key, sealed.signature, b"fairlead.statement/1:" + b"00" * 32)
    assert not is_signed(sealed.public_key, sealed.signature, b"00" * 32)


class TestTheCommand:
    @pytest.fixture
    def files(self, tmp_path, chain):
        for name, file in chain:
            (tmp_path / name).write_text(json.dumps(file, indent=4))
        return [str(tmp_path / name) for name, _ in chain]

    def run(self, *arguments):
        return CliRunner().invoke(main, ["statement", "verify", *arguments])

    def test_it_verifies_with_a_key_file(self, tmp_path, files, signing):
        key = tmp_path / "keys" / "public" / f"{signing.key_id}.pub"
        done = self.run(*files, "--key", str(key))
        assert done.exit_code == 0, done.output
        assert "whole from 1 to 3" in done.output

    def test_it_trusts_the_key_in_the_file_only_by_its_fingerprint(self, files, signing):
        known = signing.public_keys()[0].fingerprint
        assert self.run(*files, "--fingerprint", known.upper()).exit_code == 0
        wrong = self.run(*files, "--fingerprint", "00" * 32)
        assert (wrong.exit_code, wrong.output.count("\n")) == (1, 1)
        assert self.run(*files).exit_code == 2

    def test_it_says_in_one_line_what_is_wrong(self, tmp_path, files, signing):
        edited = json.loads((tmp_path / "june.json").read_text())
        edited["lines"][0]["elapsed_seconds"] += 1
        (tmp_path / "june.json").write_text(json.dumps(edited))
        done = self.run(files[0], "--fingerprint", signing.public_keys()[0].fingerprint)
        assert (done.exit_code, done.output.count("\n")) == (1, 1)
        assert "june.json: the lines do not match" in done.output

    @pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 100_000, b'{"a":1,"a":2}'])
    def test_what_is_no_json_cannot_be_checked(self, tmp_path, content, signing):
        path = tmp_path / "bad.json"
        path.write_bytes(content)
        done = self.run(str(path), "--fingerprint", fingerprint(signing.public_keys()[0].raw))
        assert (done.exit_code, done.output.count("\n")) == (2, 1)

    def test_a_missing_file_or_key_cannot_be_checked(self, tmp_path, files):
        assert self.run(str(tmp_path / "none.json"), "--fingerprint", "00").exit_code == 2
        assert self.run(files[0], "--key", files[0]).exit_code == 2

    def test_json_that_is_no_statement_is_not_verified(self, tmp_path):
        path = tmp_path / "list.json"
        path.write_text("[]")
        assert self.run(str(path), "--fingerprint", "00").exit_code == 1


def test_the_services_keys_are_those_it_vouches_for_callers_with(tmp_path):
    made = keys(tmp_path)
    assert (tmp_path / "public" / f"{made.key_id}.pub").exists()
    assert StatementKeys(tmp_path).key_id == made.key_id
