"""The words around a draft's cited sentences: shipped, changed by the company, by a team or by an agent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

SHIPPED_FILE = Path(__file__).parent / "phrases.toml"
VARIABLES = ("customer_name", "order_number", "agent_name")
WHEN = "when"
EXPERT, TOPICS = "expert", "topics"
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class BadPhrases(Exception):
    """The file of phrases can't be used; the text names the file, the key and what was expected."""


def _sound(phrase: str, variables: tuple[str, ...] = VARIABLES) -> str:
    """The phrase, unless it is blank or names a variable that nobody fills."""
    if not phrase.strip():
        raise ValueError("a phrase may not be blank; leave the list empty to say nothing")
    unknown = sorted({name for name in _VARIABLE.findall(phrase) if name not in variables})
    if unknown:
        raise ValueError(f"no such variable: {', '.join(unknown)}; there are {', '.join(variables)}")
    return phrase.strip()


def _dated(phrase: str) -> str:
    """A phrase that says by when."""
    sound = _sound(phrase, (*VARIABLES, WHEN))
    if WHEN not in _VARIABLE.findall(sound):
        raise ValueError("a holding reply says by when the customer hears again: {{when}}")
    return sound


def _naming_the_expert(phrase: str) -> str:
    """A phrase that says who helps."""
    sound = _sound(phrase, (EXPERT, TOPICS))
    if EXPERT not in _VARIABLE.findall(sound):
        raise ValueError("the customer is told who would help: {{expert}}")
    return sound


Phrase = Annotated[str, Field(max_length=500), AfterValidator(_sound)]
Choice = Annotated[tuple[Phrase, ...], Field(max_length=20)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Greeting(_Table):
    """How a reply begins."""

    email: Choice = ()
    chat: Choice = ()


class Closing(_Table):
    """How an e-mail ends."""

    email: Choice = ()


class Opening(_Table):
    """What stands before the answer, by the customer's mood."""

    calm: Choice = ()
    worried: Choice = ()
    grave: Choice = ()
    angry: Choice = ()
    bereaved: Choice = ()


class MovingOn(_Table):
    """What is said when the customer has rejected the answer."""

    another_way: Choice = ()
    hand_over: Choice = ()


class Holding(_Table):
    """What is said while nothing answers: what happens next, and by when."""

    reply: Annotated[
        tuple[Annotated[str, Field(max_length=500), AfterValidator(_dated)], ...], Field(max_length=20)
    ] = ()


class ForExperts(_Table):
    """What the customer is told before an expert from outside helps."""

    asking: Annotated[str, Field(max_length=1000), AfterValidator(_naming_the_expert)] = "{{expert}}"

    def naming(self, expert: str, topics: Sequence[str]) -> str:
        """The words about this expert, who knows these topics of the conversation."""
        words = {EXPERT: expert, TOPICS: _listed(topics)}
        return _VARIABLE.sub(lambda found: words[found[1]], self.asking)


def _hours(span: str) -> str:
    """Opening hours, as "09:00-17:00"."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", span) or span[:5] >= span[6:]:
        raise ValueError('expected hours of one day, such as "09:00-17:00"')
    return span


Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Promise(_Table):
    """By when a customer who waits hears again: within so many of the hours that the team works."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)] = (
        *("monday", "tuesday", "wednesday"),
        *("thursday", "friday"),
    )
    hours: Annotated[str, AfterValidator(_hours)] = "09:00-17:00"
    within: Annotated[float, Field(gt=0, le=200)] = 8

    @property
    def opens(self) -> time:
        """When work begins."""
        return time.fromisoformat(self.hours[:5])

    @property
    def closes(self) -> time:
        """When work ends."""
        return time.fromisoformat(self.hours[6:])


def _without_variables(phrase: str) -> str:
    if _VARIABLE.search(phrase):
        raise ValueError("a question has no variables")
    return phrase


Questions = Annotated[tuple[Annotated[Phrase, AfterValidator(_without_variables)], ...], Field(max_length=20)]


class Asking(_Table):
    """What is asked for when a fact is missing that a routine wish needs."""

    order_number: Questions = ()
    reason: Questions = ()
    day: Questions = ()
    time: Questions = ()
    new_details: Questions = ()
    purpose: Questions = ()
    budget: Questions = ()
    quantity: Questions = ()
    start: Questions = ()
    reference: Questions = ()
    account: Questions = ()
    what_happened: Questions = ()
    since_when: Questions = ()


