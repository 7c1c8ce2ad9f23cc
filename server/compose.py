"""A reply without a language model: cited sentences of the passages, laid out as the channel asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.document import Hit, Kind
from server.answering import (
    PASSAGES_READ,
    Asked,
    Statement,
    answering,
    extended,
    is_cheerful,
    statements_of,
    was_told,
)
from server.conversation import Channel, Conversation, Role
from server.mood import Mood
from server.phrases import Phrases
from server.quoted import own_words
from server.sentences import is_row, paragraphs, sentence_spans
from server.told import Told
from server.words import content_words

_TURNS_READ = 30
_MOST_STATEMENTS = {Channel.EMAIL: 5}
_MOST_IN_CHAT = 3
_MOST_FACTS = 6
_LONGER_BY = 3
_ALMOST_AS_GOOD = 0.9
_SAME_QUESTION = 0.6
_MOSTLY = 0.5
Reading = Sequence[tuple[int, Hit]]
GREETED = frozenset({Channel.CHAT, Channel.SOCIAL})

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]{1,40})\s*\}\}")
_ORDER_NUMBER = re.compile(
    r"\b(?:order|reference|ref|booking)\b(?:\s*(?:number|num|no\.?|nr\.?|id|is|:|#|-))*\s*"
    r"((?=[A-Z0-9-]*\d{4})(?:[A-Z]{1,4}-?){0,2}\d{2,10}(?:-\d{1,8})?)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b((?:[A-Z]{1,4}-){1,2}\d{5,10})\b")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]{1,2}[^\W\d_]+){0,4}\.?")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "lady", "rev"})
_GREETS = re.compile(r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening))\b[^.!?\n]{0,80}[,!.]?$", re.I)
_CLOSES = re.compile(
    r"(?:(?:kind|best|warm) (?:regards|wishes)|yours\b|sincerely|\{\{\s*agent_name\s*\}\}).{0,60}$",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Form:
    """What the channel and the dialogue ask of a reply's form, and what fills variables.

    `facts`: bullets to write from instead of a whole reply. `length` counts how often the agent wanted it
    longer; below 0 it is the shortest.
    """

    channel: Channel
    first_reply: bool
    customer_name: str | None
    order_number: str | None
    agent_name: str | None = None
    facts: bool = False
    length: int = 0

    @property
    def most(self) -> int:
        """How many statements, the opening counted."""
        usual = _MOST_FACTS if self.facts else _MOST_STATEMENTS.get(self.channel, _MOST_IN_CHAT)
        return usual + _LONGER_BY * max(0, self.length)

    @property
    def known(self) -> dict[str, str | None]:
        """The variables of phrases and macros, as far as they are known."""
        return {
            "customer_name": self.customer_name,
            "order_number": self.order_number,
            "agent_name": self.agent_name,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """`lead` and `text`, to append as they are; the snippet `number` states `text`, None for phrases."""

    lead: str
    text: str
    number: int | None


def form_of(conversation: Conversation, agent: str = "", facts: bool = False, length: int = 0) -> Form:
    """The form a reply to this conversation needs."""
    replied = any(turn.role in (Role.AGENT, Role.ASSISTANT) for turn in conversation.turns)
    written = [
        own_words(turn.text) for turn in conversation.turns[-_TURNS_READ:] if turn.role is Role.CUSTOMER
    ]
    found = (
        _ORDER_NUMBER.search(text) or _CODE.search(text)
        for text in [*reversed(written), conversation.subject]
    )
    order = next((match.group(1).upper() for match in found if match), None)
    called = _called(conversation.customer.name)
    # A login is no name to sign with.
    signs = agent if agent[:1].isupper() and _NAME.fullmatch(agent) else None
    return Form(conversation.channel, not replied, called, order, signs, facts, length)


def _called(name: str | None) -> str | None:
    """How to address the customer: the first name, all after a title, None for a login or an address."""
    name = " ".join((name or "").split())
    if not name or len(name) > 60 or not _NAME.fullmatch(name):
        return None
    first = name.split(" ")[0]
    return name if first.casefold().rstrip(".") in _TITLES else first


def compose(asked: Asked, form: Form, phrases: Phrases) -> tuple[Line, ...]:
    """The reply line by line, in order; empty when no public passage states anything new that answers."""
    if not asked.public:
        return ()
    prepared = _prepared(asked, form)
    whole = prepared and not form.facts and form.length >= 0 and _saved_reply(*prepared, form)
    if prepared and whole:
        return _with_more(asked, prepared, whole, form)
    readings = [[prepared]] if prepared else []
    readings.append(asked.public[:PASSAGES_READ])
    if form.facts:
        return _bullets(_chosen(asked, readings, form, 0), form)
    return laid_out(_body(asked, readings, form, phrases), asked.told, form, phrases)


def _chosen(asked: Asked, readings: Sequence[Reading], form: Form, beside: int) -> list[Statement]:
    """What answers, as much as is wanted; `beside` leaves room for an opening."""
    most = replace(form, length=0).most - beside
    chosen = _first(answering(asked, read, most, form.length < 0) for read in readings)
    return extended(asked, asked.public, chosen, form.most - beside) if chosen and form.length > 0 else chosen


def _with_more(
    asked: Asked, prepared: tuple[int, Hit], whole: tuple[Line, ...], form: Form
) -> tuple[Line, ...]:
    """The saved reply as it is; made longer, with what else answers before its closing."""
    if form.length <= 0:
        return whole
    own = statements_of(*prepared)
    room = len(own) + _LONGER_BY * form.length
    more = [each for each in extended(asked, asked.public, own, room) if each.number != prepared[0]]
    lines = [
        replace(line, lead="\n\n" if not place else line.lead)
        for place, line in enumerate(_lines(None, more, form))
    ]
    closing = next(
        (place for place, line in enumerate(whole) if place and _CLOSES.match(line.text)), len(whole)
    )
    return (*whole[:closing], *lines, *whole[closing:])


def _body(asked: Asked, readings: Sequence[Reading], form: Form, phrases: Phrases) -> list[Line]:
    """The opening that the dialogue asks for and what answers; a handing over when the rest was rejected."""
    moving_on = asked.told.rejected and was_told(asked, readings[-1])
    choice = phrases.moving_on.another_way if moving_on else getattr(phrases.opening, asked.mood.value)
    opening = unsaid(choice, asked.told, form)
    chosen = _chosen(asked, readings, form, int(opening is not None))
    if not chosen and opening is not None:
        chosen, opening = _chosen(asked, readings, form, 0), None
    handed = None if chosen or not moving_on else unsaid(phrases.moving_on.hand_over, asked.told, form)
    return [Line("", handed, None)] if handed else _lines(opening, chosen, form)


def _first(found: Iterable[list[Statement]]) -> list[Statement]:
    return next((each for each in found if each), [])


def unsaid(choice: Sequence[str], told: Told, form: Form) -> str | None:
    """The first phrase that is fillable and new to this conversation."""
    filled = (filled_in(phrase, form) for phrase in choice if _is_fillable(phrase, form))
    return next((phrase for phrase in filled if not told.has_phrase(phrase)), None)


def _is_fillable(phrase: str, form: Form) -> bool:
    return all(form.known.get(name.lower()) for name in _VARIABLE.findall(phrase))


def _prepared(asked: Asked, form: Form) -> tuple[int, Hit] | None:
    """The first FAQ answer or macro that fits about as well as the best hit: somebody wrote it to be sent."""
    if asked.told.rejected:
        return None
    public = asked.public
    bar = _ALMOST_AS_GOOD * asked.surest
    fitting = (each for each in public if each[1].confidence >= bar and _is_made_for(asked.need, each[1]))
    return next((each for each in fitting if _is_fit(each, asked, form)), None)


def _is_made_for(need: str, hit: Hit) -> bool:
    """An FAQ answer ("No.") may only stand for its own question; a saved reply has none."""
    if hit.passage.document.kind is not Kind.FAQ:
        return hit.passage.document.kind is Kind.MACRO
    shared = set(content_words(need)) & set(content_words(hit.passage.question or ""))
    return bool(shared) or hit.dense >= _SAME_QUESTION


def _is_fit(each: tuple[int, Hit], asked: Asked, form: Form) -> bool:
    """Whether it was not sent before and, as it goes out whole, sounds right for the customer's mood."""
    number, hit = each
    said = statements_of(number, hit)
    texts = [filled_in(one.text, form) for one in said]
    if sum(asked.told.holds(text) for text in texts) > _MOSTLY * len(texts):
        return False
    return asked.mood is Mood.CALM or not is_cheerful(hit.passage.text)


