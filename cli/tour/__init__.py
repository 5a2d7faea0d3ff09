"""The main job, shown to a newcomer: a mail, a form and an API call, followed live to the mail that went out."""

from rich.console import Console

from cli.errors import Failed
from cli.installation import Running
from cli.tour.follow import Follower
from cli.tour.platform import Platform
from cli.tour.screen import show
from cli.tour.send import api_call, email, portal_form


def run(running: Running, console: Console | None = None) -> bool:
    """Whether all of it truly happened. Prints what is missing otherwise. Raises Failed without a seed."""
    console = console or Console()
    seed = running.data_dir.seeded()
    if not seed:
        raise Failed("the tour needs the demonstration provider (fairlead seed makes it)")
    platform = Platform(running, seed)
    try:
        followers = [
            Follower(platform, "Email", "Clinique Boréal", email),
            Follower(platform, "Portal form", "Acme Logistics", portal_form),
            Follower(platform, "API call", "Soleil Énergie", api_call),
        ]
        show(console, followers)
    finally:
        platform.close()
    missing = [f"{one.channel}: {one.missing}" for one in followers if one.missing]
    for line in missing:
        console.print(f"[red]missing[/red]  {line}", soft_wrap=True)
    if not missing:
        console.print(f"All of it happened. The mails can be read at {platform.mailbox_url}")
    return not missing
