"""What `make run` tells a newcomer: where the demo is, how to sign in as lead, how to load the extension."""

from __future__ import annotations

from server.people import People
from server.person import Person, PersonRole
from server.try_page import DEMO_AGENT

DEMO_LEAD = Person("demo lead", frozenset({PersonRole.LEAD, PersonRole.AGENT}), DEMO_AGENT.team)
# Named in the made-up shop's knowledge.toml.
DEMO_OWNER = Person("mira.holt", frozenset({PersonRole.OWNER}), "knowledge")


def demo_lines(people: People, url: str, token_days: int) -> list[str]:
    """The lines to print; adds the demo's lead and owner when missing and makes a one-time link for each."""
    lead, owner = (_code(people, person, token_days) for person in (DEMO_LEAD, DEMO_OWNER))
    return [
        f"  Try it:         {url}/try",
        f"  As team lead:   {url}/signin?code={lead}&next=/review   (good once, for 15 minutes)",
        f"  As owner:       {url}/signin?code={owner}&next=/reports",
        "  The extension:  chrome://extensions, Developer mode, Load unpacked, extension/dist/chrome;",
        f"                  in its options the server {url} and the token printed by",
        f"                  .venv/bin/python -m server people add YOU --role agent --team {DEMO_AGENT.team}",
    ]


def _code(people: People, person: Person, token_days: int) -> str | None:
    code = people.link(person.name)
    if code is None:
        people.add(person.name, person.roles, person.team, token_days)
        code = people.link(person.name)
    return code
