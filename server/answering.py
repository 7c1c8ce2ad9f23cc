"""Which sentences answer, with what they lean on, what limits them and the next step. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.document import Audience, Hit, Kind
from server.mood import Mood
from server.sentences import facts, is_row, sentence_spans, statements
from server.told import Told
from server.words import content_words, numbers

PASSAGES_READ = 4
_NEAR_LEAD = 0.7
_NEAR_LEAD_ELSEWHERE = 0.85
_WORTH_ADDING = 0.4
_TRUST_IN_RANK = 1.0
_TRUST_IN_MEANING = 2.0
_SHARED_BY_LIMIT = 2

_LEANS_BACK = re.compile(
    r"(?:it|its|this|that|these|those|they|them|their|then|after that|in that case|such|both|either|otherwise"
    r"|none of this|the same|also|if so|if not|[a-z]+ (?:it|them))\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"(?:yes|no|usually|sometimes|not|only)\b", re.IGNORECASE)
# "How many days?" can't be answered by yes or no; "how about returning it?" can.
_ASKS_FOR_MORE = re.compile(
    r"\W*(?:(?:and|but|so|also|ok|okay|oh|then|hi|hello)\b[,.!]? *)*"
    r"(?:(?:can|could) you tell me |do you know |please tell me )?"
    r"(?:how(?! about)|what(?! about| if)|when|where|which|who|why)\b",
    re.IGNORECASE,
)
_LIMITS_BEFORE = re.compile(
    r"(?:however|but|unless|except|exceptions?|otherwise|only|not|if (?:it|they|not|so)|this (?:does"
    r"|applies|only)|if you (?:can(?:not|'?t| no)|do not|don'?t|have no|are not|aren'?t|still)"
    r"|after that|none of this)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:unless|except(?:ions?)?|excluding|(?:does|do) not apply|(?:doesn'?t|don'?t) apply|only if"
    r"|provided (?:that|you|it)|as long as)\b",
    re.IGNORECASE,
)
_ASKS_FOR_AMOUNT = re.compile(
    r"\b(?:how (?:long|much|many|soon|late|often|old|big|far)|when|what time|deadline|until|by what"
    r"|cost|price|charge|fee|days?|weeks?|hours?|open|close)\b",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?:please |first,? |then,? |to \w+[^,]{0,60}, |if you [^,]{1,60}, (?:please )?)?"
    r"(?:start|open|go to|choose|select|send|reply|call|contact|sign in|log in|click|tap|visit|tell us"
    r"|write to|fill in|bring|book|upload|print|ask|check|enter|use|apply|report|take a|keep)\b"
    r"|you can (?:\w+ ){1,4}(?:in|at|on|by|through|via|from) ",
    re.IGNORECASE,
)
_WAY_OUT = re.compile(
    r"\b(?:if (?:that|this|it|you still|nothing|none)[^.]{0,40}\b(?:not|n't|fails?|still|no)\b|otherwise"
    r"|instead|alternativ\w+|exception\w*|contact us|call us|ask us|write to us|tell us|get in touch"
    r"|speak to|our team|by (?:chat|phone|e-?mail)|you can also|or (?:ask|call|bring|contact|visit))\b",
    re.IGNORECASE,
)
_CHEER = re.compile(
    r"(?:great|good|happy|fantastic|awesome|wonderful|no problem|no worries)\b.{0,40}!$", re.IGNORECASE
)
_CHEERFUL = re.compile(
    r"!\s*$|\b(?:good news|great news|happy to|glad|delighted|pleased to|thrilled|congratulations|enjoy"
    r"|have a (?:great|lovely|nice|good|wonderful)|you are welcome|good question|great question)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the snippet `number`; `about` is the product's name that has to stand before it.

    `fit` is how well its own words and meaning answer; `score` adds how sure search is of its passage.
    """

    text: str
    number: int
    place: int
    about: str = ""
    fit: float = 0.0
    score: float = 0.0

    @property
    def at(self) -> tuple[int, int]:
        """Where it stands."""
        return self.number, self.place


