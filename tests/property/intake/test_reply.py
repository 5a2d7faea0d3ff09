"""What a person wrote is never lost, whatever they wrote and whatever they quote."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.mail.reply import reply_text, reply_text_of_html
from tests.unit.intake.quoting import ATTRIBUTIONS, HEADS

WORDS = st.lists(
    st.sampled_from(
        [
            "printer",
            "burns",
            "On",
            "From",
            "the",
            "wrote",
            "3",
            "2025",
            "10:00",
            "bob@x.example",
            "sent",
            "to",
            "--",
            "Le",
            "a",
            "§",
        ]
    ),
    min_size=1,
    max_size=8,
)
LINES = st.lists(WORDS.map(lambda words: f"I say {' '.join(words)}."), min_size=1, max_size=6)
HISTORIES = st.one_of(
    st.sampled_from(ATTRIBUTIONS).map(lambda line: line.replace("|", "\n") + "\n> old\n> text"),
    st.sampled_from(HEADS).map(lambda head: head.replace("|", "\n") + "\n\nold\ntext"),
)


@settings(max_examples=150)
@given(LINES, HISTORIES)
def test_every_line_above_the_history_is_kept_and_no_other(lines: list[str], history: str):
    written = "\n".join(lines)
    assert reply_text(f"{written}\n\n{history}\n") == written


@settings(max_examples=150)
@given(LINES)
def test_without_history_all_is_kept(lines: list[str]):
    written = "\n".join(lines)
    assert reply_text(written) == written
    assert reply_text_of_html("<br>".join(lines)) == written


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("<>/div blockquote=\"gmail_quote'!-\n&;a"), max_size=300))
def test_any_markup_is_read(html: str):
    assert isinstance(reply_text_of_html(html), str)
