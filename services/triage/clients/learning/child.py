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

# So many bytes of models are kept, those asked last; another one is read again when it is asked.
_MOST_BYTES = 400 << 20
# The one asked last stands at the end.
_MODELS: dict[str, tuple[TextClassifier, int]] = {}


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
        _MODELS.pop(asked["key"], None)
        _model(asked["key"], Path(asked["file"]))
        return {}
    model = _model(asked["key"], Path(asked["file"]))
    said = model.predict(asked["texts"])
    return {
        "said": [
            (category, confidence, model.deciding_words(text, category))
            for text, (category, confidence) in zip(asked["texts"], said, strict=True)
        ]
    }


def _model(key: str, file: Path) -> TextClassifier:
    """As it was learned last: kept, or read from its file in place of those that were not asked for longest."""
    if key in _MODELS:
        _MODELS[key] = _MODELS.pop(key)
        return _MODELS[key][0]
    size = file.stat().st_size
    while _MODELS and size + sum(kept for _, kept in _MODELS.values()) > _MOST_BYTES:
        del _MODELS[next(iter(_MODELS))]
    # Written by a process of the same parent, in a folder of its own.
    model: TextClassifier = pickle.loads(file.read_bytes())  # noqa: S301 - see above
    _MODELS[key] = model, size
    return model


def _quiet(_: str) -> None:
    """A service tells its progress by its log alone."""


def main() -> None:
    """Answers until nobody asks any more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
