"""What a message shows besides what it tells: logs, code and settings pasted between fences. Pure."""

from __future__ import annotations

import re

_PASTED = re.compile(r"```\w*(.*?)(?:```|\Z)", re.DOTALL)


def told_and_pasted(text: str) -> tuple[str, str]:
    """The message without what stands between fences, and that; where nothing else is told, all of it is."""
    pasted = "\n".join(block.strip() for block in _PASTED.findall(text)).strip()
    told = _PASTED.sub("\n", text).strip()
    return (told, pasted) if told and pasted else (text, "")
