"""What was newly written."""

import time

import pytest

from services.intake.domain.mail import normalize
from services.intake.domain.mail.reply import reply_text
from tests.unit.intake.quoting import ATTRIBUTIONS, BOASTS, HEADS, MARKERS

NEW = "It still burns.\nOn the third floor."


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_a_quotation_is_left_out_whoever_says_wrote(line: str):
    line = line.replace("|", "\n")
    assert reply_text(f"{NEW}\n\n{line}\n> old\n> text\n") == NEW
    assert reply_text(f"{NEW}\n\n{line}\n\n> old\n> text\n") == NEW
    assert reply_text(f"{NEW}\n\n{line}\n\nold, and not marked\n") == NEW
    assert reply_text(f"{line}\n> old\n> text\n\n{NEW}\n") == NEW
    assert reply_text(f"{NEW}\n\n{line}\n> old\n".replace("\n", "\r\n")) == NEW


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----\n"])
def test_an_earlier_mail_below_its_head_is_left_out(head: str, rule: str):
    head = head.replace("|", "\n")
    assert reply_text(f"{NEW}\n\n{rule}{head}\n\nold\n\ntext") == NEW


@pytest.mark.parametrize("line", MARKERS)
def test_an_earlier_mail_below_a_marker_is_left_out(line: str):
    assert reply_text(f"{NEW}\n\n{line}\nFrom: x\nold\n") == NEW


@pytest.mark.parametrize("line", BOASTS)
def test_what_a_telephone_boasts_is_left_out(line: str):
    assert reply_text(f"{NEW}\n\n{line}\n") == NEW
    assert reply_text(f"{NEW}\n\n{line}\n\nOn 3 Mar 2025, at 10:00, S <s@x.example> wrote:\n\n> old\n") == NEW


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nJane Doe\nAcme Logistics",
        "--\nJane",
        "-Jane Doe",
        "-----\nJane Doe\nAcme\njane@acme.example",
        "___\nJane Doe\nTel. 12345678",
        "_______________________________________________\nusers mailing list\nusers@acme.example\nhttp://x.example",
        "—\nReply to this email directly or view it on GitHub",
        "---\nThis email has been checked for viruses by Avast antivirus software.\nhttps://www.avast.com",
        "-----",
    ],
)
def test_signatures_and_footers_are_left_out(signature: str):
    assert reply_text(f"{NEW}\n\n{signature}\n") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "On the third floor the printer burns.\nIt wrote: PC LOAD LETTER",
        "Le matin, il a écrit :\nbonjour",
        "We wrote to them on 3 March 2025:\nno answer",
        "My boss wrote: fix it",
        "- one\n- two",
        "- Reboot\n- Check Cable",
        "From: the third floor we see smoke",
        "The settings are:\nFrom: 10\nTo: 20\nplease check",
        "Subject: none\nhello",
        "Invitation:\n\nDate: Wednesday 3, October 2011\nTime: 7:00am\nAddress: 130 Fox St",
        "Sent from my desk, it is much easier than from the phone.",
        "a -- b",
        "Log:\n-----\nerror one happened at 10:00.\nerror two.\n-----\nplease help",
        "I ran this:\n\n```\n> select 1\n--\nfoo\n```\nand it failed",
        "Enter\n\n---- Enter Feedback Below ----\n\nGreat",
        "FYI\n\n---------- Forwarded message ----------\nFrom: bob@x.example\nTo: me\nSubject: y\n\n> quoted\n\n-- \nBob",
        "---------- Forwarded message ----------\nFrom: bob@x.example\nTo: me\nSubject: y\n\nText",
        "From: bob@x.example\nTo: me\nSubject: y\n\nPassed on without a word",
        "-- \nJane",
        "This mail did not arrive:\n\nFrom: bob@x.example\nTo: me\nSubject: y\n\nCan you find it?",
    ],
)
def test_what_only_looks_like_history_stays(text: str):
    assert reply_text(text) == "\n".join(line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "{} On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:\n> Hi",
        "{}\n--- On Wed, Apr 4, 2012 at 3:59 PM, me@domain.example wrote:\n> Hi",
        "{}\n\nOn Tue, Apr 11, 2017 at 10:07 PM John Smith\n\n<\nmailto:John <john@x.example>\n> wrote:\nold",
        '{}\n On Mar 8, 2012 9:59 AM, "X" <\nr+7f1b@x.example> wrote:\n\n>**\n>  Blah',
        "{}\n\nOn 04/19/2011 07:10 AM, Roman Tkachenko sent:\n\n> Test.",
        "{}\n\nDate: Wed, 16 May 2012 00:15:02 -0600\nTo: k@x.example\n\nold",
        "{}\n\n___\nJohn Doe\nCEO at Foo\nSan Francisco",
        "{}\nJane wrote:\n> old",
        '{}\n\n>>> "Jane" <jane@x.example> 03.03.2025 09:00 >>>\nold, and not marked',
    ],
)
def test_odd_attributions_are_known(text: str):
    assert reply_text(text.format(NEW)) == NEW


def test_a_sentence_before_an_address_is_nobodys_attribution():
    text = "please look at what the new colleague bob <bob@x.example> wrote:"
    assert reply_text(f"{text}\n\nit burns") == f"{text}\n\nit burns"


def test_quoted_lines_stay_where_they_are_answered_one_by_one():
    text = "> is it on fire?\nyes\n> and now?\nstill yes"
    assert reply_text(f"{text}\n> trailing\n") == text
    assert reply_text(f"On 3 Mar 2025, S <s@x.example> wrote:\n{text}\n") == text


def test_what_stands_around_a_quotation_is_kept():
    text = "Test reply\n\nOn 04/19/2011 07:10 AM, Roman wrote:\n\n>\n> Test\n\nRegards, Roman"
    assert reply_text(text) == "Test reply\n\nRegards, Roman"


def test_nothing_new_is_nothing():
    assert reply_text("> old\n> older\n") == ""
    assert reply_text("On 3 Mar 2025, S <s@x.example> wrote:\n> old\n") == ""
    assert reply_text("") == ""


def test_indentation_and_blank_lines_within_stay():
    text = "first\n\n\n   - one\n   - two"
    assert reply_text(f"{text}   \n\n\n> old") == text


def test_a_mail_that_has_only_html_is_read_by_its_markup():
    mail = "Content-Type: text/html\n\n<p>new</p><div class=yahoo_quoted>On X, Y wrote: old</div>"
    assert normalize(mail.encode()).reply_text == "new"


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, 3 Mar 2025 10:00 <a@b> x",
        "wrote:",
        "From: a@b\nx",
        "To: x",
        "---",
        "--",
        "-Jane",
        "a\n> b",
        "-----\n\n\n\nx",
        "2025 10:00 <a@b" * 20 + ":",
    ],
)
def test_time_is_in_proportion_to_the_text(line: str):
    spent = []
    for count in (150, 1_200):
        begin = time.process_time()
        reply_text(f"{line}\n" * count)
        spent.append(time.process_time() - begin)
    assert spent[1] < 30 * max(spent[0], 0.01)
