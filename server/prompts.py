"""The prompt for a reply: numbered public passages and the dialogue as quoted data, within a budget."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from knowledge.document import Audience, Passage
from server.compose import Form
from server.conversation import Channel, Conversation, Role
from server.quoted import compact
from server.understand import said as spoken
from server.wire import Change

_SHARE_OF_PASSAGES = 0.6
_MOST_TURNS = 20
_IN_PROMPT = frozenset({Role.CUSTOMER, Role.AGENT, Role.ASSISTANT})
_CHANGES: dict[Change, str] = {
    "shorter": "Say the same in as few sentences as you can. Keep the answer and every condition of it.",
    "longer": "Add what else the passages say that helps this customer: at most three more sentences.",
    "warmer": "Say the same more warmly, without cheer, flattery or an apology for what did not happen.",
    "more_formal": "Say the same more formally: whole sentences, no contractions, no small talk.",
    "translate": "Translate every sentence of the draft into {language}, as a native speaker would write it.",
}
_MARK = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: rules and passages in `system`, the dialogue as JSON lines in `user`."""

    system: str
    user: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `tokens` as `count` counts them."""

    tokens: int
    count: Callable[[str], int]


@lru_cache
def read_template(name: str = "reply") -> str:
    """The shipped instructions for a reply, a change of one, or a summary."""
    return (Path(__file__).parent / "prompts" / f"{name}.md").read_text(encoding="utf-8")


def change_rule(change: Change, language: str | None = None) -> str:
    """What a model is to do with the draft; `language` is what it is translated into."""
    return _CHANGES[change].replace("{language}", language or "")


def with_said(prompt: Prompt, said: Mapping[str, str]) -> Prompt:
    """The prompt with more that was said, one JSON object a line; what is empty is left out."""
    lines = [_json({name: text}) for name, text in said.items() if text]
    return replace(prompt, user="\n".join([prompt.user, *lines]))


def build_prompt(
    template: str,
    conversation: Conversation,
    question: str | None,
    passages: Mapping[int, Passage],
    form: Form,
    budget: Budget,
) -> Prompt:
    """The prompt for a reply to the newest customer turn, or to the agent's own question.

    Internal and expert passages, notes, quoted mail and signatures never enter. The best passages and the
    newest turns fill the budget; the first passage and the newest turn always enter, shortened if they must
    be.
    """
    fixed = budget.count(template) + budget.count(_form(form))
    room = max(budget.tokens - fixed, 200)
    shown = _within(_passages(passages), int(room * _SHARE_OF_PASSAGES), budget.count)
    used = sum(budget.count(text) for _, text in shown)
    asked = [_json({"agent_asks": question})] if question is not None else []
    turns = [turn for turn in conversation.turns if turn.role in _IN_PROMPT][-_MOST_TURNS:]
    told = [
        _json({turn.role.value: words}) for turn in reversed(turns) if (words := compact(spoken(turn.text)))
    ]
    newest_first = [(0, line) for line in [*asked, *told]]
    dialogue = [line for _, line in reversed(_within(newest_first, room - used, budget.count))]
    system = template.replace("{form}", _form(form)).replace(
        "{passages}", "\n\n".join(text for _, text in shown)
    )
    return Prompt(system, "\n".join(dialogue), tuple(number for number, _ in shown))


def _passages(passages: Mapping[int, Passage]) -> list[tuple[int, str]]:
    public = {n: p for n, p in passages.items() if p.document.audience is Audience.PUBLIC}
    return [(number, _passage(number, passage)) for number, passage in sorted(public.items())]


def _passage(number: int, passage: Passage) -> str:
    """A passage under its number; marks inside its own text are defused."""
    return f"[{number}] " + _MARK.sub(r"(\1)", passage.search_text)


def _json(value: dict[str, str | None]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _within(texts: list[tuple[int, str]], room: int, count: Callable[[str], int]) -> list[tuple[int, str]]:
    """The leading texts that fit; the first is cut to what fits."""
    kept: list[tuple[int, str]] = []
    for number, text in texts:
        cost = count(text)
        if cost > room and not kept:
            kept.append((number, text[: max(80, len(text) * room // cost)]))
            break
        if cost > room:
            break
        kept.append((number, text))
        room -= cost
    return kept


def _form(form: Form) -> str:
    if form.facts:
        return "Facts only: at most six lines, each a bullet ('- '), no greeting, no closing."
    name = form.customer_name or "the customer"
    if form.channel is Channel.EMAIL:
        return f"An e-mail: greet {name}, at most six sentences, close with 'Kind regards'."
    if form.first_reply:
        return f"A chat reply: greet {name} in two words, then at most three sentences."
    return "A chat reply: at most three sentences, no greeting, no closing."
