"""Bad use is told in one line, with exit code 2."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.installation import DataDir, default_data_dir


def fairlead(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fly",),
        ("up", "--http-port", "70000"),
        ("up", "--http-port", "eighty"),
        ("up", "--layout", "several"),
        ("up", "--detach", "--data-dir", "/proc/no/such/place"),
        ("status", "--data-dir", "/no/such/place"),
        ("seed", "--data-dir", "/no/such/place"),
        ("tour", "--data-dir", "/no/such/place"),
        ("dead-letters", "list", "--data-dir", "/no/such/place"),
    ],
)
def test_bad_use_is_one_line_and_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = fairlead(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("fairlead: ")
    assert done.stderr.count("\n") == 1


def test_help_exits_0() -> None:
    done = fairlead("--help")
    assert done.returncode == 0
    assert "up" in done.stdout


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    assert fairlead("down", "--data-dir", str(tmp_path)).returncode == 0


def test_the_default_data_directory_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAIRLEAD_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_data_dir() == Path("/data/fairlead")
    (tmp_path / ".importlinter").touch()
    assert default_data_dir() == tmp_path / ".fairlead"
    monkeypatch.setenv("FAIRLEAD_DATA_DIR", "/elsewhere")
    assert default_data_dir() == Path("/elsewhere")


def test_what_is_published_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = DataDir(tmp_path)
    folder.publish({"api_client": {"client_secret": "s"}})
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
    assert folder.running() == {"api_client": {"client_secret": "s"}}
