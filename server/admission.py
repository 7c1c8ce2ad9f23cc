"""Who may open a socket: origins, and how many strangers of one address may wait to say who they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from server.origin import EXTENSION_ID


def origin_allowed(origin: str | None, host: str, allowed: Sequence[str]) -> bool:
    """Whether a WebSocket handshake with this Origin header may go on; `host` is its Host header.

    Admitted are programs without an origin, pages of this server, our extension, and `allowed`. Firefox
    gives every installation of an extension an origin that nobody can foretell, so its extensions are like
    programs: the token decides.
    """
    if origin is None:
        return True
    if origin == f"chrome-extension://{EXTENSION_ID}" or origin in allowed:
        return True
    return origin.startswith("moz-extension://") or host_of(origin) == host.lower()


def host_of(origin: str) -> str | None:
    """Host and port of a web page's Origin header; None when it is no page's."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None


class Strangers:
    """Counts the sockets of each address that have not said hello yet."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def waiting(self, address: str) -> Iterator[bool]:
        """Count a socket of this address in for the block; False when there are too many already."""
        self._waiting[address] += 1
        try:
            yield self._waiting[address] <= self._most
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
