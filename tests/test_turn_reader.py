"""The files of the models that read turns: each small, each the one that was trained, no other taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.durable import sha256_of
from server.cross_encoder import MODEL as CROSS_ENCODER
from server.cross_encoder import CrossEncoder
from server.flags.crisis import MODEL as CRISES
from server.flags.crisis import CrisisModel
from server.flags.encoder import MODEL as REASONS
from server.flags.encoder import FlagModel
from server.flags.turn_reader import UntrustedModel

MODELS = pytest.mark.parametrize(
    ("folder", "load"), [(REASONS, FlagModel), (CRISES, CrisisModel), (CROSS_ENCODER, CrossEncoder)]
)


@MODELS
def test_the_installed_file_is_the_one_that_was_trained(folder: Path, load: Callable[[Path], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"] == sha256_of(folder / "model.onnx")
    assert (folder / "model.onnx").stat().st_size < 25_000_000
    load(folder)


@MODELS
def test_another_file_is_refused(folder: Path, load: Callable[[Path], object], tmp_path: Path) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "model"))
    with (copied / "model.onnx").open("ab") as file:
        file.write(b"0")
    with pytest.raises(UntrustedModel, match=r"model\.onnx isn't what its manifest names: install again"):
        load(copied)
