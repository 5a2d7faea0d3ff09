"""ports.Learner: learning and predicting in processes of their own, which are large, and gone when nobody needs them."""

import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chassis.errors import Unavailable

_CHILD = "services.triage.clients.learning.child"
_LEARNING_SECONDS = 1_800.0
_ASKING_SECONDS = 5.0
# A process that only predicts has to read what it predicts with first.
_LOADING_SECONDS = 60.0


class ChildLearner:
    """One process learns and ends; another, from the first model on, is asked, and begun anew when it ended."""

    def __init__(self, asking_seconds: float = _ASKING_SECONDS) -> None:
        self._asking_seconds = asking_seconds
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[str, Path] = {}
        self._versions: dict[str, str] = {}
        self._asked: _Child | None = None
        self._learning: _Child | None = None
        self._turn = threading.Lock()
        self._stopped = False

    def tried(
        self, texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
    ) -> list[tuple[str, float]]:
        told = {"do": "try", "texts": list(texts), "labels": list(labels), "asked": list(asked)}
        return [(category, confidence) for category, confidence in self._learn(told)["said"]]

    def learn(self, key: str, version: str, texts: Sequence[str], labels: Sequence[str]) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="fairlead-models-")
        file = Path(self._folder.name) / key
        self._learn({"do": "learn", "texts": list(texts), "labels": list(labels), "file": str(file)})
        with self._turn:
            self._files[key] = file
            self._versions[key] = version
            if self._asked:
                self._load(self._asked, key)

    def version(self, key: str) -> str:
        return self._versions.get(key, "")

    def ask(self, key: str, texts: Sequence[str]) -> list[tuple[str, float, tuple[str, ...]]]:
        if key not in self._files:
            return []
        with self._turn:
            child = self._present(key)
            try:
                told = {"do": "ask", "key": key, "file": str(self._files[key]), "texts": list(texts)}
                said = child.answer(told, self._asking_seconds)["said"]
            except Unavailable:
                self._asked = None
                raise
        return [(category, confidence, tuple(words)) for category, confidence, words in said]

    @property
    def process_id(self) -> int | None:
        """Of the process that is asked; None while there is none."""
        return self._asked.process_id if self._asked else None

    def stop(self) -> None:
        """Ends both processes at once; what was being learned is learned at the next start."""
        self._stopped = True
        for child in (self._learning, self._asked):
            if child:
                child.end()
        if self._folder:
            self._folder.cleanup()

    def _learn(self, told: dict[str, Any]) -> dict[str, Any]:
        if self._stopped:
            raise Unavailable("learner_away", "Learning has stopped.")
        self._learning = _Child()
        try:
            return self._learning.answer(told, _LEARNING_SECONDS)
        finally:
            self._learning.end()
            self._learning = None

    def _present(self, key: str) -> "_Child":
        if self._stopped:
            raise Unavailable("learner_away", "Learning has stopped.")
        if self._asked is None:
            child = _Child()
            self._load(child, key)
            self._asked = child
        return self._asked

    def _load(self, child: "_Child", key: str) -> None:
        told = {"do": "load", "key": key, "file": str(self._files[key])}
        child.answer(told, _LOADING_SECONDS)


class _Child:
    """One process, asked one thing at a time."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = {"PYTHONPATH": paths, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            ["nice", "-n", "10", sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    @property
    def process_id(self) -> int:
        """The operating system's."""
        return self._process.pid

    def answer(self, told: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Raises Unavailable("learner_away") once it ended or did not answer in time; it is ended then."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        try:
            stdin.write(json.dumps(told).encode() + b"\n")
            stdin.flush()
            ready, _, _ = select.select([stdout], [], [], seconds)
            line = stdout.readline() if ready else b""
        except (OSError, ValueError):
            line = b""
        if not line:
            self.end()
            raise Unavailable("learner_away", "What learns does not answer.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """At once, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    pass  # what it was told last lies in a pipe that nobody reads
