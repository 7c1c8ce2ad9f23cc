"""A reply without a language model: the passages' own sentences, each with its snippet's number. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.document import Audience, Hit, Kind
from server.conversation import Channel, Conversation, Role
from server.quoted import own_words
from server.sentences import facts, is_row, paragraphs, statements
from server.words import content_words, numbers

_PASSAGES_READ = 4
_TURNS_READ = 30
_MOST_STATEMENTS = {Channel.EMAIL: 5}
_MOST_IN_CHAT = 3
_ALMOST_AS_GOOD = 0.9
_SAME_QUESTION = 0.6
_NEAR_LEAD = 0.6
_NEAR_LEAD_ELSEWHERE = 0.95
_TRUST_IN_RANK = 1.0

_LEANS_BACK = re.compile(
    r"(?:it|its|this|that|these|those|they|them|their|then|after that|in that case|such|both|either|otherwise"
    r"|none of this|the same|also|if so|if not)\b",
    re.IGNORECASE,
)
_LIMITS_BEFORE = re.compile(
    r"(?:however|but|unless|except|exceptions?|otherwise|only|not|if (?:it|they|not|so)|this (?:does"
    r"|applies|only)"
    r"|after that|none of this)\b",
    re.IGNORECASE,
)
_ASKS_FOR_AMOUNT = re.compile(
    r"\b(?:how (?:long|much|many|soon|late|often|old|big|far)|when|what time|deadline|until|by what"
    r"|cost|price|charge"
    r"|fee|days?|weeks?|hours?|open|close)\b",
    re.IGNORECASE,
)
_CHEER = re.compile(
    r"(?:great|good|happy|fantastic|awesome|wonderful|no problem|no worries)\b.{0,40}!$", re.IGNORECASE
)
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]{1,40})\s*\}\}")
_ORDER_NUMBER = re.compile(
    r"\b(?:order|reference|ref|booking)\b(?:\s*(?:number|num|no\.?|nr\.?|id|is|:|#|-))*\s*"
    r"((?=[A-Z0-9-]*\d{4})(?:[A-Z]{1,4}-?){0,2}\d{2,10}(?:-\d{1,8})?)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b((?:[A-Z]{1,4}-){1,2}\d{5,10})\b")
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]{1,2}[^\W\d_]+){0,4}\.?")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "lady", "rev"})


@dataclass(frozen=True, slots=True)
class Form:
    """What the channel and the dialogue ask of a reply's form, and what fills the variables of a macro."""

    channel: Channel
    first_reply: bool
    customer_name: str | None
    order_number: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """Text to append as it is; `number` is the snippet it is taken from, None for greeting and closing."""

    text: str
    number: int | None


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    number: int
    place: int
    score: float = 0.0


def form_of(conversation: Conversation) -> Form:
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
    return Form(conversation.channel, not replied, _called(conversation.customer.name), order)


def _called(name: str | None) -> str | None:
    """How to address the customer: the first name, all after a title, None for a login or an address."""
    name = " ".join((name or "").split())
    if not name or len(name) > 60 or not _NAME.fullmatch(name):
        return None
    first = name.split(" ")[0]
    return name if first.casefold().rstrip(".") in _TITLES else first


def compose(need: str, hits: Sequence[Hit], form: Form) -> tuple[Line, ...]:
    """The reply line by line, in order; empty when no public hit states anything.

    `hits` are the snippets shown, best first (number = place, from 1); only public ones are used.
    """
    public = [
        (number, hit)
        for number, hit in enumerate(hits, 1)
        if hit.passage.document.audience is Audience.PUBLIC
    ]
    if not public:
        return ()
    prepared = _prepared(need, public)
    if prepared and prepared[1].passage.document.kind is Kind.MACRO:
        return _saved_reply(*prepared, form)
    read = [prepared] if prepared else public[:_PASSAGES_READ]
    return _laid_out(_chosen(need, read, public[0][1].confidence, form), form)


def _prepared(need: str, public: Sequence[tuple[int, Hit]]) -> tuple[int, Hit] | None:
    """The first FAQ answer or macro that fits about as well as the best hit: somebody wrote it to be sent."""
    bar = _ALMOST_AS_GOOD * public[0][1].confidence
    return next((n for n in public if n[1].confidence >= bar and _is_made_for(need, n[1])), None)


def _is_made_for(need: str, hit: Hit) -> bool:
    """An FAQ answer ("No.") may only stand for its own question; a saved reply has none."""
    if hit.passage.document.kind is not Kind.FAQ:
        return hit.passage.document.kind is Kind.MACRO
    shared = set(content_words(need)) & set(content_words(hit.passage.question or ""))
    return bool(shared) or hit.dense >= _SAME_QUESTION


def _saved_reply(number: int, hit: Hit, form: Form) -> tuple[Line, ...]:
    """A macro is a whole reply already: its paragraphs as they are, the variables filled."""
    said = [_filled(paragraph, form) for paragraph in paragraphs(hit.passage.text)]
    return tuple(Line(("\n\n" if place else "") + text, number) for place, text in enumerate(said))


