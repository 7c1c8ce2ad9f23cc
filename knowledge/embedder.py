"""Texts to unit vectors: what every embedder promises, and one without a model."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSION = 384
MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """Which vectors an embedder makes: the SHA-256 of its weights, how they run, where text is cut off."""

    model_digest: str
    engine: str
    precision: str
    max_tokens: int

    @property
    def space(self) -> str:
        """Equal spaces hold comparable vectors; engines are only recorded, a test holds them together."""
        return f"{self.model_digest}/{self.precision}/{self.max_tokens}"


class Embedder(Protocol):
    """Turns texts into unit vectors; equal texts give equal vectors up to rounding (1e-5)."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What a revision records and the server compares."""
        ...

    @property
    def dimension(self) -> int:
        """Floats per vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in the callers' order: shape (len(texts), dimension), float32."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text with the two special ones; what exceeds `max_tokens` is not embedded."""
        ...


class HashEmbedder:
    """An embedder without a model: hashed words and letter triples; the same on every machine, and fast."""

    identity = EmbedderIdentity("hashed-words-1", "hash", "fp32", MAX_TOKENS)
    dimension = DIMENSION

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, close for texts that share words or parts of words."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float64)
        for vector, text in zip(vectors, texts, strict=True):
            for feature, weight in _features(text):
                digest = zlib.crc32(feature.encode())
                vector[digest % DIMENSION] += weight if digest & 0x8000_0000 else -weight
            if not vector.any():
                vector[0] = 1
        # Whole numbers until here: sums are exact, so that equal texts give equal bits everywhere.
        lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit

    def count_tokens(self, text: str) -> int:
        """Words and marks, plus two."""
        return len(re.findall(r"\w+|[^\w\s]", text)) + 2


def _features(text: str) -> list[tuple[str, int]]:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    whole = [(word, 3) for word in words]
    triples = [
        (f"#{padded[i : i + 3]}", 1) for padded in (f" {w} " for w in words) for i in range(len(padded) - 2)
    ]
    return whole + triples
