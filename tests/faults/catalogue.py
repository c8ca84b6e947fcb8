"""The faults that are tried on one house, each with what it does."""

import os
import signal
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from io import BytesIO
from time import sleep

from kafka import KafkaProducer

from infra.stack.parts import BROKERS
from infra.stack.run import RunInfo
from samples import hostile
from schemas.events import ApplicationRead, DocumentRefused
from schemas.ids import case_id, document_id
from schemas.parties import receives
from schemas.topics import SERVICES
from tests.faults.clock import clock_of_its_own
from tests.faults.disks import filled
from tests.faults.notifications import notify_of, unwired, uploads_of
from tests.faults.proxy import Mood, proxy_before
from tests.faults.trial import Fault, Scene, Strike
from tests.faults.workers import worker, workers

LONGER_THAN_THE_SESSION = 14.0
"""Seconds; a member that is silent for ten is taken for dead."""
LONGER_THAN_A_LOCK_IS_WAITED_FOR = 34.0
"""Seconds; SQLite gives a locked database thirty."""
OUTAGE = 8.0
_MISSED = 8
"""Uploads of which no notification tells."""
SCALED = ("intake", "validation", "requirements", "cases", "notify")
"""Services that have more to do the more packets come in."""


def nothing(scene: Scene) -> None:
    """To compare with."""


def killed(part: str) -> Fault:
    return Fault(f"SIGKILL of {part}", lambda scene: scene.desk.stack.kill(part))


def frozen(part: str, seconds: float = LONGER_THAN_THE_SESSION) -> Fault:
    def strike(scene: Scene) -> None:
        with stopped(scene.desk.stack.run, part):
            sleep(seconds)

    return Fault(f"SIGSTOP of {part} for {seconds:g} s", strike, packets=24)


@contextmanager
def stopped(run: RunInfo, part: str) -> Iterator[None]:
    """The part and all its processes stand still meanwhile."""
    group = run.parts[part].pid
    assert group is not None, f"{part} does not run"
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def frozen_beside_another(service: str) -> Fault:
    """Its partitions go to the other worker, which does its work; then it wakes up in the middle of it."""

    def strike(scene: Scene) -> None:
        run = scene.desk.stack.run
        with worker(run, service, "2"):
            with stopped(run, service):
                sleep(LONGER_THAN_THE_SESSION)
            sleep(2)

    return Fault(f"SIGSTOP of one of two workers of {service}", strike, packets=32)


def away(part: str) -> Fault:
    """Stopped gently, and started again later."""

    def strike(scene: Scene) -> None:
        scene.desk.stack.stop(part)
        sleep(OUTAGE)
        scene.desk.stack.start(part)

    return Fault(f"{part} away for {OUTAGE:g} s", strike, packets=24)


def full(disk: str, what: str) -> Fault:
    def strike(scene: Scene) -> None:
        with filled(scene.small_disks[disk]):
            sleep(OUTAGE)

    return Fault(f"disk full under {what}", strike, packets=24)


def bad_line(name: str, s3: tuple[Mood, float], sqs: tuple[Mood, float]) -> Fault:
    def strike(scene: Scene) -> None:
        stack, chance = scene.desk.stack, scene.chance
        stack.stop("intake")
        try:
            with proxy_before(stack.run.objects_url, chance) as line:
                through = {"AWS_ENDPOINT_URL_S3": line.url, "AWS_ENDPOINT_URL_SQS": line.url}
                with worker(stack.run, "intake", "1", **through):
                    with line.misbehaving(s3=s3, sqs=sqs):
                        sleep(OUTAGE)
                    assert line.spoiled, "nothing went over the line"
        finally:
            stack.start("intake")

    return Fault(name, strike, packets=24)


def notifications(name: str, then: Callable[[Scene, list[tuple[str, str]]], None]) -> Fault:
    """Uploads of which the queue hears nothing, and what is sent in their place."""

    def strike(scene: Scene) -> None:
        known = set(uploads_of(scene.desk))
        with unwired(scene.desk):
            missed: list[tuple[str, str]] = []
            while len(missed) < _MISSED:
                sleep(1)
                missed = [upload for upload in uploads_of(scene.desk) if upload not in known]
            then(scene, missed)

    return Fault(name, strike, packets=16)


def never_told(scene: Scene, missed: list[tuple[str, str]]) -> None:
    """Only the sweep can find them."""


def told_late(scene: Scene, missed: list[tuple[str, str]]) -> None:
    sleep(15)
    notify_of(scene.desk, missed)


def told_thrice_backwards(scene: Scene, missed: list[tuple[str, str]]) -> None:
    thrice = missed * 3
    scene.chance.shuffle(thrice)
    notify_of(scene.desk, thrice[::-1])


def locked(service: str) -> Fault:
    def strike(scene: Scene) -> None:
        file = scene.desk.run.data / "db" / f"{service}.db"
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as intruder:
            intruder.execute("BEGIN IMMEDIATE")
            sleep(LONGER_THAN_A_LOCK_IS_WAITED_FOR)
            intruder.execute("ROLLBACK")

    return Fault(f"database of {service} locked for {LONGER_THAN_A_LOCK_IS_WAITED_FOR:g} s", strike, packets=16)


def mail_says(answer: str, name: str) -> Fault:
    def strike(scene: Scene) -> None:
        told = scene.desk.run.mail / "answer"
        told.write_text(answer)
        sleep(OUTAGE)
        told.unlink()

    return Fault(name, strike, packets=16)


