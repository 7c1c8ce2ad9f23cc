"""The lead's page of flags: how often agents agreed to each reason, and the team's thresholds to move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Annotated, Protocol, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy import Engine

from server.access import may_review
from server.conversation import Reason
from server.flag_answers import FlagRecord, flag_record
from server.flag_preview import Difference, Level, differences
from server.flags import FlagRule, Thresholds, shipped_thresholds
from server.kept_conversations import newest_conversations
from server.pages import is_own_form, page, refusal, signed_in
from server.person import Person
from server.store import Store
from server.threshold_form import LONGEST_WHY, Asked, percent, read_form
from server.thresholds import StoredThresholds, ThresholdChange

ANSWERED_WITHIN = timedelta(days=90)
PREVIEWED = 100
LISTED = 20
LEVELS = {Level.NOTHING: "not at all", Level.QUIET: "as a dot", Level.SHOWN: "shown"}


class LiveFlags(Protocol):
    """The flags of the running server."""

    @property
    def rules(self) -> Sequence[FlagRule] | None:
        """What decides them; None while the model is being loaded."""

    def thresholds_changed(self) -> None:
        """A change of thresholds was put on record: it holds from now on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reason as the page shows it; `shipped` is None where there is nothing to move."""

    reason: Reason
    record: FlagRecord
    shipped: Thresholds | None
    history: tuple[ThresholdChange, ...]

    @property
    def name(self) -> str:
        """The reason in words."""
        return self.reason.value.replace("_", " ")

    @property
    def now(self) -> Thresholds | None:
        """The thresholds that hold."""
        return self.shipped and self.after(self.history[0]) if self.history else self.shipped

    @property
    def version(self) -> int:
        """The number of the change that holds; 0 before the first."""
        return self.history[0].version if self.history else 0

    def after(self, change: ThresholdChange) -> Thresholds:
        """What held after a change, were it made today."""
        assert self.shipped is not None, "a reason without thresholds has no changes"
        return change.on(self.shipped)

    def moved(self, asked: Asked) -> tuple[float | None, float | None]:
        """What to move: a threshold that equals the release's follows it when a later one has another."""
        wanted, shipped = asked.thresholds, self.shipped
        if wanted is None or shipped is None:
            return None, None
        return (
            None if percent(wanted.quiet) == percent(shipped.quiet) else wanted.quiet,
            None if percent(wanted.shown) == percent(shipped.shown) else wanted.shown,
        )

    def wanted(self, asked: Asked) -> Thresholds | None:
        """What would hold; None when nothing else than now is asked."""
        if asked.thresholds is None or self.shipped is None:
            return None
        wanted = self.shipped.moved(*self.moved(asked))
        return None if wanted == self.now else wanted


@dataclass(frozen=True, slots=True)
class Preview:
    """What thresholds would have changed in the newest conversations."""

    looked_at: int
    differences: tuple[Difference, ...]

    def count(self, reason: Reason, level: Level, *, gained: bool) -> int:
        """In how many conversations the reason would come to this level, or leave it."""
        pairs = [(each.before, each.after) for each in self.differences if each.reason is reason]
        return sum((after if gained else before) is level for before, after in pairs)


class ChangeForm(BaseModel):
    """The form of a change as it was sent."""

    quiet: str = ""
    shown: str = ""
    why: str = ""
    version: int = -1
    secret: str = ""


class FlagDesk:
    """What the pages share: the running flags, this release's thresholds, and one preview at a time."""

    def __init__(self, live: Callable[[], LiveFlags]) -> None:
        self.live = live
        self._shipped = shipped_thresholds()
        # Deciding is work: two leads who look at once must not slow the panels twice.
        self._previewing = Lock()

    def rows(self, engine: Engine, team: str) -> list[Row]:
        """Every reason, each with the change that holds."""
        record = flag_record(engine, team, datetime.now(UTC) - ANSWERED_WITHIN)
        newest = {each.reason: (each,) for each in StoredThresholds(engine).newest() if each.team == team}
        return [Row(each, record, self._shipped.get(each), newest.get(each, ())) for each in Reason]

    def row(self, engine: Engine, team: str, reason: Reason) -> Row:
        """One reason with all its changes."""
        record = flag_record(engine, team, datetime.now(UTC) - ANSWERED_WITHIN)
        history = tuple(StoredThresholds(engine).history(team, reason))
        return Row(reason, record, self._shipped.get(reason), history)

    def reason_page(
        self, request: Request, person: Person, row: Row, asked: Asked, refused: tuple[int, str] | None = None
    ) -> Response:
        """The page of one reason, with a preview of what is asked if it can be."""
        status, problem = refused or ((400, asked.problem) if asked.problem else (200, ""))
        wanted = row.wanted(asked)
        preview = self._preview(_engine(request), person.team, row.reason, wanted) if wanted else None
        if wanted and preview is None:
            status, problem = 503, "The flags are still being loaded. Try again in a moment."
        return page(
            request,
            "thresholds.html",
            status,
            person=person,
            row=row,
            asked=asked,
            wanted=wanted,
            preview=preview,
            problem=problem,
            percent=percent,
            level=Level,
            levels=LEVELS,
            listed=LISTED,
            longest_why=LONGEST_WHY,
        )

    def _preview(self, engine: Engine, team: str, reason: Reason, wanted: Thresholds) -> Preview | None:
        rules = self.live().rules
        if rules is None:
            return None
        with self._previewing:
            talks = [each.conversation for each in newest_conversations(engine, team, PREVIEWED)]
            now = {row.reason: row.now for row in self.rows(engine, team) if row.now and row.version}
            found = differences(rules, talks, now, {**now, reason: wanted})
        return Preview(len(talks), tuple(found))


