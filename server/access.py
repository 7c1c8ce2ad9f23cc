"""Who may see and do what. Pure: every page, message and query asks here."""

from __future__ import annotations

from server.person import Person, PersonRole


def may_see_stored(person: Person, *, agent: str, team: str) -> bool:
    """Whether a person may see what is stored of a conversation: its present agent, or a lead of its team."""
    if team != person.team:
        return False
    return person.name == agent or PersonRole.LEAD in person.roles


def may_use_panel(person: Person) -> bool:
    """Whether a person may open the live socket: it carries internal text, which experts don't see."""
    return not person.roles.isdisjoint({PersonRole.AGENT, PersonRole.LEAD})


def may_review(person: Person) -> bool:
    """Whether a person may read the review pages of their own team."""
    return PersonRole.LEAD in person.roles
