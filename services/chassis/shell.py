"""The Faust shell: a consumer whose acknowledgement is the last thing that happens to an event.

Faust as its manual shows it loses events: here no exception reaches the stream, nothing is acknowledged before
every effect is durable, sends are awaited twice, and state lives in SQL. ``docs/decisions`` tells why.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import quote

import faust
import sqlalchemy as sa
from faust.sensors.prometheus import setup_prometheus_sensors
from sqlalchemy.engine import Connection, Engine

from schemas.envelope import Cause
from schemas.topics import Topic, commands
from services.chassis import logs, metrics
from services.chassis.commit import GroupCommit
from services.chassis.database import connect, migrate
from services.chassis.dead_letters import how_many_parked
from services.chassis.errors import Outgoing, Stopped, Transient
from services.chassis.forgetting import hears
from services.chassis.health import Health, Progress
from services.chassis.kafka_access import KafkaAccess
from services.chassis.loopback import is_loopback
from services.chassis.outbox import Relay, add_events, jittered, unpublished_in
from services.chassis.pages import Answer, Page, may_see
from services.chassis.private.vault import open_vault
from services.chassis.record import Headers, Record
from services.chassis.runner import Handler, Runner
from services.chassis.settings import ServiceSettings
from services.chassis.tables import inbox

log = logging.getLogger(__name__)

_COUNT_EVERY = 5.0
"""Seconds until what is parked is counted anew."""

_NOT_KNOWN = {"error": "Say the token: Authorization: Bearer ..."}


def utc_now() -> datetime:
    """The one clock; everything below is given it."""
    return datetime.now(UTC)


def _shows_nothing(_: Connection, __: Record) -> None:
    """Of a service that has no topic which it only shows."""


class Desk:
    """What a service's own tasks may use beside the stream: transactions with events, and the clock."""

    def __init__(
        self,
        service: str,
        commit: GroupCommit,
        relay: Relay,
        clock: Callable[[], datetime],
        largest_event: int,
        put_right: Callable[[Connection, Record], None] = _shows_nothing,
    ) -> None:
        self.clock = clock
        self.put_right = put_right
        self._service = service
        self._commit = commit
        self._relay = relay
        self._largest_event = largest_event

    async def read(self, query: Callable[[Connection], Any]) -> Any:
        """Run a query, or writes that publish nothing, in a transaction of its own."""
        return await self._when_up(query)

    async def write(self, cause: Cause, work: Callable[[Connection, datetime], Sequence[Outgoing]]) -> None:
        """Write state and the events that tell of it; returns when the broker has acknowledged them."""

        def transact(db: Connection) -> Any:
            now = self.clock()
            lanes = add_events(db, self._service, cause, work(db, now), now, self._largest_event)
            return unpublished_in(db, lanes)

        await self._relay.publish(await self._when_up(transact))

    async def _when_up(self, work: Callable[[Connection], Any]) -> Any:
        """Keys that cannot be fetched just now are waited for, as the database is."""
        pause = 0.1
        while True:
            try:
                return await self._commit.run(work)
            except Transient as error:
                log.warning("Waiting to try again: %s", error)
                await asyncio.sleep(jittered(pause))
                pause = min(pause * 2, 5.0)


@dataclass(frozen=True)
class Service:
    """A service as its ``worker.py`` describes it."""

    name: str
    consumes: tuple[Topic, ...]
    handlers: tuple[Handler[Any, Any], ...]
    migrations: Path
    """Folder of the service's own Alembic history."""
    tasks: tuple[Callable[[Desk], Awaitable[None]], ...] = ()
    """Work that goes on beside the stream, for ever."""
    pages: tuple[Page, ...] = ()
    """What is read from its web port beside health and metrics."""
    only_shown: tuple[Topic, ...] = ()
    """Those of the topics on which outsiders speak to another service, and which this one shows: a malformed record
    there is the other's dead letter alone, and is shown once it was put right."""
    keeps_private: bool = False
    """It handles private values: it gets the vault, and cannot start without the house's key."""
    ready: Callable[[], str | None] = field(default=lambda: None)
    """Why the service cannot work just now, if so."""


