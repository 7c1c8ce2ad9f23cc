"""What `make run` tells a newcomer: where the demo is, how to sign in as lead, how to load the extension."""

from __future__ import annotations

from server.people import People
from server.person import Person, PersonRole
from server.try_page import DEMO_AGENT

DEMO_LEAD = Person("demo lead", frozenset({PersonRole.LEAD, PersonRole.AGENT}), DEMO_AGENT.team)


def demo_lines(people: People, url: str, token_days: int) -> list[str]:
    """The lines to print; adds the demo's lead when missing and makes a one-time link for them."""
    code = people.link(DEMO_LEAD.name)
    if code is None:
        people.add(DEMO_LEAD.name, DEMO_LEAD.roles, DEMO_LEAD.team, token_days)
        code = people.link(DEMO_LEAD.name)
    return [
        f"  Try it:         {url}/try",
        f"  As team lead:   {url}/signin?code={code}&next=/review   (good once, for 15 minutes)",
        "  The extension:  chrome://extensions, Developer mode, Load unpacked, extension/dist/chrome;",
        f"                  in its options the server {url} and the token printed by",
        f"                  .venv/bin/python -m server people add YOU --role agent --team {DEMO_AGENT.team}",
    ]