def flag_pages(live: Callable[[], LiveFlags]) -> APIRouter:
    """The routes of the flags' pages; `live` gives the flags of the running server."""
    router = APIRouter(include_in_schema=False)
    desk = FlagDesk(live)

    @router.get("/review/flags")
    def flags(request: Request) -> Response:
        """Every reason: how often agents agreed, and the team's thresholds."""
        person = _lead(request)
        if isinstance(person, Response):
            return person
        rows = desk.rows(_engine(request), person.team)
        return page(request, "flags.html", person=person, rows=rows, percent=percent)

    @router.get("/review/flags/{reason}")
    def flag(request: Request, reason: Reason, quiet: str = "", shown: str = "", back: str = "") -> Response:
        """One reason with its history; with thresholds in the query, what they would change."""
        person = _lead(request)
        if isinstance(person, Response):
            return person
        row = desk.row(_engine(request), person.team, reason)
        return desk.reason_page(request, person, row, read_form(row.now, quiet, shown, _restoring(back)))

    @router.post("/review/flags/{reason}")
    def move(request: Request, reason: Reason, form: Annotated[ChangeForm, Form()]) -> Response:
        """Put the change on record; it holds at once."""
        person = _lead(request)
        if isinstance(person, Response):
            return person
        if not is_own_form(request, form.secret):
            advice = "Open the flags again and change it there."
            return refusal(request, 403, "Nothing was changed", advice, person)
        row = desk.row(_engine(request), person.team, reason)
        asked = read_form(row.now, form.quiet, form.shown, form.why)
        refused = _problem(row, asked, form.version)
        if refused is None and not _save(request, person, row, asked):
            row, refused = desk.row(_engine(request), person.team, reason), _OVERTAKEN
        if refused:
            return desk.reason_page(request, person, row, asked, refused)
        desk.live().thresholds_changed()
        return RedirectResponse(f"/review/flags/{reason.value}", 303)

    return router


_OVERTAKEN = (
    409,
    "Somebody changed these meanwhile. Look at what holds now, and save again if you still want.",
)


def _restoring(back: str) -> str:
    """Why, in the words of a lead who restores a change (0: what is shipped)."""
    if not (back.isdecimal() and len(back) < 7):
        return ""
    return f"Back to change {int(back)}." if int(back) else "Back to what is shipped."


def _problem(row: Row, asked: Asked, version: int) -> tuple[int, str] | None:
    """Why this change can't be put on record: a status and what to do."""
    if row.shipped is None or asked.thresholds is None:
        return 400, asked.problem or "This reason has no thresholds."
    if version != row.version:
        return _OVERTAKEN
    if row.wanted(asked) is None:
        return 400, "These are the thresholds that hold already."
    if not asked.why:
        return 400, "Say why in a few words: whoever leads the team next will want to know."
    if len(asked.why) > LONGEST_WHY:
        return 400, f"The reason has {len(asked.why)} characters; {LONGEST_WHY} fit."
    return None


def _save(request: Request, person: Person, row: Row, asked: Asked) -> bool:
    """False and nothing when another change came first."""
    quiet, shown = row.moved(asked)
    now = datetime.now(UTC)
    change = ThresholdChange(
        person.team, row.reason, row.version + 1, quiet, shown, person.name, now, asked.why
    )
    return StoredThresholds(_engine(request)).save(change)


def _lead(request: Request) -> Person | Response:
    """Who looks, or the page that says why they may not."""
    person = signed_in(request)
    if person is None:
        advice = "Open your sign-in link. A new one: python -m server people link NAME"
        return refusal(request, 401, "Please sign in", advice, None)
    if not may_review(person):
        advice = "Flags are reviewed by team leads. Ask your administrator for the role lead."
        return refusal(request, 403, "This page is not for your role", advice, person)
    return person


def _engine(request: Request) -> Engine:
    return cast(Store, request.app.state.store).engine
