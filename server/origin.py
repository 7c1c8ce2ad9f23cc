"""Who may open the WebSocket: the id of our extension, fixed by the key in its manifest."""

from __future__ import annotations

EXTENSION_ID = "ojjaegdcjajbfhefbjlijcnkegccibhh"
