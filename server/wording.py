"""Code among the snippets: each function once, and its approved wording where drafts are made. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from knowledge.document import Audience, Hit, Kind


def one_each(hits: Iterable[Hit]) -> Iterator[Hit]:
    """The hits without the lesser pieces of a function whose rule another one tells already."""
    told: set[str] = set()
    for hit in hits:
        function = hit.passage.rule.function if hit.passage.rule else None
        if function is None or function not in told:
            yield hit
        if function is not None:
            told.add(function)


def spoken(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits with each approved wording in place of its code: public, under the code's number."""
    return tuple(map(_spoken, hits))


def _spoken(hit: Hit) -> Hit:
    passage, rule = hit.passage, hit.passage.rule
    if rule is None or rule.function is None or rule.wording is None:
        return hit
    document = replace(passage.document, audience=Audience.PUBLIC, kind=Kind.POLICY)
    # Titles of code are names in it, which a model outside must not see.
    title = rule.function.rpartition(":")[2].rpartition(".")[2].replace("_", " ")
    public = replace(passage, document=document, title_path=(title,), text=rule.wording.text, rule=None)
    return replace(hit, passage=public)
