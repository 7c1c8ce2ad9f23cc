"""The embedding model as the server runs it: exported once, checked, made again when damaged, loaded."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from knowledge.durable import exclusive, flush, flush_tree, sha256_of
from knowledge.onnx_embedder import OnnxEmbedder
from knowledge.weights import WEIGHTS_SHA256, check_weights, installed_model

# Another name makes every home export anew.
GRAPH = "mean pooling, unit length, plain attention, opset 17"


def load_embedder(home: Path, threads: int = 1, cores: int = 1) -> OnnxEmbedder:
    """The pinned model on onnxruntime, exported below `home` on first use (about 15 s, imports torch).

    One call of `embed` works on `threads` batches at once, each on up to `cores` cores. Raises
    UntrustedWeights when the installed weights aren't the pinned ones.
    """
    return OnnxEmbedder(exported_model(home), threads, cores)


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
