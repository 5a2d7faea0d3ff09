"""The process that learns or predicts: a JSON line in, a JSON line out, until its input ends.

    python -m services.triage.clients.learning.child

Models pass between two such processes as files in a folder that their parent alone can read, and that goes with it.
"""

import json
import pickle
import sys
from pathlib import Path
from typing import Any

from services.triage.clients.learning.classifier import TextClassifier

_MODELS: dict[str, TextClassifier] = {}


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What one line asks for."""
    doing = asked["do"]
    if doing == "try":
        model = TextClassifier.learn(asked["texts"], asked["labels"], _quiet)
        return {"said": model.predict(asked["asked"])}
    if doing == "learn":
        model = TextClassifier.learn(asked["texts"], asked["labels"], _quiet)
        Path(asked["file"]).write_bytes(pickle.dumps(model))
        return {}
    if doing == "load":
        # Written a moment ago by a process of the same parent, in a folder of its own.
        _MODELS[asked["key"]] = pickle.loads(Path(asked["file"]).read_bytes())  # noqa: S301 - see above
        return {}
    model = _MODELS[asked["key"]]
    said = model.predict(asked["texts"])
    return {
        "said": [
            (category, confidence, model.deciding_words(text, category))
            for text, (category, confidence) in zip(asked["texts"], said, strict=True)
        ]
    }


def _quiet(_: str) -> None:
    """A service tells its progress by its log alone."""


def main() -> None:
    """Answers until nobody asks any more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
