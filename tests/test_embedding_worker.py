from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from knowledge.embedder import HashEmbedder, Vectors
from server.embedding import EmbeddingStopped, EmbeddingWorker

DEADLINE_S = 10.0


class Gated(HashEmbedder):
    """The shipped hash embedder behind a gate, which notes each batch."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.entered = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.entered.set()
        assert self.gate.wait(DEADLINE_S)
        if "poison" in texts:
            raise ValueError("poison")
        return super().embed(texts)


@pytest.fixture
def gated() -> Iterator[Gated]:
    embedder = Gated()
    yield embedder
    embedder.gate.set()


async def inside(embedder: Gated) -> None:
    assert await asyncio.to_thread(embedder.entered.wait, DEADLINE_S)


async def until_queued(worker: EmbeddingWorker, count: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while worker.queued != count:
            await asyncio.sleep(0)


async def test_vectors_come_in_order_and_equal_those_of_the_embedder() -> None:
    worker = EmbeddingWorker(HashEmbedder())
    worker.start()
    texts = ["one", "two", "one", "three"]
    vectors = await worker.embed(texts)
    assert np.array_equal(np.stack(vectors), HashEmbedder().embed(texts))
    assert await worker.embed([]) == []
    await worker.stop()


async def test_what_waits_is_embedded_together_and_equal_texts_once(gated: Gated) -> None:
    worker = EmbeddingWorker(gated)
    worker.start()
    first = asyncio.create_task(worker.embed(["first"]))
    await inside(gated)
    later = [asyncio.create_task(worker.embed([text])) for text in ("a", "b", "a", "first")]
    await until_queued(worker, 2)
    gated.gate.set()
    await asyncio.gather(first, *later)
    assert gated.batches == [["first"], ["a", "b"]]
    await worker.embed(["a"])
    assert len(gated.batches) == 2
    await worker.stop()


async def test_a_batch_has_a_bound_and_the_memory_too(gated: Gated) -> None:
    gated.gate.set()
    worker = EmbeddingWorker(gated, cached=2, batch=3)
    worker.start()
    await worker.embed([f"text {number}" for number in range(7)])
    assert [len(batch) for batch in gated.batches] == [3, 3, 1]
    await worker.embed(["text 0"])
    assert gated.batches[-1] == ["text 0"]
    await worker.stop()


async def test_a_cancelled_request_leaves_the_queue_unless_others_want_the_text(gated: Gated) -> None:
    worker = EmbeddingWorker(gated)
    worker.start()
    first = asyncio.create_task(worker.embed(["first"]))
    await inside(gated)
    dropped = asyncio.create_task(worker.embed(["only mine", "shared"]))
    kept = asyncio.create_task(worker.embed(["shared"]))
    await until_queued(worker, 2)
    dropped.cancel()
    await until_queued(worker, 1)
    gated.gate.set()
    await asyncio.gather(first, kept)
    assert gated.batches == [["first"], ["shared"]]
    await worker.stop()


async def test_patient_texts_wait_until_no_other_does(gated: Gated) -> None:
    worker = EmbeddingWorker(gated)
    worker.start()
    first = asyncio.create_task(worker.embed(["first"]))
    await inside(gated)
    patient = asyncio.create_task(worker.embed(["a", "b", "c"], patient=True))
    await until_queued(worker, 3)
    dropped = asyncio.create_task(worker.embed(["d"], patient=True))
    await until_queued(worker, 4)
    urgent = asyncio.create_task(worker.embed(["x", "b"]))
    await until_queued(worker, 5)
    dropped.cancel()
    await until_queued(worker, 4)
    gated.gate.set()
    await asyncio.gather(first, patient, urgent)
    assert gated.batches == [["first"], ["x", "b"], ["a", "c"]]
    await worker.stop()


async def test_cancelling_during_the_batch_harms_nobody_else(gated: Gated) -> None:
    worker = EmbeddingWorker(gated)
    worker.start()
    first = asyncio.create_task(worker.embed(["same"]))
    await inside(gated)
    second = asyncio.create_task(worker.embed(["same"]))
    await asyncio.sleep(0)
    first.cancel()
    gated.gate.set()
    assert len(await second) == 1
    await worker.stop()


async def test_a_failing_text_fails_its_batch_and_the_worker_goes_on(gated: Gated) -> None:
    gated.gate.set()
    worker = EmbeddingWorker(gated)
    worker.start()
    with pytest.raises(ValueError, match="poison"):
        await worker.embed(["poison"])
    assert len(await worker.embed(["fine"])) == 1
    await worker.stop()


async def test_stopping_fails_who_waits_and_refuses_who_comes_later(gated: Gated) -> None:
    worker = EmbeddingWorker(gated)
    with pytest.raises(EmbeddingStopped):
        await worker.embed(["too early"])
    worker.start()
    first = asyncio.create_task(worker.embed(["first"]))
    await inside(gated)
    second = asyncio.create_task(worker.embed(["second"]))
    await until_queued(worker, 1)
    stopping = asyncio.create_task(worker.stop())
    gated.gate.set()
    await stopping
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert all(isinstance(result, EmbeddingStopped) for result in results)
    with pytest.raises(EmbeddingStopped):
        await worker.embed(["too late"])
    await worker.stop()
