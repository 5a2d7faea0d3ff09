"""What the command line tells a person in one line, with the exit code that goes with it."""


class BadUse(Exception):
    """What was asked cannot be done as asked: wrong options, a busy port, already running. Exit code 2."""


class Failed(Exception):
    """What was asked was tried and did not work. Exit code 1."""
