"""Files that survive a crash: written whole, flushed to disk, renamed into place, locked by the kernel."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Force one file's or directory's content to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(root: Path) -> None:
    """Force every file and directory below and including `root` to the disk."""
    for path in sorted(root.rglob("*"), reverse=True):
        flush(path)
    flush(root)


def replace_text(path: Path, text: str) -> None:
    """Replace a small text file in one step: readers see the old text or the new one, never a part.

    Raises OSError with the old file untouched when the disk is full.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    flush(path.parent)


@contextmanager
def exclusive(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` alone, waiting for whoever has it; the kernel lets go when the process dies."""
    with lock_file.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class SharedLock:
    """A shared hold on a file that tells other processes "in use" until `close` or the end of the process."""

    def __init__(self, lock_file: Path) -> None:
        self._file = lock_file.open("rb")
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go."""
        self._file.close()


def is_held(lock_file: Path) -> bool:
    """Whether any process holds `lock_file`; False where there is no such file."""
    try:
        file = lock_file.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
