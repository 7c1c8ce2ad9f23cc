"""The fast path: the exported model on onnxruntime. The only file that imports onnxruntime and tokenizers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import DIMENSION, MAX_TOKENS, EmbedderIdentity, Vectors
from knowledge.weights import WEIGHTS_SHA256

# Measured on two cores: smaller batches waste calls, larger ones fall out of the processor's cache.
BATCH_TOKENS = 512
WINDOW = 1024


class OnnxEmbedder:
    """all-MiniLM-L6-v2 in fp32; loads within a second. Safe to call from many threads.

    A call works on `threads` batches at once, each on up to `cores` cores: many texts are done sooner with
    more of the first, a lone one with more of the second.
    """

    identity = EmbedderIdentity(WEIGHTS_SHA256, "onnxruntime", "fp32", MAX_TOKENS)
    dimension = DIMENSION

    def __init__(self, model_dir: Path, threads: int = 1, cores: int = 1) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="onnx")
        self._session = open_session(model_dir / "model.onnx", cores)
        self._cut = open_tokenizer(model_dir, MAX_TOKENS)
        self._whole = open_tokenizer(model_dir, None)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order; texts of similar length run together so that padding is small."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for start in range(0, len(texts), WINDOW):
            tokens = [
                encoding.ids for encoding in self._cut.encode_batch_fast(list(texts[start : start + WINDOW]))
            ]
            lengths = [len(ids) for ids in tokens]
            # A few short texts, as in a live turn, are shared among the threads too.
            groups = list(batches(lengths, min(BATCH_TOKENS, -(-sum(lengths) // self._threads))))
            ready = self._run_all([[tokens[row] for row in rows] for rows in groups])
            for rows, batch in zip(groups, ready, strict=True):
                vectors[[start + row for row in rows]] = batch
        return vectors

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text with the two special ones."""
        return len(self._whole.encode(text).ids)

    def _run_all(self, groups: Sequence[Sequence[list[int]]]) -> Iterable[Vectors]:
        if self._threads == 1 or len(groups) == 1:
            return map(self._run, groups)
        # Whole batches side by side: two threads inside one batch wait for each other on a busy machine.
        return self._pool.map(self._run, groups)

    def _run(self, tokens: Sequence[list[int]]) -> Vectors:
        ids, mask = padded(tokens)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        result: Vectors = self._session.run(["embedding"], feed)[0]
        return result


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Rows grouped by similar length, longest first, so that rows times the longest stays within `budget`."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def padded(tokens: Sequence[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids as a rectangle filled up with zeros, and the mask that is 1 on real tokens."""
    shape = (len(tokens), max(map(len, tokens)))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, row_ids in enumerate(tokens):
        ids[row, : len(row_ids)] = row_ids
        mask[row, : len(row_ids)] = 1
    return ids, mask


def open_session(model: Path, cores: int = 1) -> Any:
    """An exported model, ready to run on up to so many cores."""
    # Read by onnxruntime when it is imported; without it, it writes a device id and calls home.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores
    # A thread that spins while it waits takes its core from everybody else.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def open_tokenizer(model_dir: Path, max_tokens: int | None) -> Any:
    """The model's own tokenizer, without padding, cut at `max_tokens` if given."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
    # The shipped file cuts at 128 tokens and pads everything to 128.
    tokenizer.no_padding()
    if max_tokens is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_tokens)
    return tokenizer
