"""`fairlead intake`: how mail is read, at the command line; and a mail from a pipe, for a running installation."""

import click

from cli.intake.parse import parse
from cli.intake.pipe import pipe
from cli.intake.reply_text import reply_text


@click.group()
def intake() -> None:
    """Mail as intake reads it, here and now."""


intake.add_command(parse)
intake.add_command(reply_text)
intake.add_command(pipe)
