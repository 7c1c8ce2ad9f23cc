"""People and the tokens that prove who acts: random, shown once, stored as a digest, expiring, revocable."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, update

from server.database import database_errors, writing
from server.person import Person, PersonRole
from server.tables import people, tokens

log = logging.getLogger("sotto.people")

CODE_LIFE = timedelta(minutes=15)
PAGE_LIFE = timedelta(hours=12)
ADMISSION_LIFE = timedelta(minutes=2)
_NAME = re.compile(r"[^\W_](?:[\w .'@+-]{0,58}[\w.])?")


class Purpose(StrEnum):
    """What a token is good for; one kind never passes for another."""

    PERSON = "person"
    PANEL = "panel"
    CODE = "code"
    PAGE = "page"
    ADMISSION = "admission"
    BROWSER = "browser"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the administrator sees them; `expires_at` is when the last of their own tokens ends."""

    person: Person
    expires_at: datetime | None
    revoked: bool

    @property
    def standing(self) -> str:
        """What the administrator reads: "until 2027-02-20", "revoked" or "none"."""
        if self.revoked:
            return "revoked"
        return f"until {self.expires_at.date()}" if self.expires_at else "none"


class People:
    """Everyone who may act. Synchronous, safe to use from many threads and processes.

    Every method raises DatabaseUnavailable when the database can't do it. A caller never learns why a token
    was refused; the log does.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._clock = clock

    def add(self, name: str, roles: Iterable[PersonRole | str], team: str, days: int) -> str:
        """A token for this person, shown only now; it ends their earlier ones and sets roles and team.

        Raises ValueError for a name, role, team or number of days that can't be.
        """
        person = Person(_valid("name", name), _valid_roles(roles), _valid("team", team))
        if days < 1:
            raise ValueError(f"days: expected at least 1, received {days}")
        now = self._clock()
        with database_errors(), self._writing.begin() as connection:
            key = _put_person(connection, person, now)
            _end_tokens(connection, key, now)
            return issue(connection, key, Purpose.PERSON, now, timedelta(days=days))

    def find(self, token: str, now: datetime) -> Person | None:
        """The person whose own, panel's or browser's token this is; None when wrong, expired or revoked."""
        return self._find(token, (Purpose.PERSON, Purpose.PANEL, Purpose.BROWSER), now)

    def revoke(self, name: str) -> bool:
        """Ends every token of a person at once; False when nobody has this name."""
        now = self._clock()
        with database_errors(), self._writing.begin() as connection:
            key = _key(connection, name)
            if key is None:
                return False
            _end_tokens(connection, key, now)
            connection.execute(update(people).where(people.c.id == key).values(revoked_at=now))
            return True

    def list(self) -> list[Listed]:
        """Everyone, by name."""
        with database_errors(), self._engine.connect() as connection:
            own = and_(
                tokens.c.person == people.c.id,
                tokens.c.purpose == Purpose.PERSON,
                tokens.c.ended_at.is_(None),
            )
            rows = connection.execute(
                select(people, tokens.c.expires_at).outerjoin(tokens, own).order_by(people.c.name)
            ).all()
        return [Listed(_person(row), row.expires_at, row.revoked_at is not None) for row in rows]

    # ---- pages ------------------------------------------------------------------------------------------

    def link(self, name: str) -> str | None:
        """A code that signs this person in once, within CODE_LIFE; None when nobody active has this name."""
        return self._issue_to(name, Purpose.CODE, CODE_LIFE)

    def exchange(self, code: str, now: datetime) -> str | None:
        """The secret of a page's cookie for a one-time code; None when it was used, is wrong or too old."""
        return self._trade(digest_of(code), Purpose.CODE, Purpose.PAGE, now, PAGE_LIFE)

    def signed_in(self, cookie: str, now: datetime) -> Person | None:
        """The person whose page cookie this is, or None."""
        return self._find(cookie, (Purpose.PAGE,), now)

    def sign_out(self, cookie: str) -> None:
        """Ends a page's cookie."""
        mine = and_(tokens.c.digest == digest_of(cookie), tokens.c.purpose == Purpose.PAGE)
        with database_errors(), self._writing.begin() as connection:
            connection.execute(update(tokens).where(mine).values(ended_at=self._clock()))

    def panel_token(self, name: str) -> str | None:
        """A token for the panel as a web page, good for PAGE_LIFE; None when nobody active has this name."""
        return self._issue_to(name, Purpose.PANEL, PAGE_LIFE)

    # ---- the panel of a browser -------------------------------------------------------------------------

    def admit_browser(self, name: str, challenge: str) -> str | None:
        """A code that a browser trades for its token within ADMISSION_LIFE; None when nobody active is it.

        Only who knows what `challenge` is the digest of can trade it. An earlier code ends.
        """
        now = self._clock()
        with database_errors(), self._writing.begin() as connection:
            key = _key(connection, name, active=True)
            if key is None:
                return None
            _end_tokens(connection, key, now, Purpose.ADMISSION)
            return issue(connection, key, Purpose.ADMISSION, now, ADMISSION_LIFE, challenge)

    def browser_token(self, code: str, verifier: str, days: int) -> str | None:
        """The token of a browser that was let in; None when the code was used, is wrong or too old."""
        digest = digest_of(code + challenge_of(verifier))
        return self._trade(digest, Purpose.ADMISSION, Purpose.BROWSER, self._clock(), timedelta(days=days))

    def browsers(self, name: str) -> int:
        """How many browsers of a person are let in now."""
        living = and_(tokens.c.ended_at.is_(None), tokens.c.expires_at > self._clock())
        mine = and_(people.c.name == name, tokens.c.purpose == Purpose.BROWSER, living)
        with database_errors(), self._engine.connect() as connection:
            joined = select(func.count()).select_from(tokens.join(people, tokens.c.person == people.c.id))
            return int(connection.execute(joined.where(mine)).scalar_one())

    def end_browsers(self, name: str) -> None:
        """Ends the tokens of all browsers of a person."""
        with database_errors(), self._writing.begin() as connection:
            key = _key(connection, name)
            if key is not None:
                _end_tokens(connection, key, self._clock(), Purpose.BROWSER)

    def end_browser(self, token: str) -> None:
        """Ends the token of one browser; any other token stays."""
        mine = and_(tokens.c.digest == digest_of(token), tokens.c.purpose == Purpose.BROWSER)
        with database_errors(), self._writing.begin() as connection:
            connection.execute(update(tokens).where(mine).values(ended_at=self._clock()))

    def forget_expired(self, moment: datetime) -> int:
        """Removes what expired before the moment, except people's own tokens; says how many."""
        old = and_(tokens.c.expires_at < moment, tokens.c.purpose != Purpose.PERSON)
        with database_errors(), self._writing.begin() as connection:
            return connection.execute(delete(tokens).where(old)).rowcount

    def _trade(
        self, digest: str, given: Purpose, wanted: Purpose, now: datetime, life: timedelta
    ) -> str | None:
        """Ends the one-time secret of this digest and issues another in its place, once."""
        unused = and_(
            tokens.c.digest == digest,
            tokens.c.purpose == given,
            tokens.c.ended_at.is_(None),
            tokens.c.expires_at > now,
        )
        with database_errors(), self._writing.begin() as connection:
            used = connection.execute(
                update(tokens).where(unused).values(ended_at=now).returning(tokens.c.person)
            )
            key = used.scalar()
            return None if key is None else issue(connection, key, wanted, now, life)

    def _issue_to(self, name: str, purpose: Purpose, life: timedelta) -> str | None:
        with database_errors(), self._writing.begin() as connection:
            key = _key(connection, name, active=True)
            return None if key is None else issue(connection, key, purpose, self._clock(), life)

    def _find(self, token: str, purposes: tuple[Purpose, ...], now: datetime) -> Person | None:
        with database_errors(), self._engine.connect() as connection:
            # Looking up a digest tells no timing about the secret: the digest of a guess is as random as it.
            row = connection.execute(
                select(people, tokens.c.purpose, tokens.c.expires_at, tokens.c.ended_at)
                .join(tokens, tokens.c.person == people.c.id)
                .where(tokens.c.digest == digest_of(token))
            ).first()
        if row is None or row.purpose not in purposes:
            log.warning("token refused: wrong")
            return None
        if row.ended_at is not None or row.revoked_at is not None:
            log.warning("token refused: revoked, person %s", row.name)
            return None
        if row.expires_at <= now:
            log.warning("token refused: expired, person %s", row.name)
            return None
        return _person(row)


