"""Who acts: every token is one named person with roles and a team. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PersonRole(StrEnum):
    """What a person may do."""

    AGENT = "agent"
    LEAD = "lead"
    OWNER = "owner"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person."""

    name: str
    roles: frozenset[PersonRole]
    team: str
