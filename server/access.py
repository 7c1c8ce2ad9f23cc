"""Who may see and do what. Pure: every page, message and query asks here."""

from __future__ import annotations

from collections.abc import Collection

from server.person import Person, PersonRole


def may_see_stored(person: Person, *, agent: str, team: str) -> bool:
    """Whether a person may see what is stored of a conversation: its present agent, or a lead of its team."""
    if team != person.team or not may_use_panel(person):
        return False
    return person.name == agent or PersonRole.LEAD in person.roles


def may_use_panel(person: Person) -> bool:
    """Whether a person may open the live socket: it carries internal text, which experts don't see."""
    return not person.roles.isdisjoint({PersonRole.AGENT, PersonRole.LEAD})


def may_keep_own_texts(person: Person) -> bool:
    """Whether a person drafts replies, and so may keep macros and phrases for them."""
    return may_use_panel(person)


def may_write_for_team(person: Person) -> bool:
    """Whether a person may write the macros and phrases of their own team."""
    return PersonRole.LEAD in person.roles


def may_help(person: Person) -> bool:
    """Whether a person has the page of experts."""
    return PersonRole.EXPERT in person.roles


def may_review(person: Person) -> bool:
    """Whether a person may read the review pages of their own team."""
    return PersonRole.LEAD in person.roles


def may_ask_needs(person: Person) -> bool:
    """Whether a person may ask what waits: agents for their own conversations, leads for their team's."""
    return may_use_panel(person)


def may_read_reports(person: Person) -> bool:
    """Whether a person may open the page of reports at all."""
    return bool(person.roles & {PersonRole.OWNER, PersonRole.LEAD})


def may_read_crisis(person: Person, team: str) -> bool:
    """Whether a person may read afterwards what was said in a crisis: the leads of the team it came to."""
    return team == person.team and PersonRole.LEAD in person.roles


def may_answer_report(person: Person, owners: Collection[str | None], known: Collection[str]) -> bool:
    """Whether an owner may answer a report on documents of these `owners`: it names them, or nobody `known`.

    Names are free text in knowledge.toml, so they are compared without case.
    """
    if PersonRole.OWNER not in person.roles:
        return False
    return person.name.casefold() in {owner.casefold() for owner in owners if owner} or lacks_owner(
        owners, known
    )


def lacks_owner(owners: Collection[str | None], known: Collection[str]) -> bool:
    """Whether part of a report has no owner among the `known` people, so that every owner must see it."""
    names = {name.casefold() for name in known}
    return not owners or any(owner is None or owner.casefold() not in names for owner in owners)


def may_read_report(
    person: Person, team: str, owners: Collection[str | None], known: Collection[str]
) -> bool:
    """Whether a person may read a report made in `team`: who may answer it, and the leads of that team."""
    is_lead = PersonRole.LEAD in person.roles and team == person.team
    return is_lead or may_answer_report(person, owners, known)
