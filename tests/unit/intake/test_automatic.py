"""Which mails machines send, and which come through lists."""

import pytest

from services.intake.domain.mail import normalize


def read(lines: str):
    return normalize(f"{lines}\n\nx\n".encode())


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-generated",
        "Precedence: junk",
        "X-Autorespond: vacation",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <mailto:out@news.example>",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "Subject: Automatische Antwort: Drucker",
        "Subject: 自動返信: 印刷",
        "Subject: Автоответ: принтер",
    ],
)
def test_what_a_machine_sent(line: str):
    assert read(line).auto_submitted


@pytest.mark.parametrize(
    "lines",
    [
        "Auto-Submitted: no\nPrecedence: bulk",
        "X-Auto-Response-Suppress: OOF",
        "Subject: Out of office replies do not work",
        "Subject: Auto insurance portal is down",
        "List-Id: <users.acme.example>\nList-Unsubscribe: <mailto:leave@acme.example>",
        "Precedence: list",
    ],
)
def test_what_a_person_sent(lines: str):
    assert not read(lines).auto_submitted


@pytest.mark.parametrize(
    "line",
    [
        "List-Id: <a.b>",
        "List-Post: <mailto:a@b.example>",
        "Mailing-List: contact x",
        "X-ML-Name: a",
        "Precedence: list",
    ],
)
def test_what_came_through_a_list(line: str):
    assert read(line).is_list


@pytest.mark.parametrize(
    "line", ["List-Unsubscribe: <mailto:a@b.example>", "List-Post: NO", "Precedence: bulk"]
)
def test_what_came_through_none(line: str):
    assert not read(line).is_list
