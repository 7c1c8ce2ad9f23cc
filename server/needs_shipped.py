"""The weights that come with this release, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from server.needs_weighed import Weights

FILE = Path(__file__).parent / "needs_data" / "weights.npz"


@lru_cache(maxsize=1)
def shipped_weights(file: Path = FILE) -> Weights:
    """What tells a booking from a need for knowledge."""
    with np.load(file, allow_pickle=False) as kept:
        return Weights(
            turns=kept["turns"].astype(np.float32),
            pulls=kept["pulls"],
            reach=float(kept["reach"]),
            bias=float(kept["bias"]),
            least=float(kept["least"]),
            most=float(kept["most"]),
            signs=tuple(map(str, kept["signs"])),
            model=str(kept["model"]),
        )


def write_weights(weights: Weights, file: Path = FILE) -> None:
    """Half precision is enough for where a turn stands."""
    np.savez_compressed(
        file,
        turns=weights.turns.astype(np.float16),
        pulls=weights.pulls,
        reach=weights.reach,
        bias=weights.bias,
        least=weights.least,
        most=weights.most,
        signs=np.array(weights.signs),
        model=np.array(weights.model),
    )