def _saved_reply(number: int, hit: Hit, form: Form) -> tuple[Line, ...]:
    """A macro is a whole reply already: its paragraphs as they are, the variables filled; else nothing.

    In chat it goes without its greeting and closing, and not at all when it is too long.
    """
    said = paragraphs(hit.passage.text) if hit.passage.document.kind is Kind.MACRO else []
    if form.channel is not Channel.EMAIL:
        said = [text for text in said if not _CLOSES.match(text)]
        said = [text for text in said if form.first_reply or not _GREETS.match(text)]
        if sum(len(sentence_spans(text)) for text in said if not _GREETS.match(text)) > _MOST_IN_CHAT:
            return ()
    filled = [filled_in(paragraph, form) for paragraph in said]
    return tuple(Line("\n\n" if place else "", text, number) for place, text in enumerate(filled))


def filled_in(text: str, form: Form) -> str:
    """The text with variables filled; an unknown one stays visible as "[order number]"."""

    def fill(variable: re.Match[str]) -> str:
        name = variable.group(1).lower()
        return form.known.get(name) or f"[{name.replace('_', ' ')}]"

    return _VARIABLE.sub(fill, text)


def _bullets(chosen: Sequence[Statement], form: Form) -> tuple[Line, ...]:
    return tuple(
        Line(("\n" if place else "") + "- " + each.about, filled_in(each.text, form), each.number)
        for place, each in enumerate(chosen)
    )


def _lines(opening: str | None, chosen: Sequence[Statement], form: Form) -> list[Line]:
    lines = [] if opening is None or not chosen else [Line("", opening, None)]
    for place, each in enumerate(chosen):
        apart = place > 0 and (_stands_apart(chosen[place - 1]) or _stands_apart(each))
        gap = "" if not lines else "\n" if apart else " "
        lines.append(Line(gap + each.about, filled_in(each.text, form), each.number))
    return lines


def _stands_apart(statement: Statement) -> bool:
    return "\n" in statement.text or is_row(statement.text)


def laid_out(body: Sequence[Line], told: Told, form: Form, phrases: Phrases) -> tuple[Line, ...]:
    """The body between greeting and closing, as far as the channel has them."""
    if not body:
        return ()
    email = form.channel is Channel.EMAIL
    greeting = closing = None
    if email:
        greetings = phrases.greeting.email
        greeting = unsaid(greetings, told, form) or unsaid(greetings, Told(), form)
        closing = unsaid(phrases.closing.email, Told(), form)
    elif form.channel in GREETED and form.first_reply:
        greeting = unsaid(phrases.greeting.chat, told, form)
    lines = [] if greeting is None else [Line("", greeting + ("\n\n" if email else "\n"), None)]
    lines += body
    if closing is not None:
        lines.append(Line("\n\n", closing, None))
    return tuple(lines)
