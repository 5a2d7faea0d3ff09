"""What a person sees of `fairlead up`: every part as it becomes ready, then where to go."""

from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cli.supervisor import Supervisor


class Terminal:
    """A screen on a terminal; plain lines where the output is not one."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live: Live | None = None
        self._told: set[str] = set()

    def show(self, supervisor: Supervisor, seeding: str) -> None:
        if not self.console.is_terminal:
            self._tell(supervisor)
            return
        if self._live is None:
            self._live = Live(console=self.console, refresh_per_second=10, transient=True)
            self._live.start()
        table = Table.grid(padding=(0, 2))
        for component in supervisor.components.values():
            mark: Text | Spinner = Text("✓", style="green") if component.ready else Spinner("dots")
            after = f"{component.seconds:.1f} s" if component.ready else "starting"
            again = f"restarted {component.child.restarts}×" if component.child.restarts else ""
            table.add_row(mark, component.name, Text(after, style="dim"), Text(again, style="yellow"))
        parts: list[Any] = [table]
        if seeding:
            parts.append(Spinner("dots", text=f"the demonstration provider: {seeding}"))
        if supervisor.trouble and not supervisor.ready:
            parts.append(Text(supervisor.trouble, style="red"))
        self._live.update(Group(*parts))

    def ready(self, supervisor: Supervisor, document: dict[str, Any]) -> None:
        self._end_live()
        table = Table.grid(padding=(0, 2))
        base = document["http_base_url"]
        table.add_row("Console", f"{base}/console")
        table.add_row("REST API", f"{base}/api/v1/openapi.json")
        table.add_row("Mail in", f"smtp://{document['smtp']['host']}:{document['smtp']['port']}")
        if document["mail_catcher"]["http_url"]:
            table.add_row("Mail out", f"{document['mail_catcher']['http_url']}  (every mail that is sent)")
        for portal in document.get("portals", []):
            table.add_row(f"Portal of {portal['name']}", portal["url"])
        self.console.print(Panel(table, title="Fairlead is ready", expand=False))
        self._logins(document)
        took, memory = document["seconds_to_ready"], document["memory_mib"]
        self.console.print(
            f"Ready in {took:.1f} s, {memory} MiB. Logs: {supervisor.data_dir.logs}", highlight=False
        )
        self.console.print(
            "`fairlead tour` (in another terminal) shows the main job. Ctrl-C stops everything."
        )

    def stopping(self) -> None:
        self._end_live()
        self.console.print("Stopping …")

    def _logins(self, document: dict[str, Any]) -> None:
        """One block for each place to sign in; never cut, since these lines are copied."""
        logins = document.get("logins", [])
        passwords = {login.get("password", "") for login in logins}
        if logins:
            shared = f" (password of all: {passwords.pop()})" if len(passwords) == 1 else ""
            self.console.print(f"\nDemonstration logins{shared}", style="bold", highlight=False)
        for url in dict.fromkeys(login.get("url", "") for login in logins):
            self.console.print(f"  {url}", style="cyan", highlight=False, soft_wrap=True)
            for login in (one for one in logins if one.get("url", "") == url):
                secret = f"  {login.get('password', '')}" if passwords else ""
                role = f", {login['role']}" if login.get("role") else ""
                line = f"    {login['email']:<36}{login.get('name', '')}{role}{secret}"
                self.console.print(line, highlight=False, soft_wrap=True)
        if logins:
            self.console.print()

    def _tell(self, supervisor: Supervisor) -> None:
        for component in supervisor.components.values():
            if component.ready and component.name not in self._told:
                self._told.add(component.name)
                self.console.print(
                    f"{component.name}: ready after {component.seconds:.1f} s", highlight=False
                )

    def _end_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
