"""Who may open a socket: origins, and how many strangers of one address may wait to say who they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from server.origin import EXTENSION_ID

ANY_FIREFOX_EXTENSION = "moz-extension://*"


def origin_allowed(origin: str | None, host: str, allowed: Sequence[str]) -> bool:
    """Whether a WebSocket handshake with this Origin header may go on; `host` is its Host header.

    Admitted are programs without an origin (the token decides), pages of this server, our extension,
    and `allowed`. Firefox gives every installation of an extension another origin: `moz-extension://*`
    admits all.
    """
    if origin is None:
        return True
    if origin == f"chrome-extension://{EXTENSION_ID}" or origin in allowed:
        return True
    parts = urlsplit(origin)
    if parts.scheme == "moz-extension":
        return ANY_FIREFOX_EXTENSION in allowed
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


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
