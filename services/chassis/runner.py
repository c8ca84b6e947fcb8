"""The runner around the pure handlers: parse, dedupe, prepare, decide, write, publish; or park, or dead-letter.

``Runner.process`` returns only when a record is fully dealt with: its effect and its events are in the
database and the broker has acknowledged the events, or the record lies in the dead letters. It raises nothing
but cancellation and defects of its own; then the record must not be acknowledged.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.base import Contract
from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import CorrectDeadLetter, DeadLetterResolved, DiscardDeadLetter, ReplayDeadLetter
from schemas.envelope import CloudEvent, cause_of
from schemas.events import BY_DATA
from schemas.topics import DEAD_LETTER_RESOLUTIONS, Topic
from services.chassis import dead_letters, metrics
from services.chassis.commit import GroupCommit
from services.chassis.dead_letters import DeadLetter, Failure, Flood
from services.chassis.errors import Outgoing, Permanent, Stopped, Transient, describe, stack_of
from services.chassis.logs import about
from services.chassis.outbox import Relay, Unpublished, add_events, jittered, unpublished_in, unpublished_of
from services.chassis.parsing import Malformed, Parser, head_of
from services.chassis.private.vault import Forgotten, KeysWanted, Vault, keys_about
from services.chassis.record import Record
from services.chassis.settings import ServiceSettings
from services.chassis.tables import inbox

log = logging.getLogger(__name__)

_RECEIVED = inbox.insert()
_COMMANDS = {BY_DATA[data].type: data for data in (ReplayDeadLetter, DiscardDeadLetter, CorrectDeadLetter)}

Data = TypeVar("Data", bound=Contract)
Prepared = TypeVar("Prepared")


@dataclass(frozen=True)
class Received(Generic[Data]):
    """An event with the topic it came on."""

    event: CloudEvent[Data]
    topic: str

    @property
    def data(self) -> Data:
        return self.event.data


async def nothing(_: Received[Any]) -> Any:
    """No preparation needed."""
    return None


@dataclass(frozen=True)
class Handler(Generic[Data, Prepared]):
    """What a service does with one type of event."""

    data: type[Data]
    handle: Callable[[Connection, Received[Data], Prepared, datetime], Iterable[Outgoing]]
    """Runs inside the transaction: read state, decide, write state, return the events to publish."""
    prepare: Callable[[Received[Data]], Awaitable[Prepared]] = nothing
    """Slow work before the transaction (fetch, read); may be repeated, so it must leave no trace."""
    even_forgotten: bool = False
    """Handled of a forgotten case, too."""


Tell = Callable[[Connection, ResolutionOutcome], None]
"""Writes of what became of a dead letter, in the transaction that brings it about."""


def _tell_nobody(_: Connection, __: ResolutionOutcome) -> None:
    """Nobody asked."""


def _no_more(_: Connection) -> None:
    """Nothing more to write."""


@dataclass(frozen=True)
class _Place:
    """Where a record comes from: its stream, the dead letters, or the parking lot behind one."""

    bypass_block: bool = False
    when_done: Callable[[Connection], None] = _no_more
    """To write in the transaction of its success."""
    when_dead: Callable[[Connection], None] = _no_more
    """To write in the transaction that makes it a dead letter."""


_STREAM = _Place()


class Runner:
    def __init__(
        self,
        service: str,
        topics: Sequence[Topic],
        handlers: Sequence[Handler[Any, Any]],
        commit: GroupCommit,
        relay: Relay,
        clock: Callable[[], datetime],
        settings: ServiceSettings,
        vault: Vault | None = None,
        only_shown: Collection[Topic] = (),
    ) -> None:
        """``vault``: by which private values of events are opened; none for a service that handles none.
        ``only_shown``: topics of outsiders whose malformed records another service answers for."""
        self.service = service
        self._ordered = {topic.name for topic in topics if topic.ordered}
        self._only_shown = {topic.name for topic in only_shown}
        self._handlers = {BY_DATA[handler.data].type: handler for handler in handlers}
        handled = {name: handler.data for name, handler in self._handlers.items()}
        self._parser = Parser(service, _COMMANDS | handled, vault)
        self._commit = commit
        self._relay = relay
        self._clock = clock
        self._settings = settings
        self._flood = Flood(settings.flood_window, settings.flood_minimum)
        self.stopped = asyncio.Event()
        self.under_way: dict[str, float] = {}
        """Records being handled, with the monotonic time at which their present attempt began."""
        self.waiting: set[str] = set()
        """Records among them that wait for a dependency which is down."""

    async def process(self, record: Record) -> None:
        """Deal with one record; see the module."""
        started = monotonic()
        self.under_way[record.coordinates] = started
        try:
            if self.stopped.is_set():
                raise Stopped
            outcome = await self._deal_with(record, _STREAM)
            metrics.EVENTS.labels(self.service, record.topic, outcome).inc()
            metrics.HANDLING.labels(self.service, record.topic).observe(monotonic() - started)
            metrics.LAST_PROGRESS.labels(self.service).set_to_current_time()
        finally:
            self._no_longer_under_way(record)

    async def replay(
        self, dead_letter_id: str, tell: Tell = _tell_nobody, corrected: str | None = None
    ) -> ResolutionOutcome | None:
        """Try a dead letter again, then let go what waits behind it; ``None`` when it is not open.

        A failure makes it open again. May be called again after a crash: it goes on where it was. ``tell`` writes
        of the outcome in the transaction that brings it about. ``corrected`` is the value that the record should
        have had: it takes the place of the one that failed, which stays on the topic of dead letters.
        """
        found = await self._commit.run(lambda db: dead_letters.find(db, dead_letter_id))
        if found is None or found.status == "resolved":
            return None
        if found.status == "open":
            head = _Place(
                True,
                when_done=lambda db: dead_letters.set_status(db, found.id, "releasing"),
                when_dead=lambda db: tell(db, ResolutionOutcome.FAILED_AGAIN),
            )
            record = found.record if corrected is None else replace(found.record, value=corrected.encode())
            if await self._deal_with(record, head) == "dead_letter":
                return ResolutionOutcome.FAILED_AGAIN
        return await self._release(found, ResolutionOutcome.REPLAYED, tell)

    async def discard(self, dead_letter_id: str, tell: Tell = _tell_nobody) -> ResolutionOutcome | None:
        """Give a dead letter up and let go what waits behind it; ``None`` when it is not open."""
        found = await self._commit.run(lambda db: dead_letters.find(db, dead_letter_id))
        if found is None or found.status == "resolved":
            return None
        await self._commit.run(lambda db: dead_letters.set_status(db, found.id, "releasing"))
        return await self._release(found, ResolutionOutcome.DISCARDED, tell)

    def put_right(self, db: Connection, record: Record) -> None:
        """Take a record as it was corrected for the service that answers for it, in a transaction of the caller's.

        Of topics that are only shown here; on any other each service was sent the corrected value itself.
        """
        if record.topic not in self._only_shown:
            return
        try:
            event = self._parser.parse(record)
            handler = self._handlers.get(event.type) if event else None
            if event and handler:
                with db.begin_nested():
                    self._write(db, record, _Place(bypass_block=True), handler, Received(event, record.topic), None)
        except (KeysWanted, sa.exc.OperationalError):
            raise  # it is tried again
        except Exception as error:
            # Whoever acts on it has it; a page that lacks a line must not hold up the index of dead letters.
            log.exception("What was put right cannot be shown: %s", describe(error))

    async def _release(self, freed: DeadLetter, outcome: ResolutionOutcome, tell: Tell) -> ResolutionOutcome:
        """Deal with what is parked in the lane, oldest first; until the last one the lane stays blocked."""

        def resolve(db: Connection) -> None:
            dead_letters.set_status(db, freed.id, "resolved")
            tell(db, outcome)

        def next_or_resolve(db: Connection) -> tuple[int, Record] | None:
            oldest = dead_letters.oldest_parked(db, freed.record.lane)
            if oldest is None:
                resolve(db)
            return oldest

        while head := await self._commit.run(next_or_resolve):
            unpark = partial(dead_letters.unpark, seq=head[0])

            def step_aside(db: Connection, unpark: Callable[[Connection], None] = unpark) -> None:
                # The parked record blocks the lane itself now, and the rest goes on waiting behind it.
                unpark(db)
                resolve(db)

            if await self._deal_with(head[1], _Place(True, unpark, step_aside)) == "dead_letter":
                break
        return outcome

    async def _command(self, record: Record, event: CloudEvent[Any]) -> str:
        """A person's word on a dead letter; done twice it is done once."""

        def tell(db: Connection, outcome: ResolutionOutcome) -> None:
            now = self._clock()
            resolved = DeadLetterResolved(
                dead_letter_id=event.data.dead_letter_id,
                service=self.service,
                outcome=outcome,
                actor=event.data.actor,
                reason=event.data.reason,
                detail="with a corrected value" if isinstance(event.data, CorrectDeadLetter) else None,
                resolved_at=now,
            )
            told = [Outgoing(DEAD_LETTER_RESOLUTIONS, resolved.dead_letter_id, resolved)]
            db.execute(_RECEIVED, {"source": event.source, "event_id": event.id, "received_at": now})
            add_events(db, self.service, cause_of(event), told, now, self._settings.largest_event)

        # What is tried again has its own time; the command may take as long as all of it.
        self.under_way.pop(record.coordinates, None)
        already = await self._commit.run(lambda db: self._already(db, record, _STREAM, event))
        if already:
            await self._relay.publish(already[1])
            return already[0]
        if await self._carry_out(event.data, tell) is None:
            log.warning("Dead letter %s is not open here: nothing to do", event.data.dead_letter_id)
            return "ignored"
        await self._relay.publish(await self._commit.run(lambda db: unpublished_of(db, {_cause_name(event)})))
        return "done"

    async def _carry_out(self, asked: Contract, tell: Tell) -> ResolutionOutcome | None:
        match asked:
            case ReplayDeadLetter():
                return await self.replay(asked.dead_letter_id, tell)
            case CorrectDeadLetter():
                return await self.replay(asked.dead_letter_id, tell, asked.value)
            case DiscardDeadLetter():
                return await self.discard(asked.dead_letter_id, tell)
        raise TypeError(f"{type(asked).__name__} is no command about a dead letter")

    async def _deal_with(self, record: Record, place: _Place) -> str:
        try:
            event = await self._read(record)
        except Malformed as error:
            if record.topic in self._only_shown and place is _STREAM:
                log.warning("Left to the service that acts on %s: %s", record.topic, error)
                return "left"
            return await self._dead_letter(
                record, place, self._failure(DeadLetterCause.MALFORMED, str(error), error.__cause__ or error)
            )
        except Permanent as error:
            failure = self._failure(error.cause, error.message, error)
            return await self._dead_letter(record, place, failure)
        except Forgotten as gone:
            return await self._pass_over(record, place, gone)
        if event is None:
            if place is not _STREAM:
                await self._commit.run(place.when_done)
            return "ignored"
        with about(event_id=event.id, subject=event.subject):
            handler = self._handlers.get(event.type)
            if handler is None:
                return await self._command(record, event)
            received = Received[Any](event, record.topic)
            return await self._attempt_until_done(record, place, handler, received)

    async def _read(self, record: Record) -> CloudEvent[Any] | None:
        """The event, with the keys fetched that it takes to open it; waits while they cannot be."""
        pause = self._settings.first_pause
        try:
            while True:
                try:
                    return self._parser.parse(record)
                except KeysWanted as wanted:
                    try:
                        await asyncio.to_thread(wanted.fetch)
                    except Transient as error:
                        self.waiting.add(record.coordinates)
                        metrics.RETRIES.labels(self.service, "transient").inc()
                        log.warning("Waiting to try again: %s", error)
                        await asyncio.sleep(jittered(pause))
                        pause = min(pause * 2, 5.0)
        finally:
            self.waiting.discard(record.coordinates)

    async def _pass_over(self, record: Record, place: _Place, gone: Forgotten) -> str:
        """What is said of a case that was forgotten on purpose is nobody's business any more; it is on record."""
        log.info("Passed over: %s", gone)
        head = head_of(record.value or b"")
        known = sa.select(inbox.c.event_id).where(inbox.c.source == head.source, inbox.c.event_id == head.id)

        def write(db: Connection) -> None:
            if not db.execute(known).first():
                db.execute(_RECEIVED, {"source": head.source, "event_id": head.id, "received_at": self._clock()})
            place.when_done(db)

        await self._commit.run(write)
        return "forgotten"

    async def _attempt_until_done(
        self, record: Record, place: _Place, handler: Handler[Any, Any], received: Received[Any]
    ) -> str:
        attempts, pause, first_failed_at = 0, self._settings.first_pause, None
        try:
            while True:
                self.under_way[record.coordinates] = monotonic()
                try:
                    return await self._attempt(record, place, handler, received)
                except Transient as error:
                    self.waiting.add(record.coordinates)
                    metrics.RETRIES.labels(self.service, "transient").inc()
                    log.warning("Waiting to try again: %s", error)
                except Forgotten as gone:
                    if gone.subject in keys_about(received.event.subject or ""):
                        return await self._pass_over(record, place, gone)
                    failure = self._failure(DeadLetterCause.UNKNOWN_CASE, f"{gone} This needs it. Discard it.", gone)
                    return await self._dead_letter(record, place, failure, received)
                except Permanent as error:
                    failure = self._failure(error.cause, error.message, error, attempts + 1, first_failed_at)
                    return await self._dead_letter(record, place, failure, received, error)
                except Exception as error:
                    attempts += 1
                    first_failed_at = first_failed_at or self._clock()
                    metrics.RETRIES.labels(self.service, "unexpected").inc()
                    log.exception("Unexpected failure, attempt %d", attempts)
                    if attempts >= self._settings.unexpected_error_attempts:
                        failure = self._defect(error, attempts, first_failed_at)
                        return await self._dead_letter(record, place, failure, received)
                await asyncio.sleep(jittered(pause))
                pause = min(pause * 2, 5.0)
                self.waiting.discard(record.coordinates)
        finally:
            self._no_longer_under_way(record)

    def _no_longer_under_way(self, record: Record) -> None:
        self.under_way.pop(record.coordinates, None)
        self.waiting.discard(record.coordinates)

    async def _attempt(self, record: Record, place: _Place, handler: Handler[Any, Any], received: Received[Any]) -> str:
        known, prepared = None, None
        if handler.prepare is not nothing:
            known = await self._commit.run(lambda db: self._already(db, record, place, received.event))
            if known is None:
                prepared = await self._prepare(handler, received)
        if known is None:
            known = await self._commit.run(lambda db: self._write(db, record, place, handler, received, prepared))
        outcome, rows = known
        await self._relay.publish(rows)
        self._flood.note(False)
        return outcome

    async def _prepare(self, handler: Handler[Any, Any], received: Received[Any]) -> Any:
        try:
            async with asyncio.timeout(self._settings.longest_handler) as limit:
                return await handler.prepare(received)
        except TimeoutError:
            if not limit.expired():
                raise  # somebody else's limit, e.g. of a connection
            raise Permanent(
                DeadLetterCause.UNEXPECTED,
                f"Handling took longer than the limit of {self._settings.longest_handler:g} s"
                " (GOODORDER_LONGEST_HANDLER). Look at what is slow, then replay.",
            ) from None

    def _already(
        self, db: Connection, record: Record, place: _Place, event: CloudEvent[Any] | None
    ) -> tuple[str, list[Unpublished]] | None:
        """Whether there is nothing to handle: a duplicate, a dead letter delivered again, a record to be parked."""
        standing = dead_letters.standing_of(db, self.service, record, event)
        identity = dead_letters.dead_letter_id(self.service, record)
        causes = {dead_letters.cause_name(identity), *((_cause_name(event),) if event else ())}
        if standing.in_inbox:
            place.when_done(db)
            return "duplicate", unpublished_of(db, causes)
        handler = self._handlers.get(event.type) if event else None
        if standing.is_forgotten and event and handler and not handler.even_forgotten:
            log.info("Passed over: %s is forgotten", event.subject)
            db.execute(_RECEIVED, {"source": event.source, "event_id": event.id, "received_at": self._clock()})
            place.when_done(db)
            return "forgotten", []
        if place.bypass_block:
            return None
        if standing.is_dead_letter:
            return "duplicate", unpublished_of(db, causes)
        if standing.is_blocked and record.topic in self._ordered:
            dead_letters.park(db, record)
            return "parked", []
        return None

    def _write(
        self,
        db: Connection,
        record: Record,
        place: _Place,
        handler: Handler[Any, Any],
        received: Received[Any],
        prepared: Any,
    ) -> tuple[str, list[Unpublished]]:
        event, now = received.event, self._clock()
        already = self._already(db, record, place, event)
        if already:
            return already
        db.execute(_RECEIVED, {"source": event.source, "event_id": event.id, "received_at": now})
        events = handler.handle(db, received, prepared, now)
        lanes = add_events(db, self.service, cause_of(event), events, now, self._settings.largest_event)
        place.when_done(db)
        return "done", unpublished_in(db, lanes)

    async def _dead_letter(
        self,
        record: Record,
        place: _Place,
        failure: Failure,
        received: Received[Any] | None = None,
        refusal: Permanent | None = None,
    ) -> str:
        ours = failure.cause in dead_letters.OURS
        ours |= failure.cause == DeadLetterCause.MALFORMED and record.topic in self._ordered
        self._flood.note(ours)
        if ours and self._flood.is_here:
            self.stopped.set()
            metrics.STOPPED.labels(self.service).set(1)
            log.critical("Too many failures of our own: the consumer stops. Mend the deploy and start it again.")
            raise Stopped

        def write(db: Connection) -> tuple[str, list[Unpublished]]:
            already = self._already(db, record, place, received.event if received else None)
            if already:
                return already
            now = self._clock()
            blocks = record.topic in self._ordered
            lanes = {dead_letters.write(db, self.service, record, failure, blocks, now)}
            if received is not None and refusal is not None:
                told = refusal.tell(db)
                lanes |= add_events(db, self.service, cause_of(received.event), told, now, self._settings.largest_event)
            place.when_dead(db)
            return "dead_letter", unpublished_in(db, lanes)

        try:
            outcome, rows = await self._commit.run(write)
        except Exception as error:
            if refusal is None:
                raise
            log.exception("What was to be told of a failure could not be written")
            message = f"{failure.message} What was to be told of it could not be written ({describe(error)})."
            return await self._dead_letter(record, place, replace(failure, message=message), received)
        if outcome == "dead_letter":
            log.error("To the dead letters (%s): %s", failure.cause, failure.message)
            metrics.DEAD_LETTERS.labels(self.service, failure.cause).inc()
        await self._relay.publish(rows)
        return outcome

    def _defect(self, error: Exception, attempts: int, first_failed_at: datetime) -> Failure:
        message = (
            f"{self.service} failed {attempts} times with {describe(error)}, a defect of Goodorder."
            " Look at the stack, mend the service, then replay."
        )
        return self._failure(DeadLetterCause.UNEXPECTED, message, error, attempts, first_failed_at)

    def _failure(
        self,
        cause: DeadLetterCause,
        message: str,
        error: BaseException,
        attempts: int = 1,
        first_failed_at: datetime | None = None,
    ) -> Failure:
        return Failure(
            cause, message, type(error).__name__, stack_of(error), attempts, first_failed_at or self._clock()
        )


def _cause_name(event: CloudEvent[Any]) -> str:
    return f"{event.source}|{event.id}"
