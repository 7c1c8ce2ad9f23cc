"""The weights that come with this release, read once."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from server.needs_weighed import Weights

FILE = Path(__file__).parent / "needs_data" / "weights.json"


@lru_cache(maxsize=1)
def shipped_weights(file: Path = FILE) -> Weights:
    """What tells a booking from a need for knowledge."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Weights(**(kept | {"by_vector": np.asarray(kept["by_vector"], np.float32)}))


def write_weights(weights: Weights, file: Path = FILE) -> None:
    """One line a number, to be read and compared."""
    kept = {
        "model": weights.model,
        "least": weights.least,
        "bias": round(weights.bias, 4),
        "by_sign": {name: round(weight, 4) for name, weight in weights.by_sign.items()},
        "by_vector": [round(float(weight), 4) for weight in weights.by_vector],
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
