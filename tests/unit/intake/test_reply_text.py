"""What was newly written."""

import pytest

from services.intake.domain.mail.reply import reply_text


@pytest.mark.parametrize(
    ("history"),
    [
        "On Mon, 3 Mar 2025 at 10:00, Support <s@x.example> wrote:\n> old\n> text",
        "On Mon, 3 Mar 2025 at 10:00, Support\n<s@x.example> wrote:\n\n> old",
        "Le lun. 3 mars 2025 à 10:00, Support <s@x.example> a écrit :\n> vieux",
        "Le 03/03/2025 à 10:00, Support a écrit :\nvieux sans marque",
        "Am 03.03.2025 um 10:00 schrieb Support:\n> alt",
        "-----Original Message-----\nFrom: s@x.example\nold",
        "-----Message d'origine-----\nDe : s@x.example\nvieux",
        "________________________________\nFrom: Support <s@x.example>\nSent: Monday\nTo: Jane\nSubject: x\n\nold",
        "De : Support\nEnvoyé : lundi 3 mars 2025\nÀ : Jane\nObjet : imprimante\n\nvieux",
        "*From:* Support\n*Sent:* Monday\n*To:* Jane\n\nold",
        "-- \nJane Doe\nAcme Logistics",
        "--\nJane",
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS",
        "Obtenez Outlook pour Android",
        "-Jane Doe",
    ],
)
def test_history_and_signatures_are_left_out(history: str):
    assert reply_text(f"It still burns.\n\n{history}\n") == "It still burns."
    assert reply_text(f"It still burns.\r\n\r\n{history}\r\n".replace("\n", "\r\n")) == "It still burns."


@pytest.mark.parametrize(
    "text",
    [
        "On the third floor the printer burns.\nIt wrote: PC LOAD LETTER",
        "Le matin, il a écrit :\nbonjour",
        "- one\n- two",
        "From: the third floor we see smoke",
        "Sent from my desk, it is much easier than from the phone.",
        "a -- b",
    ],
)
def test_what_only_looks_like_history_stays(text: str):
    assert reply_text(text) == text


def test_answers_between_quoted_lines_are_kept():
    assert reply_text("> is it on fire?\nyes\n> and now?\nstill yes\n") == "yes\n\nstill yes"


def test_an_answer_below_the_quotation_is_kept():
    assert reply_text("On 3 March 2025, S <s@x> wrote:\n> old\n\nnew") == "new"


def test_nothing_new_is_nothing():
    assert reply_text("> old\n> older\n") == ""
    assert reply_text("") == ""
