"""The tour on a terminal: one panel for each submission, filled in as things happen."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.tour.follow import Follower


def show(console: Console, followers: list[Follower]) -> None:
    """Starts the followers and shows them until all are done."""
    threads = [follower.start() for follower in followers]
    with Live(_panels(followers), console=console, refresh_per_second=8) as live:
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(0.1)
            live.update(_panels(followers))
        live.update(_panels(followers))
    console.print()


def _panels(followers: list[Follower]) -> RenderableType:
    return Group(*(_panel(follower) for follower in followers))


def _panel(follower: Follower) -> Panel:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(width=1)
    table.add_column(width=10)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", width=7)
    waiting = True
    for step in follower.steps:
        mark = Text("✓", "green") if step.found else Text("…" if waiting else " ", "yellow")
        if not step.found and waiting and follower.missing:
            mark = Text("✗", "red")
        seconds = f"{step.seconds:.1f} s" if step.seconds else ""
        table.add_row(
            mark, step.name, Text(step.found or "", "bold" if step.name == "incident" else ""), seconds
        )
        waiting = waiting and bool(step.found)
    title = f"{follower.channel} for {follower.client}"
    style = "red" if follower.missing else "green" if follower.done else "blue"
    return Panel(table, title=title, title_align="left", border_style=style)
