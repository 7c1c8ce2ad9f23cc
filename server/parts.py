"""Between the server's nouns and the pieces of messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TypedDict

from knowledge.document import Hit, Kind, Passage
from knowledge.rule import Rule
from server.compose import Form, filled_in
from server.conversation import Conversation, Customer, Flag, Turn
from server.flags.stated import stated
from server.known import Place
from server.leak import Leak
from server.own_text import whose_own
from server.person import Person
from server.story import Line, Story
from server.wire import (
    ConversationOpen,
    CustomerPart,
    EvidencePart,
    FlagPart,
    LeakPart,
    PersonPart,
    ProtocolPart,
    RulePart,
    SnippetPart,
    StoryLine,
    StoryPart,
    TurnPart,
    WordingPart,
)

MOST_TURNS = 300


def snippet_part(hit: Hit, number: int, form: Form) -> SnippetPart:
    """A hit as the panel shows it, and as a reply of this form would have it."""
    passage, document = hit.passage, hit.passage.document
    return SnippetPart(
        number=number,
        passage_id=passage.id,
        document_id=document.id,
        kind=document.kind,
        audience=document.audience,
        title_path=list(passage.title_path),
        question=passage.question,
        text=passage.text,
        url=document.url,
        first_line=passage.first_line,
        last_line=passage.last_line,
        owner=document.owner,
        updated_on=document.updated_on or document.effective_from,
        confidence=min(1.0, max(0.0, hit.confidence)),
        rule=rule_part(passage.rule) if passage.rule else None,
        own=whose_own(document.id),
        filled=filled_in(passage.text, form) if document.kind is Kind.MACRO else None,
    )


def rule_part(rule: Rule) -> RulePart:
    """A rule as the panel shows it."""
    wording = rule.wording
    return RulePart(
        function=rule.function,
        says=rule.says,
        takes=list(rule.takes),
        uses=list(rule.uses),
        signature=rule.signature,
        wording=WordingPart(text=wording.text, by=wording.by, on=wording.on) if wording else None,
        code=rule.code,
        first_line=rule.first_line,
        last_line=rule.last_line,
    )


def place_of(passage: Passage) -> Place:
    """Where a passage of the live revision stands."""
    document = passage.document
    return Place(passage.id, document.id, " › ".join(passage.title_path) or document.title, document.owner)


def leak_part(leak: Leak) -> LeakPart:
    """A piece that the leak guard holds back, as the panel shows it."""
    place = leak.place
    return LeakPart(
        start=leak.start,
        end=leak.end,
        reason=leak.reason,
        passage_id=place.passage_id if place else None,
        title=place.title if place else None,
        owner=place.owner if place else None,
    )


class NearestFields(TypedDict):
    """The fields of a message that say which passage came closest."""

    nearest: str | None
    nearest_passage_id: str | None
    nearest_owner: str | None


def nearest_fields(passage: Passage | None) -> NearestFields:
    """What a gap says of the passage that came closest, if any did."""
    if passage is None:
        return NearestFields(nearest=None, nearest_passage_id=None, nearest_owner=None)
    document = passage.document
    return NearestFields(nearest=document.title, nearest_passage_id=passage.id, nearest_owner=document.owner)


def flag_part(flag: Flag) -> FlagPart:
    """A flag as the panel shows it."""
    evidence = flag.evidence
    return FlagPart(
        reason=flag.reason,
        severity=flag.severity,
        confidence=stated(flag),
        evidence=EvidencePart(
            turn_id=evidence.turn_id, quote=evidence.quote, start=evidence.start, end=evidence.end
        ),
        advice=flag.advice,
        rule=flag.rule,
        shown=flag.shown,
        crisis=flag.is_crisis,
        protocol=None if flag.protocol is None else ProtocolPart(**asdict(flag.protocol)),
    )


def story_part(story: Story) -> StoryPart:
    """A story as the panel shows it."""
    return StoryPart(
        request=_line(story.request),
        goal=_line(story.goal),
        mood=story.mood,
        mood_since=_line(story.mood_since),
        tried=_lines(story.tried),
        promised=_lines(story.promised),
        open_questions=_lines(story.open_questions),
        facts=_lines(story.facts),
        not_again=_lines(story.not_again),
    )


def _line(line: Line | None) -> StoryLine | None:
    return None if line is None else StoryLine(**asdict(line))


def _lines(lines: Iterable[Line]) -> list[StoryLine]:
    return [StoryLine(**asdict(line)) for line in lines]


def person_part(person: Person) -> PersonPart:
    """The signed-in person as the panel names them."""
    return PersonPart(name=person.name, roles=sorted(person.roles), team=person.team)


def conversation_of(message: ConversationOpen, received_at: datetime) -> Conversation:
    """The conversation as the page shows it."""
    return Conversation(
        id=message.conversation_id,
        helpdesk=message.helpdesk,
        channel=message.channel,
        subject=message.subject,
        customer=_customer(message.customer),
        turns=with_turns((), message.turns, received_at),
    )


def with_turns(turns: tuple[Turn, ...], changed: list[TurnPart], received_at: datetime) -> tuple[Turn, ...]:
    """The turns with `changed` in their places; unknown ids are appended, the oldest beyond 300 dropped.

    A turn that did not change keeps the time it was received.
    """
    after = {turn.id: turn for turn in turns}
    for part in changed:
        known = after.get(part.id)
        turn = _turn(part, received_at)
        if known is None or not _same(known, turn):
            after[part.id] = turn
    return tuple(after.values())[-MOST_TURNS:]


def _same(one: Turn, other: Turn) -> bool:
    return (one.role, one.text, one.at, one.attachments) == (
        other.role,
        other.text,
        other.at,
        other.attachments,
    )


def _turn(part: TurnPart, received_at: datetime) -> Turn:
    return Turn(part.id, part.role, part.text, received_at, part.at, tuple(part.attachments))


def _customer(part: CustomerPart) -> Customer:
    return Customer(**part.model_dump())
