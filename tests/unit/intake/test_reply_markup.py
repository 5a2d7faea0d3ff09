"""What was newly written in HTML, as mail programs mark what they quote."""

import time

import pytest

from services.intake.domain.mail.reply import reply_text_of_html

NEW = "It burns again.\nSecond line."

MAILS = {
    "gmail": (
        '<div dir="ltr">It burns again.<div>Second line.</div></div><br><div class="gmail_quote '
        'gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Mar 3 Support &lt;<a '
        'href="mailto:s@x">s@x</a>&gt; wrote:<br></div><blockquote class="gmail_quote" '
        'style="x"><div>old</div></blockquote></div>'
    ),
    "gmailold": (
        'It burns again.<br>Second line.<br><div class="gmail_extra"><br><div class="gmail_quote">On '
        'Mon, Mar 3, 2014 at 1:00 PM, Support <span dir="ltr">&lt;s@x.example&gt;</span> '
        'wrote:<br><blockquote class="gmail_quote">old</blockquote></div><br><br '
        'clear="all"><div><br></div>-- <br>Jane</div>'
    ),
    "gmailnested": (
        'It burns again.<br>Second line. <div class="gmail_quote"><div class="gmail_quote">On '
        "11-Apr-2011, at 6:54 PM, Bob &lt;bob@example.com&gt; wrote:<div>Test</div></div></div>"
    ),
    "outlook": (
        '<div class="WordSection1"><p class="MsoNormal">It burns again.</p><p class=MsoNormal>Second '
        'line.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in '
        '0in"><p><b>From:</b> S<br><b>Sent:</b> x</p></div></div><p>old</p></div>'
    ),
    "outlook2": (
        '<div>It burns again.</div><div>Second line.</div><div id="appendonsend"></div><hr '
        'style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" '
        'dir="ltr"><b>From:</b> S</div><div>old</div>'
    ),
    "hotmail": ('It burns again.<br>Second line.<br><hr id="stopSpelling">Date: x<br>From: y<br>old'),
    "apple": (
        "It burns again.<div>Second line.<br><div><div>On Mar 3, 2025, at 10:00 AM, Support "
        '&lt;s@x.example&gt; wrote:</div><br class="Apple-interchange-newline"><blockquote '
        'type="cite"><div>old</div></blockquote></div></div>'
    ),
    "moz": (
        '<p>It burns again.<br>Second line.</p><div class="moz-cite-prefix">Am 3.3. schrieb '
        'S:<br></div><blockquote type="cite" cite="mid:x">old</blockquote><div class="moz-signature">-- '
        "<br>Jane</div>"
    ),
    "mozbottom": (
        '<div class="moz-cite-prefix">On 3/3 S wrote:<br></div><blockquote '
        'type="cite">old</blockquote><p>It burns again.<br>Second line.</p>'
    ),
    "yahoo": (
        '<div>It burns again.</div><div>Second line.</div><div class="yahoo_quoted" '
        'id="yahoo_quoted_1"><div>On Monday, S wrote:</div><div>old</div></div>'
    ),
    "proton": (
        '<div>It burns again.</div><div>Second line.</div><div class="protonmail_quote">------- Original'
        " Message -------<br>On Monday S wrote:<br><blockquote>old</blockquote></div>"
    ),
    "zimbra": (
        '<div>It burns again.</div><div>Second line.</div><hr id="zwchr" data-marker="__DIVIDER__"><div '
        'data-marker="__HEADERS__"><b>From: </b>S</div><div>old</div>'
    ),
    "freshdesk": (
        '<div>It burns again.</div><div>Second line.</div><div class="freshdesk_quote"><blockquote '
        'class="freshdesk_quote">old</blockquote></div>'
    ),
    "gmx": (
        '<div>It burns again.</div><div>Second line.</div><div name="quote" style="border-left:2px solid'
        ' #C3D9E5"><div><b>Gesendet:</b> x</div>old</div>'
    ),
    "winmail": (
        '<div>It burns again.</div><div>Second line.</div><div style="padding-top: 5px; border-top-'
        'color: rgb(229, 229, 229); border-top-width: 1px; border-top-style: solid;"><b>From:</b> '
        "S<br><b>Sent:</b> x</div><div>old</div>"
    ),
    "lotus": (
        "It burns again.<br>Second "
        "line.<br><br><table><tr><td>From:</td><td>S</td></tr><tr><td>To:</td><td>J</td></tr><tr><td>Date:</td><td>x</td></tr><tr><td>Subject:</td><td>x</td></tr></table><hr>old"
    ),
    "sig": (
        '<div>It burns again.</div><div>Second line.</div><div class="gmail_signature" data-'
        'smartmail="gmail_signature">Jane</div>'
    ),
    "iphone": (
        "<div>It burns again.</div><div>Second line.</div><br>Sent from my iPhone<div><br>On 3 Mar 2025,"
        " at 10:00, S &lt;s@x.example&gt; wrote:<br><br></div><blockquote "
        'type="cite"><div>old</div></blockquote>'
    ),
    "bqonly": ("<p>It burns again.</p><p>Second line.</p><blockquote>old</blockquote>"),
    "olk": (
        '<div>It burns again.</div><div>Second line.</div><span id="OLK_SRC_BODY_SECTION"><div>From: '
        "x</div>old</span>"
    ),
    "newoutlook": (
        '<div class="elementToProof">It burns again.</div><div>Second line.</div><div id="mail-editor-'
        'reference-message-container"><div>From: x</div></div>'
    ),
}


