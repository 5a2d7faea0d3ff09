"""The main job, shown to a newcomer: a mail, a form and an API call, followed live to the mail that went out."""

from concurrent.futures import ThreadPoolExecutor

from rich.console import Console

from cli.checks import checks_for
from cli.errors import Failed
from cli.installation import SERVICES, Running
from cli.tour.follow import PATIENCE, Follower
from cli.tour.platform import Platform
from cli.tour.screen import show
from cli.tour.send import api_call, email, portal_form


def run(running: Running, console: Console | None = None, patience: float = PATIENCE) -> bool:
    """Whether all of it truly happened. Prints what is missing otherwise, and who does not answer.

    patience: seconds that each step may take. Raises Failed without a seed.
    """
    console = console or Console()
    seed = running.data_dir.seeded()
    if not seed:
        raise Failed("the tour needs the demonstration provider (fairlead seed makes it)")
    platform = Platform(running, seed, patience)
    try:
        followers = [
            Follower(platform, "Email", "Clinique Boréal", email, patience),
            Follower(platform, "Portal form", "Acme Logistics", portal_form, patience),
            Follower(platform, "API call", "Soleil Énergie", api_call, patience),
        ]
        show(console, followers)
    finally:
        platform.close()
    missing = [f"{one.channel}: {one.missing}" for one in followers if one.missing]
    for line in missing:
        console.print(f"[red]missing[/red]  {line}", soft_wrap=True)
    if missing and (silent := _not_answering(running)):
        console.print(f"[red]not answering[/red]  {', '.join(silent)}", soft_wrap=True)
    if not missing:
        console.print(f"All of it happened. The mails can be read at {platform.mailbox_url}")
    return not missing


def _not_answering(running: Running) -> list[str]:
    """The services that do not answer now, asked all at once: each may take its time to say nothing."""
    checks = checks_for(running.data_dir.remembered()["ports"], list(SERVICES))
    with ThreadPoolExecutor(len(checks)) as pool:
        answers = zip(checks, pool.map(lambda check: check(), checks.values()), strict=True)
    return [name for name, answered in answers if not answered]
