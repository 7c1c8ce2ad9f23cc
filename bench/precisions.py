"""The embedding model in other precisions, made on the fly from the pinned weights for `bench.precision`."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedder import DIMENSION, MAX_TOKENS, Embedder, EmbedderIdentity, Vectors
from knowledge.model_files import exported_model
from knowledge.onnx_embedder import BATCH_TOKENS, OnnxEmbedder, batches, open_tokenizer, padded
from knowledge.weights import WEIGHTS_SHA256, check_weights, installed_model

FP32 = "fp32"
BLOCK = 128
# Another number makes every home quantise anew.
RECIPE = 1
PROCESSOR = Path("/proc/cpuinfo")
# What decides how fast, and for int8 also how exactly, small numbers are multiplied.
INSTRUCTIONS = ("avx2", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "amx_bf16")


class Quantised(OnnxEmbedder):
    """The fast path with a graph of another precision; its vectors live in a space of their own."""

    def __init__(self, folder: Path, precision: str, cores: int) -> None:
        super().__init__(folder, threads=1, cores=cores)
        self.identity = replace(OnnxEmbedder.identity, precision=precision)


class OneByOne(Quantised):
    """The same, every text in a run of its own: dynamic int8 has one scale for a whole batch."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order, whatever else was asked for."""
        return np.vstack([super(OneByOne, self).embed([text]) for text in texts])


class TorchEmbedder:
    """The transformer in bf16 on torch, pooled to unit vectors in fp32, in the fast path's batches."""

    dimension = DIMENSION

    def __init__(self, folder: Path, precision: str, cores: int) -> None:
        import torch
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        check_weights(installed_model())
        self._torch = torch
        self._cores = cores
        model = AutoModel.from_pretrained(str(installed_model()), local_files_only=True)
        self._model: Any = model.to(torch.bfloat16).eval()
        self._cut, self._whole = open_tokenizer(folder, MAX_TOKENS), open_tokenizer(folder, None)
        self.identity = EmbedderIdentity(WEIGHTS_SHA256, "torch", precision, MAX_TOKENS)

    @property
    def weight_bytes(self) -> int:
        """What the weights take in this precision."""
        return sum(one.numel() * one.element_size() for one in self._model.parameters())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order."""
        # A setting of the whole process: another embedder may have had another.
        self._torch.set_num_threads(self._cores)
        tokens = [encoding.ids for encoding in self._cut.encode_batch_fast(list(texts))]
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for rows in batches([len(ids) for ids in tokens], BATCH_TOKENS):
            vectors[rows] = self._run([tokens[row] for row in rows])
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text with the two special ones."""
        return len(self._whole.encode(text).ids)

    def _run(self, tokens: Sequence[list[int]]) -> Vectors:
        torch = self._torch
        ids, mask = map(torch.from_numpy, padded(tokens))
        with torch.inference_mode():
            states = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            real = mask.unsqueeze(-1).float()
            unit = torch.nn.functional.normalize((states * real).sum(1) / real.sum(1), dim=1)
        result: Vectors = unit.numpy()
        return result


@dataclass(frozen=True, slots=True)
class Precision:
    """One precision: which graph it needs (None for the exported one), and who runs it."""

    told: str
    graph: str | None
    opened: Callable[[Path, str, int], Embedder]


PRECISIONS: Mapping[str, Precision] = {
    "int8": Precision("weights by channel, activations by batch", "int8", Quantised),
    "int8-alone": Precision("the same, one text a run", "int8", OneByOne),
    "int8-blocks": Precision("weights and activations in blocks of 128", "int8-blocks", Quantised),
    "int8-weights": Precision("weights in blocks of 128, computed in fp32", "int8-weights", Quantised),
    "bf16": Precision("all of the transformer, on torch", None, TorchEmbedder),
}


def open_precision(name: str, home: Path, cores: int = 1) -> Embedder:
    """The model in one of PRECISIONS or in fp32 as shipped; quantised below `home` on first use."""
    source = exported_model(home)
    if name == FP32:
        return OnnxEmbedder(source, threads=1, cores=cores)
    precision = PRECISIONS[name]
    folder = source if precision.graph is None else _quantised(home, precision.graph, source)
    return precision.opened(folder, name, cores)


def model_bytes(name: str, home: Path, embedder: Embedder) -> int:
    """What the model takes on disk; for torch, which reads the fp32 file, what its weights would take."""
    if isinstance(embedder, TorchEmbedder):
        return embedder.weight_bytes
    source = exported_model(home)
    graph = None if name == FP32 else PRECISIONS[name].graph
    folder = source if graph is None else _quantised(home, graph, source)
    return (folder / "model.onnx").stat().st_size


def _quantised(home: Path, graph: str, source: Path) -> Path:
    folder = home / "precision" / f"{graph}-{RECIPE}-{WEIGHTS_SHA256[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
        try:
            with _quiet():
                _GRAPHS[graph](source / "model.onnx", fresh / "model.onnx")
            shutil.copyfile(source / "tokenizer.json", fresh / "tokenizer.json")
            os.rename(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a line of the quantisers, which tell of every node."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _by_channel(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def _in_blocks(accuracy_level: int) -> Callable[[Path, Path], None]:
    def made(source: Path, target: Path) -> None:
        import onnx
        from onnxruntime.quantization.matmul_nbits_quantizer import (
            DefaultWeightOnlyQuantConfig,
            MatMulNBitsQuantizer,
        )

        how = DefaultWeightOnlyQuantConfig(BLOCK, is_symmetric=True, accuracy_level=accuracy_level, bits=8)
        quantiser = MatMulNBitsQuantizer(onnx.load(source), algo_config=how)
        quantiser.process()
        quantiser.model.save_model_to_file(str(target), False)

    return made


# The operator's two ways: 1 computes in fp32, 4 brings each row of the activations to int8 as well.
_GRAPHS: Mapping[str, Callable[[Path, Path], None]] = {
    "int8": _by_channel,
    "int8-blocks": _in_blocks(4),
    "int8-weights": _in_blocks(1),
}


def instructions(processor: Path = PROCESSOR) -> str:
    """Which instructions for small numbers the processor has, where the system tells."""
    if not processor.is_file():
        return "unknown"
    lines = processor.read_text(encoding="utf-8", errors="replace").splitlines()
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return " ".join(one for one in INSTRUCTIONS if one in flags) or "none of those for small numbers"