@pytest.mark.parametrize("program", MAILS)
def test_history_is_left_out_as_each_program_marks_it(program: str):
    assert reply_text_of_html(MAILS[program]).replace("\n\n", "\n") == NEW


def test_answers_between_quotations_stay_with_what_they_answer():
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On x S wrote:</div><blockquote class="gmail_quote">on fire?'
        '</blockquote><div>yes</div><blockquote class="gmail_quote">and now?</blockquote><div>still</div></div>'
    )
    assert reply_text_of_html(html) == "> on fire?\nyes\n> and now?\nstill"


def test_a_quotation_of_the_writers_own_stays():
    html = (
        "Reply<blockquote>Regular</blockquote><div>On 11-Apr-2011, at 6:54 PM, Bob &lt;bob@example.com&gt; wrote:</div>"
        "<blockquote><div><blockquote>Nested</blockquote></div></blockquote>"
    )
    assert reply_text_of_html(html) == "Reply\n> Regular"


def test_what_is_passed_on_stays():
    html = (
        '<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: x</div><div>body</div></div>"
    )
    assert reply_text_of_html(html) == "FYI\n---------- Forwarded message ---------\nFrom: x\nbody"


def test_what_would_be_lost_whole_is_kept_whole():
    assert (
        reply_text_of_html('<div style="border:none;border-top:solid #E1E1E1 1.0pt">a line</div>b')
        == "a line\nb"
    )
    assert reply_text_of_html("<b>From:</b> a<br><b>To:</b> b<br><b>Subject:</b> c<br>text").endswith("text")


def test_a_reply_into_which_nothing_was_written_is_empty():
    html = '<div class="gmail_quote"><div class="gmail_attr">On x S wrote:</div><blockquote>old</blockquote></div>'
    assert reply_text_of_html(html) == ""


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<div class=gmail_quote>",
        "<div id=divRplyFwdMsg>",
        "<script></script>",
        '<div style="border-left: ',
        "</div>",
        '<a "',
        "<!--",
        "<blockquote>a",
        "a<p class=yahoo_quoted>b",
    ],
)
def test_time_is_in_proportion_to_the_markup(piece: str):
    spent = []
    for count in (200, 1_600):
        begin = time.process_time()
        reply_text_of_html(piece * count)
        spent.append(time.process_time() - begin)
    assert spent[1] < 30 * max(spent[0], 0.01)
