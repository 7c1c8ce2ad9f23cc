"""What other thresholds would have shown: stored conversations decided again, turn by turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from server.conversation import Conversation, Flag, Reason, Role
from server.flags import FlagRule, FlagView, Moved, decide


class Level(IntEnum):
    """How much an agent sees of a reason."""

    NOTHING = 0
    QUIET = 1
    SHOWN = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """The most that an agent saw of a reason in a conversation, and the flag of that moment."""

    level: Level = Level.NOTHING
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A conversation in which an agent would see more or less of a reason than now."""

    conversation: Conversation
    reason: Reason
    before: Level
    after: Level
    flag: Flag


def differences(
    rules: Sequence[FlagRule], talks: Iterable[Conversation], now: Moved, wanted: Moved
) -> list[Difference]:
    """Where the thresholds `wanted` would tell an agent something else than those of `now`, in order.

    A conversation in which a crisis is heard is in no sample.
    What the search found then is not decided again, so it raises nothing on either side.
    """
    found: list[Difference] = []
    for talk in talks:
        before, after = seen(rules, talk, (now, wanted))
        if any(each.flag and each.flag.is_crisis for each in before.values()):
            continue
        for reason in Reason:
            was, becomes = before.get(reason, Seen()), after.get(reason, Seen())
            flag = becomes.flag or was.flag
            if was.level != becomes.level and flag is not None:
                found.append(Difference(talk, reason, was.level, becomes.level, flag))
    return found


def seen(rules: Sequence[FlagRule], talk: Conversation, several: Sequence[Moved]) -> list[dict[Reason, Seen]]:
    """The most that an agent sees of each reason as the conversation goes on, under each of the thresholds.

    Side by side, so that each state of the conversation is understood once.
    """
    most: list[dict[Reason, Seen]] = [{} for _ in several]
    for end, turn in enumerate(talk.turns, 1):
        if turn.role is not Role.CUSTOMER:
            continue
        until_then = replace(talk, turns=talk.turns[:end])
        for moved, found in zip(several, most, strict=True):
            _note(found, decide(rules, FlagView(until_then, thresholds=moved)))
    return most


def _note(most: dict[Reason, Seen], flags: Iterable[Flag]) -> None:
    for flag in flags:
        level = Level.SHOWN if flag.shown else Level.QUIET
        if flag.is_crisis or level > most.get(flag.reason, Seen()).level:
            most[flag.reason] = Seen(level, flag)
