"""Keys, tokens and passwords, by how they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.mask import told_passwords

# Possessive or bounded throughout: nobody's text may make these slow.
_KEYS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}                                 # Amazon
    | gh[pousr]_[0-9A-Za-z]{30,255} | github_pat_\w{30,255}     # GitHub
    | glpat-[0-9A-Za-z_-]{18,64}                                # GitLab
    | xox[abeoprs]-[0-9A-Za-z-]{10,255}                         # Slack
    | (?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,255}            # Stripe
    | sk-[0-9A-Za-z_-]{20,255}                                  # model providers
    | AIza[0-9A-Za-z_-]{30,64} | ya29\.[0-9A-Za-z_-]{20,255}    # Google
    | npm_[0-9A-Za-z]{30,64} | pypi-[0-9A-Za-z_-]{30,255}       # package registries
    | SG\.[0-9A-Za-z_-]{16,64}\.[0-9A-Za-z_-]{16,64}            # SendGrid
    | eyJ[0-9A-Za-z_-]{8,4096}\.eyJ[0-9A-Za-z_-]{4,4096}\.[0-9A-Za-z_-]{0,4096}  # JSON web tokens
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN[A-Z ]{0,30} PRIVATE KEY-----"
    r"(?:(?:[^-]|-(?!----)){0,20000}-----END[A-Z ]{0,30} PRIVATE KEY-----)?"
)
_CONNECTION = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,30}://[^\s/:@]{0,200}:[^\s/@]{1,200}@[^\s]{1,300}", re.IGNORECASE
)
# "…_key = value": a value of letters and digits, for an address's own "?token=…" is the customer's.
_ASSIGNED = re.compile(
    r"""(?<![?&\w-])["']?(?:\w{1,40}[_-])?(?:api[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?|access[_-]?(?:key|token)
    |auth[_-]?token|client[_-]?secret|private[_-]?key|token|passw(?:or)?d|pwd)["']?[ \t]{0,4}[:=]=?[ \t]{0,4}
    ["']?(?P<value>(?=[^\s"';,]{0,100}\d)(?=[^\s"';,]{0,100}[A-Za-z])[^\s"';,]{8,200})""",
    re.IGNORECASE | re.VERBOSE,
)
_BEARER = re.compile(
    r"\bBearer[ \t]{1,4}(?P<value>(?=[^\s]{0,200}\d)[0-9A-Za-z._~+/=-]{16,4096})", re.IGNORECASE
)
_PASSWORD_FIELD = re.compile(r"\b(?:password|pwd)=(?P<value>[^\s;]{4,200});", re.IGNORECASE)


def secrets_in(text: str) -> Iterator[tuple[int, int]]:
    """Where a key, token or password stands, in no order; the same one may come twice."""
    for pattern in (_KEYS, _PRIVATE_KEY, _CONNECTION):
        for found in pattern.finditer(text):
            yield found.span()
    for pattern in (_ASSIGNED, _BEARER, _PASSWORD_FIELD):
        for found in pattern.finditer(text):
            yield found.span("value")
    for start, end in told_passwords(text):
        if _looks_chosen(text[start:end]):
            yield start, end


def _looks_chosen(value: str) -> bool:
    """Whether a word after "the password is" can be one: six signs or more, and not a plain word."""
    bare = value.strip("\"'“”.,;:!?)")
    plain = bare.isalpha() and bare[1:] == bare[1:].lower()
    return len(bare) >= 6 and not plain and " " not in bare
