from __future__ import annotations

import pytest

from server.told import Told, told_in
from tests.dialogues import conversation


def after(*turns: tuple[str, str], used: tuple[str, ...] = ()) -> Told:
    return told_in(conversation(*turns), used)


@pytest.mark.parametrize(
    ("text", "rejects"),
    [
        ("That doesn't help.", True),
        ("I’ve already tried that", True),
        ("I already did all of that, it's still not working", True),
        ("That is not what I asked.", True),
        ("That helps, thank you.", False),
        ("And how long does it take?", False),
        ("The lamp does not turn on.", False),
    ],
)
def test_a_rejection_is_heard_once_something_was_said(text: str, rejects: bool) -> None:
    assert after(("agent", "Press the button."), ("customer", text)).rejected is rejects
    assert not after(("customer", text)).rejected
    assert not after(("customer", text), ("agent", "Press the button.")).rejected
