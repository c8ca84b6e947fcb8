"""The faults that are tried on one house, each with what it does."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from time import sleep

from kafka import KafkaProducer

from infra.stack.parts import BROKERS
from infra.stack.run import RunInfo
from samples import hostile
from schemas.ids import case_id
from schemas.topics import SERVICES
from tests.chassis.house import eventually
from tests.faults.clock import clock_of_its_own
from tests.faults.disks import filled
from tests.faults.notifications import notify_of, unwired, uploads_of
from tests.faults.proxy import Mood, proxy_before
from tests.faults.trial import Fault, Scene, Strike
from tests.faults.workers import worker

LONGER_THAN_THE_SESSION = 14.0
"""Seconds; a member that is silent for ten is taken for dead."""
LONGER_THAN_A_LOCK_IS_WAITED_FOR = 34.0
"""Seconds; SQLite gives a locked database thirty."""
OUTAGE = 8.0
SCALED = ("intake", "validation", "requirements", "cases", "notify")


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
        with proxy_before(stack.run.objects_url, chance) as line:
            through = {"AWS_ENDPOINT_URL_S3": line.url, "AWS_ENDPOINT_URL_SQS": line.url}
            with worker(stack.run, "intake", "1", **through):
                with line.misbehaving(s3=s3, sqs=sqs):
                    sleep(OUTAGE)
                assert line.spoiled, "nothing went over the line"
        stack.start("intake")

    return Fault(name, strike, packets=24)


def notifications(name: str, then: Callable[[Scene, list[tuple[str, str]]], None]) -> Fault:
    """Uploads of which the queue hears nothing, and what is sent in their place."""

    def strike(scene: Scene) -> None:
        known = set(uploads_of(scene.desk))
        with unwired(scene.desk):
            sleep(4)
            missed = [upload for upload in uploads_of(scene.desk) if upload not in known]
            assert missed
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
            second = [held.enter_context(worker(run, service, "2")) for service in services]
            third = [held.enter_context(worker(run, service, "3")) for service in services]
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
    with clock_of_its_own(scene.desk.run) as clock, ExitStack() as held:
        for service in SERVICES:
            held.enter_context(worker(stack.run, service, "1", **clock.environment))
        for ahead in (1800, 7200, 0):
            clock.set_ahead(ahead)
            sleep(OUTAGE)
    stack.start(*SERVICES)


def poisoned(scene: Scene) -> None:
    """Bytes that are no event under a case of their own, and a file that nobody can read."""
    before = len(scene.desk.verify().books.dead_records)
    producer = KafkaProducer(bootstrap_servers=scene.desk.run.kafka)
    producer.send("intake.applications", key=case_id("poison").encode(), value=b'{"specversion": "1.0", "type":').get(
        60
    )
    producer.close()
    scene.desk.drop(hostile.corrupt(), "poison.pdf")
    eventually(lambda: len(scene.desk.verify().books.dead_records) >= before + 4, "the poison lies apart", 60)


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


IN_SHORT = (
    notifications("notifications thrice, in any order", told_thrice_backwards),
    Fault("a poisoned case and an unreadable file", poisoned),
    Fault("two more workers of cases join and leave", workers_come_and_go("cases"), packets=24),
)
"""What no other test tries, for every run of all tests."""

WITH_POSTGRES = (
    Fault("nothing, on PostgreSQL", nothing),
    Fault(f"PostgreSQL away for {OUTAGE:g} s", postgres_restarted, packets=24),
    Fault("PostgreSQL crashes", postgres_crashed, packets=16),
    Fault("SIGKILL of cases on PostgreSQL", lambda scene: scene.desk.stack.kill("cases")),
    Fault("two more workers on PostgreSQL", workers_come_and_go(*SCALED), packets=60),
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
        frozen("kafka"),
        frozen("intake"),
        frozen("notify"),
        frozen_beside_another("cases"),
        away("kafka"),
        away("ministack"),
        bad_line("S3 and SQS: half of the answers are errors", (Mood.ERROR, half), (Mood.ERROR, half)),
        bad_line("S3 and SQS: half of the answers break off", (Mood.CUT, half), (Mood.CUT, half)),
        bad_line("S3 and SQS: silence", (Mood.SILENCE, half), (Mood.SILENCE, half)),
        notifications("notifications lost", never_told),
        notifications("notifications late, after the sweep", told_late),
        notifications("notifications thrice, in any order", told_thrice_backwards),
        locked("cases"),
        mail_says("451 4.3.2 come again later", "SMTP 451"),
        mail_says("554 5.7.1 not from you", "SMTP 554"),
        mail_says("hang", "SMTP hangs"),
        *((full("databases", "every database"), full("mail", "the Maildir")) if with_disks else ()),
        Fault("clocks jump 30 min, 2 h, and back", clocks_jump, packets=48, pace=1.5),
        Fault("two more workers of each service join and leave", workers_come_and_go(*SCALED), packets=60),
        Fault("a poisoned case and an unreadable file", poisoned, packets=16),
    )