_Said = dict[tuple[int, int], Statement]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a draft is made for and from; `hits` are the snippets shown, best first (number = place, from 1).

    `meaning` is the cosine of each statement's text with the need, as far as it is known.
    """

    need: str
    hits: Sequence[Hit]
    told: Told = field(default_factory=Told)
    mood: Mood = Mood.CALM
    meaning: Mapping[str, float] = field(default_factory=dict)

    @property
    def surest(self) -> float:
        """The best confidence among them; 0 without any."""
        return max((hit.confidence for _, hit in self.public), default=0.0)

    @property
    def public(self) -> list[tuple[int, Hit]]:
        """The hits that may enter a draft, with their numbers."""
        return [
            (number, hit)
            for number, hit in enumerate(self.hits, 1)
            if hit.passage.document.audience is Audience.PUBLIC
        ]


def is_cheerful(text: str) -> bool:
    """Whether it sounds glad, which nobody wants to read who is grieving, angry or worried."""
    return bool(_CHEERFUL.search(text))


def statements_of(number: int, hit: Hit, mood: Mood = Mood.CALM) -> list[Statement]:
    """What a passage states, each fit to stand in a reply to a customer in this mood."""
    text = hit.passage.text
    if hit.passage.document.kind is Kind.PRODUCT:
        name = text.partition(" — ")[0]
        said = [_split(each, name) for each in facts(text)]
    else:
        said = [("", each) for each in statements(text)]
    fit = [
        (about, each)
        for about, each in said
        if not _CHEER.match(each) and not each.endswith(":") and (mood is Mood.CALM or not is_cheerful(each))
    ]
    return [Statement(each, number, place, about) for place, (about, each) in enumerate(fit)]


def _split(fact: str, name: str) -> tuple[str, str]:
    about = next((before for before in (f"{name}: ", f"{name} — ") if fact.startswith(before)), "")
    return about, fact.removeprefix(about)


def answering(
    asked: Asked, read: Sequence[tuple[int, Hit]], most: int, fewest: bool = False
) -> list[Statement]:
    """At most `most` statements that answer and were not told yet, in the passages' order.

    Empty when nothing new answers, or when the answer and its conditions are longer than `most`. `fewest`:
    the best one with its conditions and nothing more.
    """
    said, fresh = _fresh(asked, read)
    if not fresh:
        return []
    whole = len(read) == 1 and read[0][1].passage.document.kind in (Kind.FAQ, Kind.MACRO)
    if whole and not fewest and len(said) <= most and len(fresh) == len(said):
        return list(said.values())
    return _taken(fresh, most, fewest)


def extended(
    asked: Asked, read: Sequence[tuple[int, Hit]], taken: Sequence[Statement], most: int
) -> list[Statement]:
    """What was taken and the next best statements of these passages with their conditions, `most` in all."""
    said, fresh = _fresh(asked, read)
    ranked = sorted(fresh.values(), key=lambda s: (-s.score, s.number, s.place))
    has = {each.at: each for each in taken}
    lead = max((said[at].fit for at in has if at in said), default=0.0)
    for statement in ranked:
        group = {each.at: each for each in _with_company(statement, fresh)}
        if statement.fit >= _WORTH_ADDING * lead and len(has | group) <= most:
            has |= group
    first = taken[0].number if taken else 0
    return sorted(has.values(), key=lambda s: (s.number != first, s.number, s.place))


def _fresh(asked: Asked, read: Sequence[tuple[int, Hit]]) -> tuple[_Said, _Said]:
    """What these passages state, and what of it may be told now."""
    everything = [(hit, each) for number, hit in read for each in statements_of(number, hit, asked.mood)]
    if _wants_no_yes_or_no(asked.need):
        everything = [(hit, each) for hit, each in everything if not _is_bare_yes_or_no(each.text)]
    said = {each.at: each for each in _scored(asked, everything)}
    fresh = {at: each for at, each in said.items() if not asked.told.holds(each.text)}
    if asked.told.rejected and len(fresh) < len(said):
        fresh = _ways_out(said, fresh)
    return said, fresh


def _wants_no_yes_or_no(need: str) -> bool:
    """Whether every question asks how, what or when."""
    # A line each for what the question leans on (the subject) and the question.
    said = [line[span.start : span.end] for line in need.splitlines() for span in sentence_spans(line)]
    questions = [each for each in said if each.rstrip().endswith("?")]
    return bool(questions) and all(map(_ASKS_FOR_MORE.match, questions))


def _is_bare_yes_or_no(text: str) -> bool:
    return _is_bare(text) and bool(_YES_OR_NO.match(text))


def was_told(asked: Asked, read: Sequence[tuple[int, Hit]]) -> bool:
    """Whether any statement of these passages was told before."""
    return any(asked.told.holds(each.text) for n, hit in read for each in statements_of(n, hit))


def _ways_out(said: _Said, fresh: _Said) -> _Said:
    """What is left when the customer rejected what was told: other ways, not more of the same."""
    tried = {number for number, place in said if (number, place) not in fresh}
    return {at: each for at, each in fresh.items() if at[0] not in tried or _WAY_OUT.search(each.text)}


def _taken(said: _Said, most: int, fewest: bool) -> list[Statement]:
    """The best statement with its company, the next step, and what is nearly as good, while there is room."""
    ranked = sorted(said.values(), key=lambda s: (-s.score, s.number, s.place))
    taken: dict[tuple[int, int], Statement] = {}
    lead: Statement | None = None
    for statement in ranked:
        if lead is not None and not _is_near(statement, lead):
            continue
        group = {each.at: each for each in _with_company(statement, said)}
        if len(taken | group) > most:
            continue
        taken |= group
        if fewest:
            return sorted(group.values(), key=lambda s: s.place)
        if lead is None:
            lead = statement
            step = _next_step(lead, taken, said)
            if step is not None and len(taken) < most:
                taken[step.at] = step
    if lead is None:
        return []
    first = lead.number
    return sorted(taken.values(), key=lambda s: (s.number != first, s.number, s.place))


def _is_near(statement: Statement, lead: Statement) -> bool:
    """Whether it adds to the lead; another passage may be about another case, so it must be as good."""
    if statement.number == lead.number:
        return statement.fit >= _NEAR_LEAD * lead.fit
    return statement.score >= _NEAR_LEAD_ELSEWHERE * lead.score


def _scored(asked: Asked, everything: Sequence[tuple[Hit, Statement]]) -> list[Statement]:
    wanted = set(content_words(asked.need))
    stems = [set(content_words(statement.text)) for _, statement in everything]
    rarity = {word: math.log(1 + len(stems) / (1 + sum(word in s for s in stems))) for word in wanted}
    whole = sum(rarity.values()) or 1.0
    wants_amount = bool(_ASKS_FOR_AMOUNT.search(asked.need))
    surest = asked.surest or 1.0
    scored = []
    for (hit, statement), words in zip(everything, stems, strict=True):
        heads = (*hit.passage.title_path[-2:], hit.passage.question or "")
        titles = set(content_words(" ".join(heads)))
        if statement.about and not wanted & (words - set(content_words(hit.passage.title_path[-1]))):
            continue
        fit = sum(rarity[word] for word in wanted & words) / whole
        fit += 0.3 * sum(rarity[word] for word in wanted & (titles - words)) / whole
        fit += _TRUST_IN_MEANING * asked.meaning.get(statement.text, 0.0)
        fit += 0.15 * (wants_amount and bool(numbers(statement.text))) + 0.1 * (statement.place == 0)
        score = fit + _TRUST_IN_RANK * hit.confidence / surest
        scored.append(replace(statement, fit=fit, score=score))
    return scored


def _with_company(statement: Statement, said: Mapping[tuple[int, int], Statement]) -> list[Statement]:
    """The statement, what it refers back to, its passage's yes or no, and what limits any of them."""
    company: dict[tuple[int, int], Statement] = {}
    waiting = [statement]
    while waiting:
        each = waiting.pop()
        if each.at not in company:
            company[each.at] = each
            waiting += _leaned_on(each, said)
            waiting += [other for other in said.values() if _limits(other, each)]
    return list(company.values())


