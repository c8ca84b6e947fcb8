"""Sends queued mails, each once, those of a case in order, for as long as it takes.

A mail is leased (written as ``sending``), handed over, and written as ``sent`` in the next transaction. Whatever
happens before the server's 250 leads to another attempt; whatever happens after our commit leads to none. Between
the two lies a window that no sender can close: SMTP cannot be part of a transaction. A worker killed, or cut off
from the server, after the 250 left the server and before our commit sends that mail again, and then with the same
Message-ID and the same bytes, so that a mailbox may recognise it. Nothing else happens in the window: the message
is composed before it, the event is published after it, and a worker asked to stop first finishes the mail in hand.
"""

import asyncio
import logging
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any, Protocol, TypeVar

from schemas.codes import DeliveryOutcome
from schemas.envelope import Cause
from schemas.topics import NOTIFY_DELIVERIES
from services.chassis.errors import Outgoing
from services.chassis.metrics import WAITING
from services.chassis.shell import Desk
from services.notify import store
from services.notify.bell import Bell
from services.notify.message import Envelope, compose, parse_address
from services.notify.metrics import MAILS, UPLOAD_TO_MAIL
from services.notify.smtp import Down, PutOff, Refused

log = logging.getLogger(__name__)

T = TypeVar("T")

_QUIET_ROUND = 0.5
"""Seconds between looks for mails that became due by time, or that another worker left."""


_ANSWERS = frozenset({"nigo", "submitted", "refused_document"})
"""Letters that follow from the upload alone."""


class Mailer(Protocol):
    """Hands one message to a mail server; raises Refused, PutOff or Down."""

    async def send(self, sender: str, recipient: str, message: bytes) -> str: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Round:
    """How a postman works; durations in seconds."""

    owner: str
    """Nobody else's name: leases are known by it."""
    owner_returns: bool
    """The name is this worker slot's own, so a lease of that name is from a life that ended."""
    sender: Address
    reply_to: Address | None
    lease: float
    retry_first: float
    retry_longest: float
    reconnect_first: float
    reconnect_longest: float


class Postman:
    def __init__(self, mailer: Mailer, bell: Bell, how: Round) -> None:
        self._mailer = mailer
        self._bell = bell
        self._how = how
        self._failures = 0
        self._down_since: datetime | None = None
        self._why_down = ""

    def waiting(self) -> str | None:
        """Why no mail goes out, if so."""
        if self._down_since is None:
            return None
        return f"the mail server takes nothing since {self._down_since:%H:%M:%S} ({self._why_down}); mails wait for it"

    async def work(self, desk: Desk) -> None:
        """Send for ever."""
        self._bell.listen()
        if self._how.owner_returns:
            await desk.read(lambda db: store.give_up_leases(db, self._how.owner))
        try:
            while True:
                pause = await _to_its_end(self.send_next(desk))
                if pause is None:
                    await self._bell.heard(_QUIET_ROUND)
                elif pause:
                    await asyncio.sleep(pause)
        finally:
            await self._mailer.close()

    async def send_next(self, desk: Desk) -> float | None:
        """Deal with one mail; returns how long to pause then, ``None`` when there was no mail."""
        now, how = desk.clock(), self._how
        # Pauses have jitter, and clocks of machines differ by a little.
        longest = 2 * how.retry_longest + 60
        mail: store.Notification | None = await desk.read(
            lambda db: store.lease_next(db, how.owner, now, how.lease, longest)
        )
        if mail is None:
            return None
        message = compose(self._envelope(mail), mail.subject, mail.text, mail.html)
        try:
            reply = await self._mailer.send(how.sender.addr_spec, mail.recipient, message)
        except Refused as refused:
            await self._finish(desk, mail, DeliveryOutcome.REFUSED, str(refused))
        except PutOff as put_off:
            pause = _pause(how.retry_first, how.retry_longest, mail.attempts)
            log.warning("The mail server put mail %s off; next try in %.1f s", mail.id, pause)
            await self._put_back(desk, mail, str(put_off), pause)
        except Down as down:
            await self._put_back(desk, mail, str(down), 0)
            return self._pause_for_server(desk.clock(), down)
        else:
            await self._finish(desk, mail, DeliveryOutcome.SENT, reply)
        self._server_is_up()
        return 0

    async def _finish(self, desk: Desk, mail: store.Notification, outcome: DeliveryOutcome, reply: str) -> None:
        reply = reply[:500]

        def write(db: Any, now: datetime) -> list[Outgoing]:
            if not store.finish(db, mail, self._how.owner, outcome, reply, now):
                return []
            return [Outgoing(NOTIFY_DELIVERIES, mail.about, store.delivery(mail, outcome, reply, now))]

        await desk.write(cause_of(mail), write)
        MAILS.labels(outcome.value).inc()
        if outcome is DeliveryOutcome.SENT and mail.template in _ANSWERS and mail.uploaded_at:
            UPLOAD_TO_MAIL.observe((desk.clock() - mail.uploaded_at).total_seconds())
        log.info("Mail %s (%s): %s", mail.id, mail.template, outcome.value)

    async def _put_back(self, desk: Desk, mail: store.Notification, reply: str, pause: float) -> None:
        again = desk.clock() + timedelta(seconds=pause)
        await desk.read(lambda db: store.put_back(db, mail, self._how.owner, again, reply[:500]))

    def _pause_for_server(self, now: datetime, down: Down) -> float:
        self._failures += 1
        self._down_since = self._down_since or now
        self._why_down = str(down)
        WAITING.labels("notify", "mail").set(1)
        log.warning("The mail server takes nothing, waiting for it: %s", down)
        return _pause(self._how.reconnect_first, self._how.reconnect_longest, self._failures)

    def _server_is_up(self) -> None:
        self._failures = 0
        self._down_since = None
        WAITING.labels("notify", "mail").set(0)

    def _envelope(self, mail: store.Notification) -> Envelope:
        spec = parse_address(mail.recipient)
        return Envelope(
            message_id=mail.message_id or "",
            sender=self._how.sender,
            recipient=Address(mail.agent_name or "", addr_spec=spec.addr_spec),
            reply_to=self._how.reply_to,
            written_at=mail.queued_at,
            case_id=mail.case_id,
            document_id=mail.document_id,
        )


def cause_of(mail: store.Notification) -> Cause:
    """What became of a mail is told once, however often it is written."""
    return Cause(
        source="/goodorder/notify", id=mail.id, correlationid=mail.correlation_id, traceparent=mail.traceparent
    )


def _pause(first: float, longest: float, attempts: int) -> float:
    """Doubled at each attempt, with jitter, so that many workers do not come at once."""
    pause: float = min(first * 2 ** min(attempts - 1, 30), longest)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - jitter


async def _to_its_end(work: Coroutine[Any, Any, T], grace: float = 5.0) -> T:
    """Asked to stop, first finish the mail in hand: cut off half-way it would be sent again."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=grace)
        task.cancel()
        raise
