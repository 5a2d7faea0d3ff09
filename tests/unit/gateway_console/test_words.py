"""Staff read the console in their own language, whole."""

from tools import translations


def test_everything_the_console_says_is_said_in_french():
    french = translations.catalog_of("fr")
    lacking = []
    for message in translations.messages():
        said_by_console = any("console" in place for place, _line in message.locations)
        if not message.id or not said_by_console:
            continue
        known = french.get(message.id)
        texts = (
            known.string if known and isinstance(known.string, tuple) else (known.string if known else "",)
        )
        if not all(texts):
            lacking.append(message.id)
    assert lacking == []