def _leaned_on(statement: Statement, said: Mapping[tuple[int, int], Statement]) -> list[Statement]:
    before = said.get((statement.number, statement.place - 1))
    first = said.get((statement.number, 0))
    leans = before is not None and (_LEANS_BACK.match(statement.text) or _is_bare(before.text))
    return [
        *([before] if before is not None and leans else []),
        *([first] if first is not None and _YES_OR_NO.match(first.text) else []),
    ]


def _limits(other: Statement, statement: Statement) -> bool:
    """Whether the other one says when this one doesn't hold."""
    if other.number != statement.number:
        return False
    if other.place == statement.place + 1 and _LIMITS_BEFORE.match(other.text):
        return True
    if not _LIMITS.search(other.text):
        return False
    shared = len(set(content_words(other.text)) & set(content_words(statement.text)))
    return shared >= (1 if other.place == statement.place + 1 else _SHARED_BY_LIMIT)


def _next_step(
    lead: Statement,
    taken: Mapping[tuple[int, int], Statement],
    said: Mapping[tuple[int, int], Statement],
) -> Statement | None:
    """What to do now, from the lead's passage: the nearest step after it that can stand alone."""
    if any(_STEP.match(each.text) for each in taken.values()):
        return None
    steps = [
        each
        for each in said.values()
        if each.number == lead.number
        and each.place > lead.place
        and each.at not in taken
        and _STEP.match(each.text)
        and not is_row(each.text)
    ]
    alone = [step for step in steps if len(_with_company(step, said)) == 1]
    return min(alone, key=lambda step: step.place, default=None)


def _is_bare(text: str) -> bool:
    """A "No." or "Usually yes." without which what follows may read the other way round."""
    return len(text.split()) <= 3 and not is_row(text)
