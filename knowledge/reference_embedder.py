"""The reference: sentence-transformers on torch. It exports the model, runs on a GPU, judges the fast path.

The only file that imports torch and sentence-transformers, and only when called: together they take seconds.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedder import DIMENSION, MAX_TOKENS, EmbedderIdentity, Vectors
from knowledge.weights import WEIGHTS_SHA256, check_weights, installed_model


class ReferenceEmbedder:
    """all-MiniLM-L6-v2 as sentence-transformers runs it; `device` is torch's name of a device."""

    identity = EmbedderIdentity(WEIGHTS_SHA256, "sentence-transformers", "fp32", MAX_TOKENS)
    dimension = DIMENSION

    def __init__(self, device: str = "cpu") -> None:
        model = installed_model()
        check_weights(model)
        self._model = _load(model, device)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order; float32."""
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text with the two special ones."""
        return len(self._model.tokenizer(text, truncation=False)["input_ids"])


def _load(model: Path, device: str, attention: str = "sdpa") -> Any:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    # More threads stall each other on a busy machine: 500 ms a query instead of 15.
    torch.set_num_threads(1)
    # Its bar of three lines would break into the CLI's own progress.
    disable_progress_bar()
    return SentenceTransformer(
        str(model), device=device, local_files_only=True, model_kwargs={"attn_implementation": attention}
    )


def export_onnx(model: Path, target: Path) -> None:
    """Write transformer, mean pooling and normalisation as one ONNX graph: fp32, any batch and length."""
    import torch

    class Pooled(torch.nn.Module):
        """Token states averaged over the real tokens, at unit length."""

        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            states = self.transformer(input_ids, attention_mask, token_type_ids).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    # Written out, attention runs 12 % faster on onnxruntime than as traced from torch's fused form.
    transformer = _load(model, "cpu", attention="eager")[0].auto_model
    ids = torch.tensor([[101, 7592, 2088, 102], [101, 7592, 102, 0]])
    mask = (ids != 0).long()
    axes = {name: {0: "texts", 1: "tokens"} for name in inputs} | {"embedding": {0: "texts"}}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(transformer).eval(),
            (ids, mask, torch.zeros_like(ids)),
            str(target),
            input_names=inputs,
            output_names=["embedding"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
