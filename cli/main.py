"""The `fairlead` command. Exit codes: 0 done, 1 tried and failed, 2 cannot be done as asked (one line says why)."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from cli.errors import BadUse, Failed
from cli.installation import DataDir, Running, default_data_dir

Command = TypeVar("Command", bound=Callable[..., Any])
PORT = click.IntRange(0, 65_535)


class Group(click.Group):
    """A group whose errors are one line on stderr."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        try:
            # Without standalone mode click hands back the exit code that a command asked for.
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.ClickException as error:
            _end(error.format_message(), 2)
        except BadUse as error:
            _end(str(error), 2)
        except Failed as error:
            _end(str(error), 1)
        except (click.Abort, KeyboardInterrupt):
            _end("interrupted", 130)
        sys.exit(code if isinstance(code, int) else 0)


def _end(message: str, code: int) -> NoReturn:
    click.echo("fairlead: " + " ".join(message.split()), err=True)
    sys.exit(code)


def data_dir_option(command: Command) -> Command:
    """--data-dir, the same for every command."""
    return click.option(
        "--data-dir",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where the installation's data lie (default: .fairlead/ in a working copy).",
    )(command)


def _data_dir(folder: Path | None) -> DataDir:
    return DataDir(folder or default_data_dir())


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fairlead", prog_name="fairlead")
def main() -> None:
    """Fairlead, a multi-tenant incident platform for managed service providers."""


@main.command()
@data_dir_option
@click.option("--http-port", type=PORT, help="Web port; live streams take the next one. 0: any free one.")
@click.option("--smtp-port", type=PORT, help="Port that takes mail in. 0: any free one.")
@click.option(
    "--layout",
    type=click.Choice(["many", "one"]),
    default="many",
    show_default=True,
    help="A process for each service, or the gRPC services as threads of one process.",
)
@click.option("--seed/--no-seed", default=True, help="Make the demonstration provider where it is missing.")
@click.option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=180.0,
    show_default=True,
    help="Seconds until everything must be ready.",
)
@click.option("--detach", is_flag=True, help="Return once everything is ready, and print one JSON object.")
def up(
    folder: Path | None, http_port: int | None, smtp_port: int | None, layout: str, seed: bool,
    timeout: float, detach: bool,
) -> None:  # fmt: skip
    """Start everything and keep it running."""
    from cli import up as starting
    from cli.plan import Options

    data_dir = _data_dir(folder)
    options = Options(http_port, smtp_port, layout, seed)
    if detach:
        arguments = ["--data-dir", str(data_dir.path), "--layout", layout, "--timeout", str(timeout)]
        arguments += [] if seed else ["--no-seed"]
        arguments += [] if http_port is None else ["--http-port", str(http_port)]
        arguments += [] if smtp_port is None else ["--smtp-port", str(smtp_port)]
        click.echo(json.dumps(starting.start_detached(data_dir, arguments)))
    elif starting.REPORT_FD in os.environ:
        raise click.exceptions.Exit(starting.run_detached_here(data_dir, options, timeout))
    else:
        from rich.console import Console

        from cli.screen import Terminal

        starting.run(data_dir, options, timeout, Terminal(Console()))


@main.command()
@data_dir_option
def down(folder: Path | None) -> None:
    """Stop an installation, services first."""
    from cli.down import down as stop

    data_dir = _data_dir(folder)
    stopped = stop(data_dir)
    click.echo("stopped" if stopped else f"nothing runs in {data_dir.path}", err=True)


@main.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every address and process id.")
def status(folder: Path | None, as_json: bool) -> None:
    """Say what runs and what answers; exit code 1 unless everything does."""
    from cli.down import status as ask

    found = ask(_data_dir(folder))
    if as_json:
        click.echo(json.dumps(found))
    elif not found["running"]:
        click.echo(f"nothing runs in {found['data_dir']}")
    else:
        beside = {name: found[name] for name in ("mongod", "nats", "mail_catcher")}
        for name, entry in {**beside, **found["services"]}.items():
            state = "given" if entry.get("pid") is None else "ready" if entry["ready"] else "NOT READY"
            click.echo(f"{name:<13} {state:<10} {entry.get('address') or entry.get('smtp') or ''}")
        click.echo(f"{found['http_base_url']}  {found['memory_mib']} MiB")
    if not found["ready"]:
        raise click.exceptions.Exit(1)


@main.command()
@data_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print what was made as one JSON object.")
def seed(folder: Path | None, as_json: bool) -> None:
    """Make the demonstration provider where it is missing."""
    from cli import seeding

    running = Running.find(_data_dir(folder))
    if not seeding.exists():
        raise Failed("this installation comes without a demonstration provider")
    from cli.seed import ensure

    made = ensure(running, lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(made))


@main.command()
@data_dir_option
@click.option(
    "--patience",
    type=click.FloatRange(1, 600),
    default=20.0,
    show_default=True,
    help="Seconds that each step may take.",
)
def tour(folder: Path | None, patience: float) -> None:
    """Send an email, a form and an API call through the running platform, and follow each."""
    import importlib.util

    running = Running.find(_data_dir(folder))
    if importlib.util.find_spec("cli.tour") is None:
        raise Failed("this installation comes without a tour")
    from cli.tour import run

    raise click.exceptions.Exit(0 if run(running, patience=patience) else 1)


@main.command()
@click.option("--namespace", default="fairlead", show_default=True, help="The Kubernetes namespace.")
def keys(namespace: str) -> None:
    """Print keys and passwords of a new installation as Kubernetes Secrets."""
    from cli.cluster.secrets import new_installation

    click.echo(new_installation(namespace), nl=False)


def _add_groups() -> None:
    from cli.dead_letters import dead_letters
    from cli.intake import intake
    from cli.sla import sla
    from cli.statement import statement
    from cli.triage import triage

    main.add_command(dead_letters)
    main.add_command(intake)
    main.add_command(sla)
    main.add_command(statement)
    main.add_command(triage)


_add_groups()

if __name__ == "__main__":
    main()