def _all_said(number: int, hit: Hit) -> list[_Statement]:
    text = hit.passage.text
    said = facts(text) if hit.passage.document.kind is Kind.PRODUCT else statements(text)
    fit = (text for text in said if not _CHEER.match(text) and not text.endswith(":"))
    return [_Statement(text, number, place) for place, text in enumerate(fit)]


def _chosen(need: str, read: Sequence[tuple[int, Hit]], best: float, form: Form) -> list[_Statement]:
    """The statements that answer, with what they lean on and what limits them, in the passages' order."""
    most = _MOST_STATEMENTS.get(form.channel, _MOST_IN_CHAT)
    said = _scored(need, read, best)
    if not said:
        return []
    if len(read) == 1 and len(said) <= most:
        return list(said.values())
    ranked = sorted(said.values(), key=lambda s: (-s.score, s.number, s.place))
    lead = ranked[0]
    taken: dict[tuple[int, int], _Statement] = {}
    for statement in ranked:
        bar = _NEAR_LEAD if statement.number == lead.number else _NEAR_LEAD_ELSEWHERE
        if statement.score < bar * lead.score:
            continue
        group = {(s.number, s.place): s for s in _with_company(statement, said)}
        if len(taken | group) <= most:
            taken |= group
    return sorted(taken.values(), key=lambda s: (s.number != lead.number, s.number, s.place))


def _scored(need: str, read: Sequence[tuple[int, Hit]], best: float) -> dict[tuple[int, int], _Statement]:
    said = [(hit, statement) for number, hit in read for statement in _all_said(number, hit)]
    wanted = set(content_words(need))
    stems = [set(content_words(statement.text)) for _, statement in said]
    rarity = {word: math.log(1 + len(said) / (1 + sum(word in s for s in stems))) for word in wanted}
    whole = sum(rarity.values()) or 1.0
    wants_amount = bool(_ASKS_FOR_AMOUNT.search(need))
    scored = {}
    for (hit, statement), words in zip(said, stems, strict=True):
        if hit.passage.document.kind is Kind.PRODUCT and not wanted & (
            words - set(content_words(hit.passage.title_path[-1]))
        ):
            continue
        heads = (
            set(content_words(" ".join(hit.passage.title_path[-2:]) + " " + (hit.passage.question or "")))
            - words
        )
        score = sum(rarity[word] for word in wanted & words) / whole
        score += 0.3 * sum(rarity[word] for word in wanted & heads) / whole
        score += _TRUST_IN_RANK * hit.confidence / (best or 1.0)
        score += 0.15 * (wants_amount and bool(numbers(statement.text))) + 0.1 * (statement.place == 0)
        place = (statement.number, statement.place)
        scored[place] = replace(statement, score=score)
    return scored


def _with_company(statement: _Statement, said: dict[tuple[int, int], _Statement]) -> list[_Statement]:
    """The statement, the one it refers back to, and the one right after it that limits it."""
    company = [statement]
    before = said.get((statement.number, statement.place - 1))
    while before is not None and (_LEANS_BACK.match(company[0].text) or _is_bare(before.text)):
        company.insert(0, before)
        before = said.get((statement.number, before.place - 1))
    after = said.get((statement.number, statement.place + 1))
    if after is not None and _LIMITS_BEFORE.match(after.text):
        company.append(after)
    return company


def _is_bare(text: str) -> bool:
    """A "No." or "Usually yes." without which what follows may read the other way round."""
    return len(text.split()) <= 3 and not is_row(text)


def _filled(text: str, form: Form) -> str:
    """The text with macro variables filled; an unknown one stays visible as "[order number]"."""
    known = {"customer_name": form.customer_name, "order_number": form.order_number}

    def fill(variable: re.Match[str]) -> str:
        name = variable.group(1).lower()
        return known.get(name) or f"[{name.replace('_', ' ')}]"

    return _VARIABLE.sub(fill, text)


def _laid_out(chosen: Sequence[_Statement], form: Form) -> tuple[Line, ...]:
    if not chosen:
        return ()
    lines = []
    greeting = _greeting(form)
    if greeting:
        lines.append(Line(greeting, None))
    for place, statement in enumerate(chosen):
        apart = (
            ""
            if place == 0
            else "\n"
            if _stands_apart(chosen[place - 1]) or _stands_apart(statement)
            else " "
        )
        lines.append(Line(apart + statement.text, statement.number))
    if form.channel is Channel.EMAIL:
        lines.append(Line("\n\nKind regards", None))
    return tuple(lines)


def _stands_apart(statement: _Statement) -> bool:
    return "\n" in statement.text or is_row(statement.text)


def _greeting(form: Form) -> str | None:
    name = f" {form.customer_name}" if form.customer_name else ""
    if form.channel is Channel.EMAIL:
        return f"Hello{name},\n\n"
    if form.channel in (Channel.CHAT, Channel.SOCIAL) and form.first_reply:
        return f"Hello{name}. "
    return None
