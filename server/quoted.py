"""A turn split into its writer's own words and the rest: quotes, forwards, signatures, footers. Pure.

Which line introduces older mail is quotequail's decision. The rules here say what such a line must look like
to be believed: own words lost are worse than a quote kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import quotequail

from server.closing import footer_lines, is_auto_reply, is_image, signature_lines

# A longer line introduces nothing; the library is asked about so many lines of a turn. Both bound its time.
LONGEST_INTRO = 300
MOST_ASKED = 60
TURNS_REMEMBERED = 1024


class Rest(StrEnum):
    """What a piece of a turn is when it is not its writer's own words."""

    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    FOOTER = "footer"
    AUTO_REPLY = "auto_reply"
    IMAGE = "image"


Kind = Rest | None


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` (code points), whole lines; `rest` is None for the writer's own words."""

    start: int
    end: int
    rest: Kind


_MARKED = re.compile(r"[ \t]*>(?![:;=]-?[()\[\]/|DPp])")
_MAY_INTRODUCE = re.compile(r"(?=.{8}).*[:>_-]$")
# A program states the time or the address; "On 2 March somebody wrote:" is a person telling.
_BY_A_PROGRAM = re.compile(r"\d[:.]\d\d|@")
# In whatever language: a time, then an address in brackets, and the line ends as an introduction does.
_TIME_AND_ADDRESS = re.compile(r"\d{1,2}[:.]\d\d\b.{0,120}<[^<>\s]{1,120}@[^<>\s]{1,120}>.{0,40}(?::|-{3})$")
_REPLY_ABOVE = re.compile(r"[\W_]*(?:please )?(?:type your )?reply above this line[\W_]*$", re.IGNORECASE)
_LINE_BETWEEN = re.compile(r"(?:[_-]{3,}|-{3,} ?\w[\w -]{3,40}-{3,})$")
_WORD = re.compile(r"[^\W_]")
_HEADERS = tuple(
    re.compile(rf"[>\s*]*(?:{names})[ \xa0]?:", re.IGNORECASE)
    for names in (
        "From|Von|De|Da|Van|Från|Fra|Od",
        "To|An|À|A|Para|Aan|Till|Til|Do|Cc|Kopie",
        "Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano",
        "Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Ämne|Emne|Temat",
    )
)
_MOST_HEADER_LINES = 8
_ENOUGH_HEADERS = 3


@lru_cache(maxsize=TURNS_REMEMBERED)
def split(text: str) -> tuple[Piece, ...]:
    """The whole text in order as pieces of whole lines; neighbours of one kind are one piece."""
    lines = text.splitlines(keepends=True)
    kinds = _kinds([line.strip() for line in lines])
    pieces: list[Piece] = []
    at = 0
    for kind, group in groupby(zip(kinds, lines, strict=True), itemgetter(0)):
        length = sum(len(line) for _, line in group)
        pieces.append(Piece(at, at + length, kind))
        at += length
    return tuple(pieces)


def own_words(text: str) -> str:
    """The text with all but its writer's own words blanked out; every kept character stays at its offset."""
    return _only(text, None)


def forwarded(text: str) -> str:
    """The mail that was forwarded with this turn, everything else blanked out; blank when there is none."""
    return _only(text, Rest.FORWARDED)


def opening(text: str, most: int) -> tuple[int, int]:
    """Where the first own words stand, at most `most` code points; the beginning when there are none."""
    own = next((p for p in split(text) if p.rest is None and text[p.start : p.end].strip()), None)
    if own is None:
        return 0, min(most, len(text))
    words = text[own.start : own.end]
    start = own.start + len(words) - len(words.lstrip())
    return start, min(start + most, own.start + len(words.rstrip()))


def compact(text: str) -> str:
    """Blanked-out text without its gaps: for reading, where offsets don't matter."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip()


def _only(text: str, kind: Kind) -> str:
    pieces = split(text)
    if all(piece.rest is kind for piece in pieces):
        return text
    parts = ((text[piece.start : piece.end], piece.rest) for piece in pieces)
    return "".join(part if rest is kind else re.sub(r"[^\n]", " ", part) for part, rest in parts)


def _kinds(lines: Sequence[str]) -> list[Kind]:
    """What each line is: quotes and forwards first, then what closes the writer's own part."""
    kinds: list[Kind] = [Rest.QUOTED if _MARKED.match(line) else None for line in lines]
    _mark_older_mail(lines, kinds)
    if is_auto_reply([line for line, kind in zip(lines, kinds, strict=True) if kind is None]):
        return [Rest.AUTO_REPLY if kind is None else kind for kind in kinds]
    for place, line in enumerate(lines):
        if kinds[place] is None and is_image(line):
            kinds[place] = Rest.IMAGE
    for closing, rest in ((footer_lines, Rest.FOOTER), (signature_lines, Rest.SIGNATURE)):
        own = [place for place, kind in enumerate(kinds) if kind is None]
        for found in closing([lines[place] for place in own]):
            kinds[own[found]] = rest
    return kinds


def _mark_older_mail(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Mark what introduces older mail; where that mail has no ">" of its own, all that follows is it."""
    asked = 0
    for place in range(len(lines)):
        if kinds[place] is not None or not lines[place]:
            continue
        may = asked < MOST_ASKED and _may_introduce(lines[place])
        asked += may
        intro = _intro(lines, kinds, place, may)
        if intro is None:
            continue
        begin, kind = intro
        after = next((at for at in range(place + 1, len(lines)) if lines[at]), len(lines))
        marked = after < len(lines) and kinds[after] is Rest.QUOTED
        end = _end_of_marked(lines, kinds, after) if marked else len(lines)
        kinds[begin:end] = [kind] * (end - begin)


def _end_of_marked(lines: Sequence[str], kinds: Sequence[Kind], start: int) -> int:
    return next((at for at in range(start, len(lines)) if lines[at] and kinds[at] is None), len(lines))


def _may_introduce(line: str) -> bool:
    return len(line) <= LONGEST_INTRO and bool(_MAY_INTRODUCE.match(line))


def _intro(lines: Sequence[str], kinds: Sequence[Kind], place: int, ask: bool) -> tuple[int, Rest] | None:
    """Where the introduction begins that ends on this line, and what it introduces."""
    line = lines[place]
    if _REPLY_ABOVE.match(line):
        return place, Rest.QUOTED
    if _are_headers(lines, place):
        return place, Rest.FORWARDED
    if _LINE_BETWEEN.match(line):
        after = next((at for at in range(place + 1, len(lines)) if lines[at]), place)
        if _are_headers(lines, after):
            return place, Rest.FORWARDED
        if not _WORD.search(line):
            return None
    return _asked_intro(lines, kinds, place) if ask else None


def _asked_intro(lines: Sequence[str], kinds: Sequence[Kind], place: int) -> tuple[int, Rest] | None:
    """What the library says of this line, alone or wrapped from the line before."""
    wrapped = place > 0 and kinds[place - 1] is None and len(lines[place - 1]) <= LONGEST_INTRO
    window = "\n".join(lines[place - wrapped : place + 1]).replace("\xa0", " ").replace("\u202f", " ")
    if _TIME_AND_ADDRESS.search(lines[place]):
        return place, Rest.QUOTED
    if _TIME_AND_ADDRESS.search(window.replace("\n", " ")):
        return place - 1, Rest.QUOTED
    *_, (is_own, intro) = quotequail.quote(window, quote_intro_line=True)
    if is_own:
        return None
    begin = place - intro.count("\n")
    if (quotequail.unwrap(intro) or {}).get("type") == "forward":
        return begin, Rest.FORWARDED
    return (begin, Rest.QUOTED) if _BY_A_PROGRAM.search(intro) else None


def _are_headers(lines: Sequence[str], place: int) -> bool:
    """Whether a mail's headers begin here; a customer's own "From: Leeds, To: York, Date:" is no mail."""
    if ":" not in lines[place] or not any(header.match(lines[place]) for header in _HEADERS):
        return False
    # Pages that show each header as a paragraph leave gaps between them.
    block = [line for line in lines[place : place + 2 * _MOST_HEADER_LINES] if line][:_MOST_HEADER_LINES]
    sender, *_, subject = found = [any(header.match(line) for line in block) for header in _HEADERS]
    return sender and sum(found) >= _ENOUGH_HEADERS and (subject or any("@" in line for line in block))
