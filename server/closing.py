"""How mails close, and what nobody wrote by hand: signatures, legal footers, auto-replies, images. Pure.

Each rule takes lines without white space around them. Where a rule is unsure the line stays the writer's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _any(*phrases: str, before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(phrases)}){after}", re.IGNORECASE)


_IMAGE = _any(
    r"\[(?:cid:|image\b|inline image|bild\b|screenshot\b)[^\]\n]{0,200}\]",
    r"<image\d*\.\w{3,4}>",
    r"!\[[^\]]{0,200}\]\([^)]{0,500}\)",
    "\ufffc",
    after="+$",
)

# What a machine says of itself, in the first line; or somebody away, and what happens meanwhile.
_SENT_BY_MACHINE = _any(
    r"automatic(?:ally generated)? (?:reply|response|message|delivery status)",
    r"auto[- ]?reply|automated (?:reply|response|message)|out[- ]of[- ]office (?:reply|message|notification)",
    r"delivery status notification|mail delivery (?:failed|subsystem|system)|undeliver(?:able|ed mail)",
    r"abwesenheits(?:notiz|nachricht)|automatische (?:antwort|nachricht)|réponse automatique",
    r"respuesta automática|risposta automatica|automatisch antwoord",
    before=r"\b",
    after=r"\b",
)
_AWAY = _any(
    r"(?:out of|away from|not in) (?:the |my )?office",
    r"on (?:annual |parental |maternity |sick )?(?:leave|holiday|vacation)",
    r"nicht im (?:büro|haus)|im urlaub|abwesend|absente? d[ue]|en congés",
    r"fuera de la oficina|fuori ufficio|niet op kantoor|afwezig",
    before=r"\b",
    after=r"\b",
)
_MEANWHILE = _any(
    r"limited access|no access to|urgent|in my absence|on my return|when i(?: am|'m|) (?:return|back)",
    r"will (?:reply|respond|answer|get back)|(?:e-?mails?|mail|message) (?:will|is|are) not",
    r"dringend\w*|vertretung|nicht weitergeleitet|en mon absence|urgence|urgente",
    before=r"\b",
    after=r"\b",
)
_THANKED = _any(
    r"thank(?:s| you) for (?:your|the) (?:e-?mail|message|mail)",
    r"vielen dank für ihre (?:nachricht|e-?mail|mail)",
    r"merci pour votre (?:message|e-?mail)",
    r"gracias por su (?:mensaje|correo)",
    before=r"\b",
)
_READ_OF_AUTO_REPLY = 6

# Lawyers' phrases, each a mark: one may stand in anybody's mail, several only in a footer.
_LEGAL = tuple(
    _any(*phrases, before=r"\b")
    for phrases in (
        ("confidential|vertraulich|confidentiel|riservat",),
        ("privileged|legally protected",),
        (r"intended (?:solely|only|exclusively|recipient|for)", "addressee|destinat|vorgesehene empfänger"),
        (r"(?:received|erhalten|reçu)\b.{0,60}\b(?:in error|by mistake|irrtümlich|par erreur)",),
        (r"(?:notify|inform|contact) the sender|inform us immediately", "informieren sie|informez|notifique"),
        ("(?:delete|destroy) (?:it|this|the|all)", "vernichten|löschen sie|supprimer|elimin"),
        (r"(?:no|accept|any) (?:\w+ )?(?:liability|responsibility)", "liable|virus"),
        ("must not (?:disclose|copy|use|distribute)", "unauthori[sz]ed|unbefugt|(?:is|strictly) prohibited"),
        ("registered (?:in england|office|number)", "company (?:no|number|registration)", "regulated by"),
        ("amtsgericht|handelsregister|geschäftsführer",),
        ("views (?:or opinions )?expressed|disclaimer",),
    )
)
_LONG_FOOTER = 120
_MARKS_OF_LONG, _MARKS_OF_SHORT = 2, 3
_PRINTING = _any(r"(?:consider|think of|save) the (?:environment|trees|planet)\b", before=r"\W*(?:please )?")
# The helpdesk's own mail server puts it above mails from outside.
_BANNER = _any(
    "caution|warning|achtung|external(?: e-?mail| sender)?",
    before=r"\W*",
    after=r"\b.{0,60}\b(?:originated|outside|external|extern)",
)

_DASHES = re.compile(r"(?:--|—)$")
_DEVICE = r"(?=.{0,20}(?:phone|pad|galaxy|android|mobile|outlook|mail|pixel|samsung|tablet|handy|watch))"
_FROM_DEVICE = _any(
    r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden|skickat) "
    r"(?:from|via|using|by|with|von|mit|de|depuis|desde|da|dal|vanaf|från) "
    r"(?:(?:my|meinem|mon|mi|mio|mijn|min) )?" + _DEVICE + r"[\w .'-]{2,50}",
    r"von mein(?:em|er) [\w .-]{2,30} gesendet",
    r"get outlook for \w+|outlook für \w+ beziehen|télécharger outlook pour \w+",
    after=r"(?:\s*<[^<>\s]{1,200}>)?\.?$",
)
_NAME_BEHIND = r"(?:[ ,.!]*|, ?(?-i:[A-Z])[\w.-]{1,20}(?: (?-i:[A-Z])[\w.-]{0,20}){0,2})$"
_SIGN_OFF = _any(
    r"(?:(?:and|with|many|kind|kindest|best|warm|warmest|our|my) )*(?:regards|wishes)",
    r"yours(?: (?:faithfully|sincerely|truly))?|(?:sincerely|respectfully)(?: yours)?",
    r"best|all the best|cheers",
    r"(?:many )?(?:thanks|thank you|thx)(?: (?:in advance|again|so much|very much|a lot))?"
    r"(?: and (?:(?:kind|best|warm) )*(?:regards|wishes))?",
    r"mit (?:freundlichen|besten|herzlichen) grü(?:ß|ss)en|mfg",
    r"(?:viele|liebe|beste|herzliche|freundliche)n? grü(?:ß|ss)e",
    r"(?:bien )?cordialement|salutations(?: distinguées)?",
    r"(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|(?:cordiali |distinti )?saluti",
    r"met vriendelijke groet(?:en)?|med vänliga? hälsning(?:ar)?|med venlig hilsen",
    after=_NAME_BEHIND,
)
_PROSE = re.compile(r"\?|^p\.? ?s\b|(?:\S+\s+){6,}\S*[.!]$", re.IGNORECASE)
_REACH = re.compile(r"[@|]|\bwww\.|https?:|\d{4}|\b(?:tel|phone|mobile|fax)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\b(?:order|invoice|reference|ref|booking|customer|ticket)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_IN_SIGNATURE = 100


def is_image(line: str) -> bool:
    """Whether the line only stands for a picture ("[cid:image001.png]")."""
    return bool(_IMAGE.match(line))


def is_auto_reply(lines: Sequence[str]) -> bool:
    """Whether a machine wrote it: an absence note or a delivery report. Machines ask nothing."""
    told = [line for line in lines if line]
    opening, whole = "\n".join(told[:_READ_OF_AUTO_REPLY]), "\n".join(told[: 4 * _READ_OF_AUTO_REPLY])
    if "?" in whole:
        return False
    if told and _SENT_BY_MACHINE.search(told[0]):
        return True
    return bool(_AWAY.search(opening) and (_MEANWHILE.search(whole) or _THANKED.match(opening)))


def footer_lines(lines: Sequence[str]) -> list[int]:
    """The lines of the legal paragraphs at the end and of a mail server's banner at the top.

    A first paragraph is no legal footer: whoever writes nothing else means it.
    """
    first, *later = _paragraphs(lines) or [[]]
    found = first if _BANNER.match(_text(lines, first)) else []
    for paragraph in reversed(later):
        if not _is_footer(_text(lines, paragraph)):
            break
        found = found + paragraph
    return found


def signature_lines(lines: Sequence[str]) -> list[int]:
    """The lines of the signature: below "--" all but prose, below a sign-off what reads like a contact."""
    written = [place for place, line in enumerate(lines) if line]
    dashes = next((place for place in written if _DASHES.match(lines[place])), len(lines))
    sign_off = next((place for place in written[1:] if _SIGN_OFF.match(lines[place])), len(lines))
    return [place for place in written if _is_signature(lines[place], place, sign_off, dashes)]


def _is_signature(line: str, place: int, sign_off: int, dashes: int) -> bool:
    if _FROM_DEVICE.match(line) or place in (sign_off, dashes):
        return True
    return (place > dashes and not _PROSE.search(line)) or (place > sign_off and _is_contact(line))


def _is_contact(line: str) -> bool:
    """Whether it reads like a name, a role, a firm or a way to reach somebody."""
    if len(line) > _LONGEST_IN_SIGNATURE or _PROSE.search(line) or _REFERENCE.search(line):
        return False
    words = _WORD.findall(line)
    return bool(_REACH.search(line)) or len(words) <= 1 or all(w[0].isupper() for w in words if len(w) > 3)


def _is_footer(text: str) -> bool:
    if _PRINTING.match(text):
        return True
    marks = sum(bool(mark.search(text)) for mark in _LEGAL)
    enough = _MARKS_OF_LONG if len(text) >= _LONG_FOOTER else _MARKS_OF_SHORT
    return "?" not in text and marks >= enough


def _text(lines: Sequence[str], places: Sequence[int]) -> str:
    return " ".join(lines[place] for place in places)


def _paragraphs(lines: Sequence[str]) -> list[list[int]]:
    """The places of the lines, paragraph by paragraph."""
    paragraphs: list[list[int]] = [[]]
    for place, line in enumerate(lines):
        if line:
            paragraphs[-1].append(place)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]
