"""The leak guard: may this text go to a customer? Refuses or warns, and says where and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.document import Audience, Kind, Passage
from knowledge.words import stem
from server.code_names import code_names, names_in, spaced_codes, symbols
from server.conversation import Conversation, Role
from server.folding import Folded, fold
from server.known import Place
from server.leak import WARNINGS, Checked, Leak, LeakReason, Verdict
from server.parts import place_of
from server.secret_patterns import secrets_in
from server.shingles import Hashed, Letters, Runs, TokenHashes, Tokens, letters, runs, said
from server.words import FILLER

# The bar: so many words in a row that only internal texts have are a copy.
COPIED_WORDS = 8
# Fewer, or other small words between them: so many words that carry meaning.
SIMILAR_WORDS = 4
# Code with other names in it: so many signs in a row, so many of them no names or numbers.
CODE_SIGNS, CODE_SYMBOLS = 12, 5


@dataclass(frozen=True, slots=True)
class GuardIndex:
    """What must not get out of one revision as of one day, and the public words that may."""

    places: Sequence[Place]
    saved_replies: frozenset[int]
    copies: Runs
    letters: Letters
    similar: Runs
    code: Runs
    names: dict[str, int]
    codes: dict[str, int]
    public: Hashed
    public_secrets: frozenset[str]


def build_index(passages: Iterable[Passage], as_of: date) -> GuardIndex:
    """Reads every passage once; those public and in force on that day are what may be said."""
    kept: list[Passage] = []
    public: list[Passage] = []
    for passage in passages:
        if passage.document.audience is not Audience.PUBLIC:
            kept.append(passage)
        elif _in_force(passage, as_of):
            public.append(passage)
    # What stands in a guide as well is the guide's: of equal runs the first counts.
    kept.sort(key=lambda passage: passage.document.kind is Kind.MACRO)
    known = TokenHashes()
    kept_words = list(_words_of(kept))
    approved = [passage.rule.wording.text for passage in kept if passage.rule and passage.rule.wording]
    public_words = [*_words_of(public), *_told_to_say(kept), *map(_plain, approved)]
    replies = frozenset(row for row, passage in enumerate(kept) if passage.document.kind is Kind.MACRO)
    guides = [text for text in kept_words if replies.isdisjoint(text.rows)]
    open_words = said(public_words, COPIED_WORDS, known)
    copies = runs(kept_words, COPIED_WORDS, 1, known).without(open_words)
    similar = runs(map(_similar, guides), SIMILAR_WORDS, 3, known)
    texts = [fold(text).cased for text in (*approved, *(passage.search_text for passage in public))]
    names = {name for text in texts for name, _, _ in names_in(text)}
    return GuardIndex(
        places=[place_of(passage) for passage in kept],
        saved_replies=replies,
        copies=copies,
        letters=letters(kept_words, copies, known),
        similar=similar.without(said(map(_similar, public_words), SIMILAR_WORDS, known)),
        code=runs(_code_of(kept), CODE_SIGNS, CODE_SYMBOLS, known).without(
            said(_code_of(public), CODE_SIGNS, known)
        ),
        names={name: row for name, row in _names_of(kept) if name not in names},
        codes=_codes_of(kept, texts),
        public=open_words,
        public_secrets=frozenset(text[start:end] for text in texts for start, end in secrets_in(text)),
    )


def check(text: str, index: GuardIndex, conversation: Conversation | None = None) -> Checked:
    """The verdict on a text that is about to go to the customer of this conversation."""
    folded = fold(text)
    leaks = [*_leaks(folded, index), *(_notes(folded, index, conversation) if conversation else ())]
    refused = _merged(leak for leak in leaks if leak.reason not in WARNINGS)
    warned = _merged(leak for leak in leaks if leak.reason in WARNINGS)
    apart = [leak for leak in warned if not any(_overlap(leak, other) for other in refused)]
    verdict = Verdict.REFUSE if refused else Verdict.WARN if apart else Verdict.ALLOW
    return Checked(verdict, tuple(sorted((*refused, *apart), key=lambda leak: (leak.start, leak.end))))


# ---- what a text gives away --------------------------------------------------------------------------------


def _leaks(folded: Folded, index: GuardIndex) -> Iterator[Leak]:
    known = TokenHashes()
    words = folded.words()
    yield from _copies(folded, words, index, known)
    similar = [word for word in words if word[0] not in FILLER]
    hashes = known.of([stem(word) for word, _, _ in similar])
    for first, last, row in index.similar.find(hashes):
        yield _leak(folded, similar[first][1], similar[last][2], LeakReason.SIMILAR, index.places[row])
    signs = list(symbols(folded.cased))
    for first, last, row in index.code.find(known.of([sign for sign, _, _, _ in signs])):
        yield _leak(folded, signs[first][1], signs[last][2], LeakReason.CODE, index.places[row])
    for name, start, end in names_in(folded.cased):
        if (row := index.names.get(name, -1)) >= 0:
            yield _leak(folded, start, end, LeakReason.IDENTIFIER, index.places[row])
    for code, start, end in spaced_codes(folded.cased):
        if (row := index.codes.get(code, -1)) >= 0:
            yield _leak(folded, start, end, LeakReason.INTERNAL_CODE, index.places[row])
    for start, end in secrets_in(folded.cased):
        if folded.cased[start:end] not in index.public_secrets:
            yield _leak(folded, start, end, LeakReason.SECRET, None)


Words = Sequence[tuple[str, int, int]]


def _copies(folded: Folded, words: Words, index: GuardIndex, known: TokenHashes) -> Iterator[Leak]:
    for start, end, row in _runs_in(words, index.copies, index.letters, known):
        reason = LeakReason.SAVED_REPLY if row in index.saved_replies else LeakReason.INTERNAL_TEXT
        yield _leak(folded, start, end, reason, index.places[row])


def _runs_in(
    words: Words, copies: Runs, run_together: Letters, known: TokenHashes
) -> Iterator[tuple[int, int, int]]:
    """Where in the folded text a run of words stands, as words or run together, and its row."""
    for first, last, row in copies.find(known.of([word for word, _, _ in words])):
        yield words[first][1], words[last][2], row
    at = [place for _, start, end in words for place in range(start, end)]
    for begin, end, row in run_together.find("".join(word for word, _, _ in words)):
        yield at[begin], at[end - 1] + 1, row


def _notes(folded: Folded, index: GuardIndex, conversation: Conversation) -> Iterator[Leak]:
    """What only the notes of this conversation say: no other turn of it, and nothing public."""
    notes = [_plain(turn.text) for turn in conversation.turns if turn.role is Role.NOTE]
    if not notes:
        return
    known = TokenHashes()
    turns = [_plain(turn.text) for turn in conversation.turns if turn.role is not Role.NOTE]
    private = runs(notes, COPIED_WORDS, 1, known).without(said(turns, COPIED_WORDS, known))
    private = private.without(index.public)
    for start, end, _ in _runs_in(folded.words(), private, letters(notes, private, known), known):
        yield _leak(folded, start, end, LeakReason.NOTE, None)


def _leak(folded: Folded, start: int, end: int, reason: LeakReason, place: Place | None) -> Leak:
    return Leak(*folded.span(start, end), reason, place)


def _merged(leaks: Iterable[Leak]) -> list[Leak]:
    """Overlapping pieces with the same reason as one, named after where it begins."""
    merged: list[Leak] = []
    for leak in sorted(leaks, key=lambda leak: (leak.reason, leak.start, leak.end)):
        last = merged[-1] if merged else None
        if last and last.reason is leak.reason and leak.start < last.end:
            merged[-1] = Leak(last.start, max(last.end, leak.end), last.reason, last.place)
        else:
            merged.append(leak)
    return merged


def _overlap(one: Leak, other: Leak) -> bool:
    return one.start < other.end and other.start < one.end


# ---- what the passages say ---------------------------------------------------------------------------------


def _in_force(passage: Passage, as_of: date) -> bool:
    document = passage.document
    begun = document.effective_from is None or document.effective_from <= as_of
    return begun and (document.expires_on is None or as_of <= document.expires_on)


def _words_of(passages: Sequence[Passage]) -> Iterator[Tokens]:
    """The words of each document in order, each title once: a copy may run from one passage into the next."""
    words: dict[str, tuple[list[str], list[int]]] = {}
    titles: dict[str, tuple[str, ...]] = {}
    for row, passage in enumerate(passages):
        tokens, rows = words.setdefault(passage.document.id, ([], []))
        before = titles.get(passage.document.id, ())
        titles[passage.document.id] = passage.title_path
        new = [title for title in passage.title_path if title not in before]
        text = "\n".join((*new, passage.question or "", passage.text))
        found = [word for word, _, _ in fold(text).words()]
        tokens.extend(found)
        rows.extend([row] * len(found))
    for tokens, rows in words.values():
        yield Tokens(tokens, rows, [not token.isdigit() for token in tokens])


_QUOTED = re.compile(r'"([^"\n]{12,600})"|“([^”\n]{12,600})”')
_TOLD = re.compile(
    r"(?:^|[.!?:\n])(?P<told>[^.!?:\n]*\b(?:say|tell|ask|write|answer|reply)\b[^.!?:\n]*):\s*$", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|never|don't|avoid)\b", re.IGNORECASE)
_WHAT_TO_SAY = re.compile(r"what to (?:say|write|answer|reply)", re.IGNORECASE)


def _told_to_say(passages: Sequence[Passage]) -> Iterator[Tokens]:
    """What an internal guide tells its readers to say to customers ("Say: …", below "What to say")."""
    for passage in passages:
        if passage.document.kind is Kind.CODE:
            continue
        text = passage.text
        below = _WHAT_TO_SAY.search(passage.title_path[-1] if passage.title_path else "")
        for quote in _QUOTED.finditer(text):
            told = _TOLD.search(text[max(0, quote.start() - 200) : quote.start()])
            opens_line = below and not text[: quote.start()].rpartition("\n")[2].strip()
            if opens_line or (told and not _NOT.search(told["told"])):
                yield _plain(quote[1] or quote[2])


def _plain(text: str) -> Tokens:
    tokens = [word for word, _, _ in fold(text).words()]
    return Tokens(tokens, [0] * len(tokens), [not token.isdigit() for token in tokens])


def _similar(text: Tokens) -> Tokens:
    """Only the words that carry meaning, by their stems."""
    kept = [place for place, token in enumerate(text.tokens) if token not in FILLER]
    return Tokens(
        [stem(text.tokens[place]) for place in kept],
        [text.rows[place] for place in kept],
        [text.heavy[place] for place in kept],
    )


def _code_of(passages: Sequence[Passage]) -> Iterator[Tokens]:
    """The code passages sign by sign; only symbols weigh."""
    for row, passage in enumerate(passages):
        if passage.document.kind is Kind.CODE:
            signs = list(symbols(fold(passage.text).cased))
            yield Tokens([sign[0] for sign in signs], [row] * len(signs), [sign[3] for sign in signs])


def _names_of(passages: Sequence[Passage]) -> Iterator[tuple[str, int]]:
    for row, passage in enumerate(passages):
        if passage.document.kind is Kind.CODE:
            for name in code_names(fold(passage.search_text).cased):
                yield name, row


def _codes_of(passages: Sequence[Passage], public: Sequence[str]) -> dict[str, int]:
    said = {code for text in public for code, _, _ in spaced_codes(text)}
    found = {
        code: row
        for row, passage in enumerate(passages)
        if passage.document.kind is not Kind.CODE
        for code, _, _ in spaced_codes(fold(passage.search_text).cased)
    }
    return {code: row for code, row in found.items() if code not in said}
