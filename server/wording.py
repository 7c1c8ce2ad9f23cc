"""Approved wordings in drafts: what stands for code whose owner said in public what it decides. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.document import Audience, Hit, Kind


def spoken(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits with each approved wording, once, in place of its code: public, under the code's number."""
    said: set[str] = set()
    return tuple(_spoken(hit, said) for hit in hits)


def _spoken(hit: Hit, said: set[str]) -> Hit:
    passage, rule = hit.passage, hit.passage.rule
    if rule is None or rule.function is None or rule.wording is None or rule.function in said:
        return hit
    said.add(rule.function)
    document = replace(passage.document, audience=Audience.PUBLIC, kind=Kind.POLICY)
    # Titles of code are names in it, which a model outside must not see.
    title = rule.function.rpartition(":")[2].rpartition(".")[2].replace("_", " ")
    public = replace(passage, document=document, title_path=(title,), text=rule.wording.text, rule=None)
    return replace(hit, passage=public)
