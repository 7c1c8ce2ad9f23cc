"""How fast knowledge is indexed: the first sync of real policies, the second with nothing to do, and a peer.

Ours is the command as people run it, from an empty home, interpreter and imports included, the model already
exported. The peer is LlamaIndex's pipeline in this process, after its imports and after loading its model.
Rates count the tokens that the model really reads: each text up to its window of 256.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peer import THREADS, PeerDocument, build, embedded_tokens, load_embedding
from bench.report import DATA, HOME, RESULTS, ROOT, Measure, conditions, ratio, screen, show, write
from knowledge.document import Passage
from knowledge.embedder import Embedder
from knowledge.model_files import load_embedder
from knowledge.revisions import Revisions

# Enough to tell which thread count of the peer is faster.
PROBE = 96


@dataclass(frozen=True, slots=True)
class Sync:
    """One run of `ingest sync`."""

    seconds: float
    exit_code: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What a pipeline embedded, and how long it took."""

    texts: int
    tokens: int
    seconds: float

    @property
    def tokens_per_s(self) -> float:
        return self.tokens / self.seconds

    @property
    def texts_per_s(self) -> float:
        return self.texts / self.seconds


def run_sync(folder: Path, home: Path, threads: int) -> Sync:
    """Sync a folder of documents; raises CalledProcessError when nothing was published."""
    bare = [] if (folder / "knowledge.toml").exists() else BARE
    command = [sys.executable, "-m", "ingest", "sync", str(folder.resolve()), "--home", str(home), *bare]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--threads", str(threads)], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
    return Sync(seconds, done.returncode)


BARE = ["--kind", "policy", "--audience", "public", "--owner", "bench"]


def import_seconds() -> float:
    """How long the command takes to say its help: interpreter and imports."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ingest", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def live_passages(home: Path, embedder: Embedder) -> tuple[list[Passage], int]:
    """The passages of the live revision, and how many files failed."""
    revisions = Revisions(home)
    live = revisions.live()
    assert live is not None, "a sync came before"
    knowledge = revisions.open(live, embedder)
    passages = list(knowledge.passages)
    failures = len(knowledge.manifest.failures)
    knowledge.close()
    return passages, failures


def tokens_read(texts: Sequence[str], embedder: Embedder) -> int:
    """Tokens of the texts that fit the model's window."""
    return sum(min(embedder.count_tokens(text), embedder.identity.max_tokens) for text in texts)


def peer_rate(documents: Sequence[PeerDocument], threads: int) -> Rate:
    """Run the peer's pipeline into a fresh folder."""
    import torch

    embedding = load_embedding(threads)
    embedding.get_text_embedding("warm up")
    torch.set_num_threads(threads)
    folder = Path(tempfile.mkdtemp(prefix="peer-"))
    try:
        started = time.perf_counter()
        build(folder, documents, embedding)
        seconds = time.perf_counter() - started
        return Rate(len(documents), embedded_tokens(folder, embedding), seconds)
    finally:
        shutil.rmtree(folder)


def equal_texts(passages: Sequence[Passage]) -> list[PeerDocument]:
    """Our passages as the peer's documents: both sides embed exactly the same text."""
    return [PeerDocument(passage.id, passage.search_text, {}) for passage in passages]


def whole_texts(passages: Sequence[Passage]) -> list[PeerDocument]:
    """The same text as whole documents, cut by the peer's own splitter."""
    texts: dict[str, list[str]] = {}
    for passage in passages:
        texts.setdefault(passage.document.id, []).append(passage.text)
    return [PeerDocument(name, "\n\n".join(parts), {}) for name, parts in texts.items()]


@dataclass(frozen=True, slots=True)
class PeerRates:
    """The peer at its best thread count, on equal texts and on whole documents."""

    threads: int
    equal: Rate
    whole: Rate


def measure_peer(passages: Sequence[Passage]) -> PeerRates:
    """Try the thread counts on a sample, then run everything at the best one."""
    equal = equal_texts(passages)
    sample = equal[:: max(1, len(equal) // PROBE)]
    best = max(THREADS, key=lambda threads: peer_rate(sample, threads).tokens_per_s)
    return PeerRates(best, peer_rate(equal, best), peer_rate(whole_texts(passages), best))


def figures(first: Rate, second_s: float, imports_s: float, peer: PeerRates | None) -> list[Measure]:
    """All measures of the bench."""
    equal = peer.equal if peer else None
    made = [
        _beside("first_sync_s", "s", first.seconds, equal.seconds if equal else None),
        _beside(
            "first_sync_passages_per_s", "passages/s", first.texts_per_s, equal.texts_per_s if equal else None
        ),
        _beside(
            "first_sync_tokens_per_s", "tokens/s", first.tokens_per_s, equal.tokens_per_s if equal else None
        ),
    ]
    if peer:
        made.append(Measure("first_sync_ratio", first.tokens_per_s / peer.equal.tokens_per_s, "ours / peer"))
        made.append(
            _beside("whole_documents_tokens_per_s", "tokens/s", first.tokens_per_s, peer.whole.tokens_per_s)
        )
    return [
        *made,
        Measure("second_sync_s", max(0.0, second_s - imports_s), "s beyond imports"),
        Measure("second_sync_wall_s", second_s, "s"),
    ]


def _beside(name: str, unit: str, value: float, peer: float | None) -> Measure:
    return Measure(name, value, unit, peer, ratio(value, peer))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the figures."""
    options = parser().parse_args(arguments)
    folder = options.data / "policy_corpus" / "files_dev"
    folder = folder if folder.is_dir() else options.data
    # Exporting the model belongs to setting up, not to the first sync.
    embedder = load_embedder(options.home, options.threads)
    with tempfile.TemporaryDirectory(prefix="sotto-bench-") as name:
        home = Path(name)
        shutil.copytree(options.home / "model", home / "model")
        first, second = (run_sync(folder, home, options.threads) for _ in range(2))
        imports_s = min(import_seconds() for _ in range(3))
        passages, failed = live_passages(home, embedder)
    ours = Rate(len(passages), tokens_read([one.search_text for one in passages], embedder), first.seconds)
    peer = measure_peer(passages) if options.peer else None
    stated: dict[str, object] = {
        "our threads": options.threads,
        "peer threads": peer.threads if peer else "no peer",
        "documents": len({one.document.id for one in passages}),
        "passages": len(passages),
        "tokens": ours.tokens,
        "failed files": failed,
    }
    measures = figures(ours, second.seconds, imports_s, peer)
    show("Ingest", measures, conditions(**stated), screen())
    write(options.results, measures)
    return 0


def parser() -> ArgumentParser:
    """The command line."""
    made = ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    made.add_argument(
        "--data",
        type=Path,
        default=DATA,
        help="folder with policy_corpus/files_dev, or any folder of documents",
    )
    made.add_argument("--results", type=Path, default=RESULTS / "ingest.json", help="write the figures there")
    made.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads of our embedder")
    made.add_argument("--home", type=Path, default=HOME, help="where the exported model is kept")
    made.add_argument("--no-peer", dest="peer", action="store_false", help="leave the peer out")
    return made


if __name__ == "__main__":
    raise SystemExit(main())
