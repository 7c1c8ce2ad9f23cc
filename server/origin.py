"""Which extension is ours: ids fixed by the key and the gecko id in its manifests."""

from __future__ import annotations

from hashlib import sha1

EXTENSION_ID = "ojjaegdcjajbfhefbjlijcnkegccibhh"
FIREFOX_ID = "panel@sotto.example"

# Where a browser catches the end of a sign-in and hands it to the extension of that id, and to no other.
SIGN_IN_ENDS = (
    f"https://{EXTENSION_ID}.chromiumapp.org/",
    f"https://{sha1(FIREFOX_ID.encode(), usedforsecurity=False).hexdigest()}.extensions.allizom.org/",
)
