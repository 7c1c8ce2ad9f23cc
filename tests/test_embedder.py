"""The embedder: the fast path against the reference, trust in the weights, and the one without a model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.durable import sha256_of
from knowledge.embedder import DIMENSION, Embedder, HashEmbedder
from knowledge.errors import UntrustedWeights
from knowledge.model_files import exported_model
from knowledge.onnx_embedder import BATCH_TOKENS, OnnxEmbedder, batches
from knowledge.reference_embedder import ReferenceEmbedder
from knowledge.weights import WEIGHTS_SHA256, check_weights
from tests import shelf

VARIED = [
    "",
    "?",
    "Where is my parcel?",
    "WHERE IS MY PARCEL?!",
    "Ich möchte mein Geld zurück – sofort.",
    "返品したいのですが",
    "🙃🙃🙃",
    "def late_fee(days: int) -> Decimal:\n    return min(days * RATE, CAP)",
    "Order #10423-B, 3 × €19.99, due 2026-02-28",
    "<b>bold</b> & <script>alert(1)</script>",
    "refund " * 100,
    "A long letter about a mower that arrived broken, was sent back, and came again. " * 40,
]


@pytest.fixture(scope="module")
def onnx() -> OnnxEmbedder:
    return shelf.onnx()


def test_the_fast_path_and_the_reference_agree_on_varied_texts(onnx: OnnxEmbedder) -> None:
    cosines = (onnx.embed(VARIED) * ReferenceEmbedder().embed(VARIED)).sum(axis=1)
    assert cosines.min() >= 0.9999


def test_both_engines_of_one_model_share_a_vector_space() -> None:
    assert ReferenceEmbedder.identity.space == OnnxEmbedder.identity.space
    assert HashEmbedder.identity.space != OnnxEmbedder.identity.space


@pytest.mark.parametrize("threads", [1, 2])
def test_vectors_come_back_in_the_order_of_the_texts(threads: int) -> None:
    embedder = OnnxEmbedder(exported_model(shelf.PROJECT_HOME), threads)
    texts = [
        f"{word} " * (1 + 37 * row % 90) for row, word in enumerate(["tea", "cup", "saw", "oak", "bee"] * 12)
    ]
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5


@pytest.mark.parametrize("embedder", [HashEmbedder(), "onnx"], ids=["hash", "onnx"])
def test_every_vector_has_unit_length(embedder: Embedder | str) -> None:
    chosen: Embedder = shelf.onnx() if isinstance(embedder, str) else embedder
    vectors = chosen.embed(VARIED)
    assert vectors.shape == (len(VARIED), DIMENSION)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert chosen.embed([]).shape == (0, DIMENSION)


def test_text_beyond_the_limit_is_counted_but_not_embedded(onnx: OnnxEmbedder) -> None:
    base = "tea " * 300
    assert onnx.count_tokens(base) > onnx.identity.max_tokens
    assert np.allclose(onnx.embed([base]), onnx.embed([base + "violin " * 50]), atol=1e-6)
    assert onnx.count_tokens("Where is my parcel?") == 7


def test_text_between_128_and_256_tokens_is_embedded(onnx: OnnxEmbedder) -> None:
    base = "tea " * 140
    assert not np.allclose(onnx.embed([base]), onnx.embed([base + "violin " * 50]), atol=1e-3)


@pytest.mark.parametrize(
    ("lengths", "budget", "expected"),
    [
        ([], 10, []),
        ([3], 10, [[0]]),
        ([2, 9, 2, 3], 10, [[1], [3, 0, 2]]),
        ([50], 10, [[0]]),
        ([5, 5, 5], 10, [[0, 1], [2]]),
    ],
)
def test_batches_group_similar_lengths_within_the_budget(
    lengths: list[int], budget: int, expected: list[list[int]]
) -> None:
    assert list(batches(lengths, budget)) == expected
    assert OnnxEmbedder.identity.max_tokens <= BATCH_TOKENS


def test_weights_with_another_digest_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(UntrustedWeights, match=f"expected SHA-256 {WEIGHTS_SHA256}, found [0-9a-f]{{64}}"):
        check_weights(tmp_path)


def test_a_damaged_export_is_made_again(tmp_path: Path) -> None:
    whole = exported_model(shelf.PROJECT_HOME)
    copy = tmp_path / "model" / whole.name
    shutil.copytree(whole, copy)
    with (copy / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"damage")
    damaged = sha256_of(copy / "model.onnx")
    assert exported_model(tmp_path) == copy
    assert sha256_of(copy / "model.onnx") != damaged
    assert np.allclose(OnnxEmbedder(copy).embed(["tea"]), shelf.onnx().embed(["tea"]), atol=1e-5)
    assert sorted(path.name for path in copy.parent.iterdir()) == [whole.name, "export.lock"]


def test_loading_an_exported_model_imports_neither_torch_nor_sentence_transformers() -> None:
    shelf.onnx()
    program = (
        "import sys; from pathlib import Path; from knowledge.model_files import load_embedder\n"
        f"load_embedder(Path({str(shelf.PROJECT_HOME)!r})).embed(['tea'])\n"
        "print({'torch', 'sentence_transformers', 'transformers', 'chromadb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_hashed_embedder_gives_the_same_bits_in_every_process() -> None:
    program = (
        "from knowledge.embedder import HashEmbedder\n"
        "print(HashEmbedder().embed(['late fees', 'Tee & Kekse']).tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == HashEmbedder().embed(["late fees", "Tee & Kekse"]).tobytes().hex()


def test_the_hashed_embedder_puts_texts_with_common_words_closer() -> None:
    query, near, far = HashEmbedder().embed(["late fees", "fees for late payment", "opening hours on Sunday"])
    assert query @ near > query @ far
