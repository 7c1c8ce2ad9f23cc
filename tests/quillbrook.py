"""The made-up company's passages, read as `ingest sync` reads them, with the hashed embedder."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from knowledge.document import Passage
from knowledge.revisions import Revisions
from tests.knowledge_folder import sync_folder

QUILLBROOK = Path(__file__).parent.parent / "examples/quillbrook"


@lru_cache
def demo_passages() -> tuple[Passage, ...]:
    """Every passage of the demo, read once for all tests of this process."""
    with tempfile.TemporaryDirectory(prefix="sotto-tests-") as folder:
        home = Path(folder)
        sync_folder(QUILLBROOK, home)
        revisions = Revisions(home)
        live = revisions.live()
        assert live is not None
        return tuple(revisions.passages(live))
