"""Short ways to write conversations in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from server.conversation import Channel, Conversation, Customer, Role, Turn

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def conversation(
    *turns: tuple[str, str],
    channel: Channel = Channel.CHAT,
    subject: str = "",
    customer: Customer | None = None,
) -> Conversation:
    """A conversation of (role, text) pairs; the turns are called t0, t1, …"""
    return Conversation(
        id="c1",
        helpdesk="desk",
        channel=channel,
        subject=subject,
        customer=customer or Customer(),
        turns=tuple(Turn(f"t{place}", Role(role), text, NOW) for place, (role, text) in enumerate(turns)),
    )