def workers_come_and_go(*services: str) -> Strike:
    """A second and third worker of each service join under load; one is killed, one told to leave."""

    def strike(scene: Scene) -> None:
        run = scene.desk.stack.run
        with ExitStack() as held:
            # All the second join at once, then all the third: nobody waits for another's start.
            second = held.enter_context(workers(run, services, "2"))
            third = held.enter_context(workers(run, services, "3"))
            sleep(2)
            for one in second:
                one.kill()
            for one in third:
                one.terminate()
            for one in third:
                assert one.ended(60) == 0

    return strike


def clocks_jump(scene: Scene) -> None:
    """The clocks of all services: half an hour ahead, two hours ahead, and back again."""
    stack = scene.desk.stack
    stack.stop(*SERVICES)
    try:
        with clock_of_its_own(scene.desk.run) as clock, workers(stack.run, SERVICES, "1", **clock.environment):
            for ahead in (1800, 7200, 0):
                clock.set_ahead(ahead)
                sleep(OUTAGE)
    finally:
        stack.start(*SERVICES)


def poisoned(scene: Scene) -> None:
    """Bytes that are no event under a case of their own, and a file that nobody can read, by itself and in a ZIP."""
    number = scene.chance.getrandbits(64)
    producer = KafkaProducer(bootstrap_servers=scene.desk.run.kafka)
    poison = b'{"specversion": "1.0", "type":'
    laid = producer.send("intake.applications", key=case_id(f"poison {number}").encode(), value=poison).get(60)
    producer.close()
    unreadable = hostile.corrupt() + str(number).encode()
    scene.desk.drop(unreadable, f"poison-{number}.pdf")
    scene.desk.drop(_zip(unreadable), f"poison-{number}.zip")
    readers = {service for service in SERVICES if ApplicationRead in receives(service)}
    place = (laid.topic, laid.partition, laid.offset)

    def lie_apart() -> bool:
        books = scene.desk.books()
        refused = [event for event in books.of(DocumentRefused) if event.key == document_id(unreadable)]
        return all(place in books.given_up_by(service) for service in readers) and len(refused) == 2

    scene.desk.until("the poison lies apart, both uploads are refused", lie_apart, seconds=90, every=1)


def _zip(*contents: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number, content in enumerate(contents, start=1):
            packed.writestr(f"{number}.pdf", content)
    return out.getvalue()


def postgres_restarted(scene: Scene) -> None:
    assert scene.postgres is not None
    scene.postgres.stop()
    sleep(OUTAGE)
    scene.postgres.start()


def postgres_crashed(scene: Scene) -> None:
    assert scene.postgres is not None
    scene.postgres.crash()
    scene.postgres.start()


def brokers_one_after_the_other(scene: Scene) -> None:
    """As an upgrade does: each is stopped and started again while the others go on."""
    for broker in BROKERS:
        scene.desk.stack.stop(broker)
        sleep(2)
        scene.desk.stack.start(broker)


def at_once(*strikes: Strike) -> Strike:
    """All of them while the same packets come in."""

    def strike(scene: Scene) -> None:
        with ThreadPoolExecutor(len(strikes)) as threads:
            for struck in [threads.submit(one, scene) for one in strikes]:
                struck.result()

    return strike


THRICE = notifications("notifications thrice, in any order", told_thrice_backwards)
POISON = Fault("a poisoned case and an unreadable file", poisoned, packets=16)
IN_SHORT = Fault(
    "notifications thrice, poison, and two more workers of cases that join and leave",
    at_once(THRICE.strike, POISON.strike, workers_come_and_go("cases")),
    packets=24,
)
"""What no other test tries, at once, for every run of all tests."""

WITH_POSTGRES = (
    Fault("nothing, on PostgreSQL", nothing),
    Fault(f"PostgreSQL away for {OUTAGE:g} s", postgres_restarted, packets=24),
    Fault("PostgreSQL crashes", postgres_crashed, packets=16),
    Fault("SIGKILL of cases on PostgreSQL", lambda scene: scene.desk.stack.kill("cases")),
    Fault("two more workers of each service, on PostgreSQL", workers_come_and_go(*SCALED), pace=2, until_over=True),
)
WITH_THREE_BROKERS = (
    Fault("nothing, on three brokers", nothing),
    Fault("SIGKILL of one broker of three", lambda scene: scene.desk.stack.kill("kafka-2"), packets=24),
    Fault("rolling restart of three brokers", brokers_one_after_the_other, packets=80, pace=2),
)


def in_one_house(with_disks: bool) -> tuple[Fault, ...]:
    """Everything that a house with SQLite and one broker can suffer, in the order of the table."""
    parts = ("kafka", "ministack", "mail", *SERVICES)
    half = 0.5
    return (
        Fault("nothing", nothing),
        *(killed(part) for part in parts),
        *(frozen(part) for part in parts),
        frozen_beside_another("cases"),
        away("kafka"),
        away("ministack"),
        bad_line("S3 and SQS: half of the answers are errors", (Mood.ERROR, half), (Mood.ERROR, half)),
        bad_line("S3 and SQS: half of the answers break off", (Mood.CUT, half), (Mood.CUT, half)),
        bad_line("S3 and SQS: silence", (Mood.SILENCE, half), (Mood.SILENCE, half)),
        notifications("notifications lost", never_told),
        notifications("notifications late, after the sweep", told_late),
        THRICE,
        locked("cases"),
        mail_says("451 4.3.2 come again later", "SMTP 451"),
        mail_says("554 5.7.1 not from you", "SMTP 554"),
        mail_says("hang", "SMTP hangs"),
        *((full("databases", "every database"), full("mail", "the Maildir")) if with_disks else ()),
        Fault("clocks jump 30 min, 2 h, and back", clocks_jump, packets=48, pace=1.5),
        Fault("two more workers of each service join and leave", workers_come_and_go(*SCALED), pace=2, until_over=True),
        POISON,
    )
