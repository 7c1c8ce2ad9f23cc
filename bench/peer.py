"""The peer: what LlamaIndex gives with its defaults, over Chroma and the same weights. Its only file.

VectorStoreIndex, SentenceSplitter (1024 tokens, 200 overlap), batches of 10, metadata in the embedded text.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.weights import installed_model

THREADS = (1, 2)
MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class PeerDocument:
    """What a user hands to LlamaIndex: an id, the text, and flat metadata."""

    id: str
    text: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PeerHit:
    """A retrieved node: which document, its text, its similarity."""

    document_id: str
    text: str
    score: float


class Peer:
    """An index that is kept in `folder` and opened again when its documents haven't changed."""

    def __init__(self, index: Any, embedding: Any, built_s: float | None) -> None:
        self._index = index
        self.embedding = embedding
        self.built_s = built_s

    def retrieve(self, query: str, limit: int, scope: Mapping[str, Sequence[str]]) -> list[PeerHit]:
        """The `limit` nearest nodes whose metadata has one of the values for every key of `scope`."""
        return [_hit(node) for node in self._retriever(limit, scope).retrieve(query)]

    async def retrieve_async(
        self, query: str, limit: int, scope: Mapping[str, Sequence[str]]
    ) -> list[PeerHit]:
        """The same through LlamaIndex's own asynchronous path."""
        return [_hit(node) for node in await self._retriever(limit, scope).aretrieve(query)]

    def _retriever(self, limit: int, scope: Mapping[str, Sequence[str]]) -> Any:
        return self._index.as_retriever(similarity_top_k=limit, filters=_filters(scope))


def open_peer(folder: Path, documents: Sequence[PeerDocument], threads: int) -> Peer:
    """Open the index over exactly these documents below `folder`, building it first where it is missing."""
    embedding = load_embedding(threads)
    home = folder / _digest(documents)
    finished = home / "finished.json"
    built_s = None
    if not finished.is_file():
        shutil.rmtree(home, ignore_errors=True)
        started = time.perf_counter()
        build(home / "chroma", documents, embedding)
        built_s = time.perf_counter() - started
        finished.write_text(json.dumps({"documents": len(documents), "seconds": built_s, "threads": threads}))
    return Peer(_opened(home / "chroma", embedding), embedding, built_s)


def load_embedding(threads: int) -> Any:
    """LlamaIndex's HuggingFaceEmbedding of the pinned weights on `threads` threads of torch."""
    import torch
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    torch.set_num_threads(threads)
    return HuggingFaceEmbedding(model_name=str(installed_model()), device="cpu")


def build(folder: Path, documents: Sequence[PeerDocument], embedding: Any) -> None:
    """Split, embed and store the documents with LlamaIndex's defaults."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex

    storage = StorageContext.from_defaults(vector_store=_store(folder))
    rows = [Document(id_=one.id, text=one.text, metadata=dict(one.metadata)) for one in documents]
    VectorStoreIndex.from_documents(rows, storage_context=storage, embed_model=embedding)


def embedded_tokens(folder: Path, embedding: Any) -> int:
    """Tokens of all stored nodes that the model really read: each node up to the model's window."""
    from llama_index.core.schema import MetadataMode

    nodes = _store(folder).get_nodes(node_ids=None)
    tokenizer = embedding._model.tokenizer
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    return sum(min(len(tokenizer.encode(text, verbose=False)), MAX_TOKENS) for text in texts)


def fastest_threads(embedding: Any, texts: Sequence[str]) -> tuple[int, dict[int, float]]:
    """The torch thread count that embeds these queries fastest, one by one, and the seconds of each count.

    Leaves the fastest set.
    """
    import torch

    seconds: dict[int, float] = {}
    for threads in THREADS:
        torch.set_num_threads(threads)
        embedding.get_query_embedding(texts[0])
        seconds[threads] = _timed(lambda: [embedding.get_query_embedding(text) for text in texts])
    best = min(seconds, key=seconds.__getitem__)
    torch.set_num_threads(best)
    return best, seconds


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _opened(folder: Path, embedding: Any) -> Any:
    from llama_index.core import VectorStoreIndex

    return VectorStoreIndex.from_vector_store(_store(folder), embed_model=embedding)


def _store(folder: Path) -> Any:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    folder.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(str(folder))
    collection = client.get_or_create_collection("peer", embedding_function=None)
    return ChromaVectorStore(chroma_collection=collection)


def _filters(scope: Mapping[str, Sequence[str]]) -> Any:
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

    rules = [
        MetadataFilter(key=key, value=list(values), operator=FilterOperator.IN)
        for key, values in scope.items()
    ]
    return MetadataFilters(filters=rules) if rules else None


def _hit(node: Any) -> PeerHit:
    return PeerHit(node.node.ref_doc_id, node.node.get_content(), float(node.score or 0.0))


def _digest(documents: Sequence[PeerDocument]) -> str:
    rows = [(one.id, one.text, sorted(one.metadata.items())) for one in documents]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