def digest_of(token: str) -> str:
    """What is kept of a token: SHA-256 is enough for 256 random bits, which are no password someone chose."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def challenge_of(verifier: str) -> str:
    """What a browser shows beforehand of the secret that it proves to know afterwards."""
    digest = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def issue(
    connection: Connection, key: int, purpose: Purpose, now: datetime, life: timedelta, bound_to: str = ""
) -> str:
    """A new secret; what it is bound to must be shown with it."""
    token = secrets.token_urlsafe(32)
    values = {"purpose": purpose.value, "person": key, "made_at": now, "expires_at": now + life}
    connection.execute(insert(tokens).values(digest=digest_of(token + bound_to), **values))
    return token


def _put_person(connection: Connection, person: Person, now: datetime) -> int:
    values = {"team": person.team, "roles": sorted(role.value for role in person.roles), "revoked_at": None}
    key = _key(connection, person.name)
    if key is not None:
        connection.execute(update(people).where(people.c.id == key).values(**values))
        return key
    added = insert(people).values(name=person.name, added_at=now, **values).returning(people.c.id)
    return int(connection.execute(added).scalar_one())


def _end_tokens(connection: Connection, key: int, now: datetime, purpose: Purpose | None = None) -> None:
    live = and_(tokens.c.person == key, tokens.c.ended_at.is_(None))
    if purpose is not None:
        live = and_(live, tokens.c.purpose == purpose)
    connection.execute(update(tokens).where(live).values(ended_at=now))


def _key(connection: Connection, name: str, *, active: bool = False) -> int | None:
    statement = select(people.c.id).where(people.c.name == name)
    if active:
        statement = statement.where(people.c.revoked_at.is_(None))
    return connection.execute(statement).scalar()


def _person(row: object) -> Person:
    name, roles, team = (getattr(row, column) for column in ("name", "roles", "team"))
    return Person(name, frozenset(PersonRole(role) for role in roles), team)


def _valid(what: str, value: str) -> str:
    value = unicodedata.normalize("NFC", value.strip())
    if not _NAME.fullmatch(value):
        raise ValueError(f"{what}: expected 1 to 60 letters, digits, spaces or . ' @ + -, received {value!r}")
    return value


def _valid_roles(roles: Iterable[PersonRole | str]) -> frozenset[PersonRole]:
    found = frozenset(PersonRole(role) for role in roles)
    if not found:
        raise ValueError(f"roles: expected one or more of {', '.join(PersonRole)}, received none")
    return found
