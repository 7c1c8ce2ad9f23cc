"""The vector store of record: one embedded Chroma a revision. The only file that imports chromadb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.columns import Rows
from knowledge.document import Passage
from knowledge.embedder import Vectors

COLLECTION = "passages"
BATCH = 5000


def _client(directory: Path) -> Any:
    # Imported here: a second that a server with exact search doesn't pay.
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(directory), settings=Settings(anonymized_telemetry=False))


def write_store(directory: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write a new collection with one vector a passage and close it; raises OSError when the disk refuses."""
    from chromadb.errors import ChromaError

    try:
        _fill(directory, passages, vectors)
    except ChromaError as error:
        raise OSError(f"Chroma could not write {directory}: {error}") from error


def _fill(directory: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    client = _client(directory)
    try:
        collection = client.create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "ip", "ef_construction": 100, "ef_search": 200}},
        )
        for start in range(0, len(passages), BATCH):
            batch = passages[start : start + BATCH]
            collection.add(
                ids=[passage.id for passage in batch],
                embeddings=np.asarray(vectors[start : start + BATCH]),
                metadatas=[_metadata(start + row, passage) for row, passage in enumerate(batch)],
            )
    finally:
        client.close()


def _metadata(row: int, passage: Passage) -> dict[str, str | int]:
    document = passage.document
    return {
        "row": row,
        "document": document.id,
        "kind": str(document.kind),
        "audience": str(document.audience),
    }


class ChromaStore:
    """A revision's collection, opened for reading by this process; `close` ends its threads and files."""

    def __init__(self, directory: Path) -> None:
        self._client = _client(directory)
        self._collection = self._client.get_collection(COLLECTION, embedding_function=None)

    def nearest(self, query: NDArray[np.float32], limit: int) -> Rows:
        """Rows of the `limit` nearest vectors, nearest first."""
        found = self._collection.query(query_embeddings=[query], n_results=limit, include=["metadatas"])
        return np.array([metadata["row"] for metadata in found["metadatas"][0]], dtype=np.int64)

    def close(self) -> None:
        """Close the client; calling twice is harmless."""
        self._client.close()
