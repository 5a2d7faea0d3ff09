"""The mail catcher's pages: a list of messages, and one message. Plain HTML without scripts."""

from html import escape

from cli.mail_catcher.store import Caught

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem; }
label { display: grid; font-size: .875rem; }
input, button { font: inherit; padding: .4rem .6rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; overflow-wrap: anywhere; }
tr { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 32rem; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .875rem/1.5 ui-monospace, monospace; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
@media (max-width: 40rem) { thead { position: absolute; clip-path: inset(50%); } tr, td { display: block; } }
"""


def layout(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def list_page(messages: list[Caught], to: str, subject: str) -> str:
    """The newest messages, with a form that narrows them down."""
    rows = "".join(
        f'<tr><td class="time"><time datetime="{escape(m.received_time)}">{escape(short_time(m))}</time></td>'
        f"<td>{escape(', '.join(m.to))}</td>"
        f'<td><a href="/messages/{m.id}">{escape(m.subject or "(no subject)")}</a></td></tr>'
        for m in messages
    )
    table = (
        '<table><caption hidden>Messages, newest first</caption><thead><tr><th scope="col">Received (UTC)</th>'
        f'<th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    found = f"{len(messages)} message{'s' if len(messages) != 1 else ''}"
    form = (
        '<form method="get" action="/" role="search">'
        f'<label>To <input name="to" type="search" value="{escape(to)}"></label>'
        f'<label>Subject <input name="subject" type="search" value="{escape(subject)}"></label>'
        "<button>Show</button></form>"
    )
    empty = "<p>No mail here. Whatever the platform sends appears on this page; reload it to look again.</p>"
    body = f"<h1>Caught mail</h1>{form}<p role='status'>{found}</p>{table if messages else empty}"
    return layout("Caught mail", body)


def message_page(caught: Caught, parts: dict[str, str]) -> str:
    """One message: its envelope, its HTML in a frame that can do nothing, its text, all its headers."""
    shown = (("From", caught.sender), ("To", ", ".join(caught.to)), ("Received", short_time(caught) + " UTC"))
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in shown)
    subject = escape(caught.subject or "(no subject)")
    html = (
        f'<h2>HTML</h2><iframe sandbox title="The message as HTML" src="/messages/{caught.id}/html"></iframe>'
        if parts["html"]
        else ""
    )
    text = f"<h2>Text</h2><pre>{escape(parts['text'])}</pre>" if parts["text"] else ""
    headers = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in caught.headers)
    body = (
        f'<p><a href="/">All messages</a> · <a href="/messages/{caught.id}/raw">Raw message</a></p>'
        f"<h1>{subject}</h1><dl>{facts}</dl>{html}{text}<h2>Headers</h2><dl>{headers}</dl>"
    )
    return layout(caught.subject or "(no subject)", body)


def short_time(caught: Caught) -> str:
    """2026-01-31 09:30:12, in UTC."""
    return caught.received_time[:19].replace("T", " ")