def run(service: Service, settings: ServiceSettings) -> None:
    """Run the service until SIGTERM; exits with 1 when it cannot go on, to be started anew."""
    worker = settings.worker_id or f"{service.name}-{os.getpid()}"
    logs.set_up(service.name, worker, settings.log_level, settings.log_format)
    if untrusted := settings.why_not_trusted():
        log.critical("%s. Nothing is read or sent; the worker ends, to be started anew", untrusted)
        raise SystemExit(1)
    vault = open_vault(settings, service.name) if service.keeps_private else None
    engine = connect(settings.database_url_of(service.name), service.name, vault)
    migrate(engine, service.name, (service.name, service.migrations))
    consumes = (*service.consumes, commands(service.name))
    app = _app(service, settings, worker, consumes)
    commit = GroupCommit(engine, service.name)
    relay = Relay(service.name, commit, _publisher(app), utc_now)
    listens = (hears(vault),) if vault else ()
    runner = Runner(
        service.name, consumes, service.handlers, commit, relay, utc_now, settings, vault, service.only_shown
    )
    desk = Desk(service.name, commit, relay, utc_now, settings.largest_event, runner.put_right)
    finished: dict[str, int] = {}
    _consume(app, consumes, runner, finished)
    _serve_health(
        app,
        service,
        runner,
        relay,
        Progress(runner, settings.longest_handler, settings.no_progress_limit),
        finished,
    )
    token = settings.web_token.get_secret_value() if settings.web_token else None
    for page in service.pages:
        _serve(app, page, engine, token)
    for task in (relay.sweep, relay.forget_published, *(_bound(task, desk) for task in (*service.tasks, *listens))):
        _keep_running(app, task)
    _keep_running(app, lambda: _trim_inbox(commit, settings.inbox_retention_days))
    _keep_running(app, lambda: _count_parked(commit, service.name))
    worker_shell = faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True)
    # Its farewell would be an escape sequence in a log file.
    worker_shell.spinner = None
    try:
        worker_shell.execute_from_commandline()
    finally:
        # What was acknowledged in the last moment would be published once more at the next start.
        with contextlib.suppress(sa.exc.SQLAlchemyError), engine.begin() as db:
            relay.forget_now(db)


def _app(service: Service, settings: ServiceSettings, worker: str, consumes: Sequence[Topic]) -> faust.App:
    faust_data = settings.data / "faust" / service.name
    faust_data.mkdir(parents=True, exist_ok=True)
    return faust.App(
        service.name,
        broker_credentials=_credentials(settings),
        broker=";".join(f"kafka://{address.strip()}" for address in settings.kafka.split(",")),
        value_serializer="raw",
        key_serializer="raw",
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=True,
        stream_buffer_maxsize=64,
        stream_processing_timeout=settings.longest_handler + 600,
        broker_commit_interval=0.5,
        broker_commit_livelock_soft_timeout=settings.longest_handler + 600,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 5,
        broker_rebalance_timeout=settings.longest_handler + 30,
        broker_max_poll_interval=settings.longest_handler + 700,
        consumer_group_instance_id=_member(settings.worker_id, consumes),
        consumer_auto_offset_reset="earliest",
        producer_max_request_size=settings.largest_event + 200_000,
        web_bind=settings.web_host,
        web_host=settings.web_host,
        web_port=settings.web_port,
        # A worker that comes back under its name gets what it had, and Faust takes it from the same address alone.
        canonical_url=f"http://worker.invalid/{quote(worker, safe='')}",
        web_in_thread=True,
        web_tables_enabled=False,
        web_router_enabled=False,
        datadir=str(faust_data),
        logging_config=None,
        loghandlers=[],
    )


def _member(worker_id: str | None, consumes: Sequence[Topic]) -> str:
    """The name under which a worker that comes back gets at once what it had. With other topics, as after an upgrade,
    it is another name: Kafka would give it what it had, and no more."""
    if not worker_id:
        return ""
    topics = sha256("\n".join(sorted(topic.name for topic in consumes)).encode()).hexdigest()
    return f"{worker_id}.{topics[:8]}"