class Phrases(_Table):
    """Everything a draft may say that no passage states, and the questions that the panel offers."""

    greeting: Greeting = Greeting()
    closing: Closing = Closing()
    opening: Opening = Opening()
    moving_on: MovingOn = MovingOn()
    asking: Asking = Asking()
    holding: Holding = Holding()
    promise: Promise = Promise()
    experts: ForExperts = ForExperts()


@dataclass(frozen=True, slots=True)
class OwnPhrases:
    """How somebody's e-mails begin and end, as they keep it themselves; empty for as others do."""

    greeting: str = ""
    closing: str = ""


NO_PHRASES = OwnPhrases()
OwnPhrasesOf = Callable[[str, str], tuple[OwnPhrases, OwnPhrases]]
"""Of an agent and their team: the team's, and the agent's."""


def nobodys_phrases(_agent: str, _team: str) -> tuple[OwnPhrases, OwnPhrases]:
    """Nobody keeps any."""
    return NO_PHRASES, NO_PHRASES


class PhraseBook:
    """The company's phrases with those of teams and agents on top."""

    def __init__(
        self,
        company: Phrases,
        teams: Mapping[str, Phrases],
        agents: Mapping[str, Phrases],
        own: OwnPhrasesOf = nobodys_phrases,
    ) -> None:
        self.company = company
        self._teams = teams
        self._agents = agents
        self._own = own

    def with_own(self, own: OwnPhrasesOf) -> PhraseBook:
        """The same with what teams and agents keep themselves."""
        return PhraseBook(self.company, self._teams, self._agents, own)

    def of(self, agent: str, team: str) -> Phrases:
        """What this agent says: their own phrases, else their team's, else the company's."""
        phrases = self.company
        of_team, of_agent = self._own(agent, team)
        for filed, kept in (
            (self._teams.get(team.casefold()), of_team),
            (self._agents.get(agent.casefold()), of_agent),
        ):
            phrases = phrases if filed is None else _over(phrases, filed)
            phrases = _first(phrases, kept)
        return phrases


def read_phrases(own: Path | None = None) -> PhraseBook:
    """The shipped phrases, those of the file `own` on top; raises BadPhrases saying what is wrong in it."""
    shipped = _checked(_read(SHIPPED_FILE), SHIPPED_FILE, "")
    if own is None:
        return PhraseBook(shipped, {}, {})
    tables = _read(own)
    named = {kind: _named(tables.pop(kind, {}), own, kind) for kind in ("team", "agent")}
    return PhraseBook(_over(shipped, _checked(tables, own, "")), named["team"], named["agent"])


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadPhrases(f"{file}: can't be read ({error.strerror}); SOTTO_PHRASES names it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPhrases(f"{file}: not TOML in UTF-8: {error}.") from error


def _named(tables: Any, file: Path, kind: str) -> dict[str, Phrases]:
    """The phrases of every team or agent, by name without regard to case."""
    if not isinstance(tables, dict):
        raise BadPhrases(f"{file}: {kind}: expected tables such as [{kind}.NAME.closing].")
    return {name.casefold(): _checked(own, file, f"{kind}.{name}.") for name, own in tables.items()}


def _checked(tables: Any, file: Path, below: str) -> Phrases:
    try:
        return Phrases.model_validate(tables)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadPhrases(f"{file}: {below}{key}: {first['msg']}.") from error


def _over(under: Phrases, own: Phrases) -> Phrases:
    """`under` with every list that `own` sets, even to nothing."""
    changed = {
        name: getattr(under, name).model_copy(update=_set_in(getattr(own, name)))
        for name in own.model_fields_set
    }
    return under.model_copy(update=changed)


def _first(phrases: Phrases, own: OwnPhrases) -> Phrases:
    """What somebody keeps before the others, which serve where a variable of it is not known."""
    greetings, closings = phrases.greeting.email, phrases.closing.email
    if own.greeting:
        greeting = phrases.greeting.model_copy(update={"email": (own.greeting, *greetings)})
        phrases = phrases.model_copy(update={"greeting": greeting})
    if own.closing:
        closing = phrases.closing.model_copy(update={"email": (own.closing, *closings)})
        phrases = phrases.model_copy(update={"closing": closing})
    return phrases


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _set_in(table: BaseModel) -> dict[str, object]:
    return {name: getattr(table, name) for name in table.model_fields_set}