def _credentials(access: KafkaAccess) -> Any:
    """The access in Faust's words; none for a Kafka that asks for nothing."""
    if access.kafka_user and access.kafka_password:
        return faust.SASLCredentials(
            username=access.kafka_user,
            password=access.kafka_password.get_secret_value(),
            ssl_context=access.kafka_tls,
            mechanism=access.kafka_sasl_mechanism,
        )
    return faust.SSLCredentials(access.kafka_tls) if access.kafka_tls else None


def _publisher(app: faust.App) -> Callable[[str, bytes | None, bytes | None, Headers], Awaitable[None]]:
    topics: dict[str, Any] = {}

    async def publish(topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        if topic not in topics:
            topics[topic] = app.topic(topic, value_type=bytes, value_serializer="raw", key_serializer="raw")
        # The first await hands the record over, the second is the broker's acknowledgement.
        await (await topics[topic].send(key=key, value=value, headers=list(headers)))

    return publish


def _consume(app: faust.App, topics: Sequence[Topic], runner: Runner, finished: dict[str, int]) -> None:
    inbox_topics = app.topic(*(topic.name for topic in topics), value_type=bytes, value_serializer="raw")

    @app.agent(inbox_topics, isolated_partitions=True, name=runner.service)
    async def consume(stream: Any) -> None:
        async for event in stream.noack().events():
            try:
                message = event.message
                await runner.process(_record(message))
                finished[f"{message.topic}[{message.partition}]"] = message.offset + 1
            except asyncio.CancelledError:
                raise
            except Stopped:
                await _hold()
            except Exception as error:
                log.exception("The runner failed; the worker ends, to be started anew")
                await app.crash(error)
                return
            event.ack()


async def _hold() -> None:
    """Stay, taking no more, until a person ends the worker: nothing is acknowledged, so nothing is lost."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: os._exit(0))
    await asyncio.Event().wait()


def _record(message: Any) -> Record:
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        timestamp_ms=round(message.timestamp * 1000),
        key=message.key,
        value=message.value,
        headers=tuple((name, bytes(value)) for name, value in _pairs(message.headers)),
    )


def _pairs(headers: Any) -> Any:
    return headers.items() if isinstance(headers, dict) else headers or ()


def _serve_health(
    app: faust.App,
    service: Service,
    runner: Runner,
    relay: Relay,
    progress: Progress,
    finished: dict[str, int],
) -> None:
    setup_prometheus_sensors(app, "/metrics")
    web = faust.web

    def alive() -> Health:
        lost = _lost_of_kafka(app)
        return Health(False, lost) if lost else progress.judge(_positions(app, finished))

    def ready() -> Health:
        reasons = [
            "" if app.rebalancing is False and app.assignor.assigned_actives() else "no partitions are assigned yet",
            f"Kafka takes nothing since {relay.waiting_since:%H:%M:%S}" if relay.waiting_since else "",
            "stopped by a flood of failures" if runner.stopped.is_set() else "",
            service.ready() or "",
        ]
        return Health(not any(reasons), tuple(filter(None, reasons)))

    async def answer(view: Any, health: Health) -> Any:
        return view.json(health.as_json(), status=200 if health.well else 503)

    @app.page("/livez")
    async def livez(view: Any, request: web.Request) -> Any:
        return await answer(view, alive())

    @app.page("/readyz")
    async def readyz(view: Any, request: web.Request) -> Any:
        return await answer(view, ready())

    def watch() -> None:
        while True:
            sleep(10)
            try:
                health = alive()
            except Exception:
                log.exception("The worker could not look at its own health; it looks again in 10 s")
                continue
            if not health.well:
                log.critical("No progress, ending to be started anew: %s", "; ".join(health.reasons))
                os._exit(1)

    # Beside the event loop: it looks on while Faust still joins, and when something blocks the loop.
    Thread(target=watch, name="watch", daemon=True).start()


def _serve(app: faust.App, page: Page, engine: Engine, token: str | None) -> None:
    """A page reads in a thread and in a transaction of its own: it may be slow, and keeps no event waiting.

    With a token, only those who know it are answered. It reads without the vault, so nothing private is shown.
    """
    without_vault = engine.execution_options(vault=None)

    def look(asked: dict[str, str]) -> Answer:
        with without_vault.begin() as db:
            return page.answer(db, asked, utc_now())

    @app.page(page.path, name=page.path)
    async def show(view: Any, request: Any, **place: str) -> Any:
        if token and not may_see(token, request.headers.get("Authorization", "")):
            return view.json(_NOT_KNOWN, status=401, headers={"WWW-Authenticate": "Bearer"})
        answer = await asyncio.to_thread(look, {**request.query, **place})
        return view.json(answer.body, status=answer.status)


def _positions(app: faust.App, finished: dict[str, int]) -> dict[str, tuple[int, int]]:
    if _joined(app) is None:
        return {}
    consumer: Any = app.consumer
    positions = {}
    for tp in list(consumer.assignment()):
        end, name = consumer.highwater(tp), f"{tp.topic}[{tp.partition}]"
        if end is not None:
            positions[name] = (finished.get(name, consumer._committed_offset.get(tp) or 0), end)
    return positions


def _lost_of_kafka(app: faust.App) -> tuple[str, ...]:
    """Which of aiokafka's own tasks have ended by a fault, of theirs or of Faust's, as a worker joins. Only a log
    tells of it, and the worker would wait for ever."""
    joined: Any = _joined(app)
    producer: Any = app._producer
    sends = producer._producer if producer else None
    tasks = {
        "its coordination with Kafka has ended": getattr(joined and joined._coordinator, "_coordination_task", None),
        "its sending to Kafka has ended": getattr(sends and sends._sender, "sender_task", None),
    }
    return tuple(what for what, task in tasks.items() if task is not None and task.done() and not app.should_stop)


def _joined(app: faust.App) -> Any:
    """aiokafka's consumer, once Faust has started it."""
    consumer: Any = app._consumer
    return consumer._thread._consumer if consumer else None


def _bound(task: Callable[[Desk], Awaitable[None]], desk: Desk) -> Callable[[], Awaitable[None]]:
    return lambda: task(desk)


def _keep_running(app: faust.App, task: Callable[[], Awaitable[None]]) -> None:
    """A task that must not end: if it fails, the worker does."""

    @app.task  # type: ignore[untyped-decorator]
    async def keep() -> None:
        try:
            await task()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("A task of the service failed; the worker ends, to be started anew")
            await app.crash(error)


async def _trim_inbox(commit: GroupCommit, days: int) -> None:
    while True:
        limit = utc_now() - timedelta(days=days)
        await commit.run(lambda db, limit=limit: db.execute(sa.delete(inbox).where(inbox.c.received_at < limit)))  # type: ignore[misc]
        await asyncio.sleep(6 * 60 * 60)


async def _count_parked(commit: GroupCommit, service: str) -> None:
    while True:
        with contextlib.suppress(Transient):
            events, cases = await commit.run(how_many_parked)
            metrics.PARKED.labels(service).set(events)
            metrics.PARKED_CASES.labels(service).set(cases)
        await asyncio.sleep(_COUNT_EVERY)


def _require_closed_door(service: Service, settings: ServiceSettings) -> None:
    if service.pages and not settings.web_token and not is_loopback(settings.web_host):
        raise ValueError(
            f"GOODORDER_WEB_HOST is {settings.web_host}, where others can read the pages of {service.name}: "
            "set GOODORDER_WEB_TOKEN_FILE, or bind 127.0.0.1"
        )


def main(build: Callable[[], tuple[Service, ServiceSettings]]) -> None:
    """Start a service; a fault in its settings or data is one clear line and exit code 2."""
    try:
        service, settings = build()
        _require_closed_door(service, settings)
    except Exception as error:
        sys.stderr.write(f"cannot start: {error}\n")
        raise SystemExit(2) from error
    run(service, settings)
