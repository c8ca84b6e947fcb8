"""Mails on their way: each once, a case's in order, through faults of the server, of the network and of ourselves."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from schemas import topics
from schemas.codes import DeliveryOutcome
from schemas.dead_letter_events import DeadLettersBegan
from schemas.events import CaseChanged, DocumentRefused, MailDelivery
from schemas.ids import case_id
from services.chassis.database import connect, migrate, migration_config
from services.chassis.shell import Service, utc_now
from services.notify import store
from services.notify.message import parse_address
from services.notify.postman import Mailer, Round
from services.notify.smtp import Server, SmtpMailer
from services.notify.worker import Watch, describe_service
from tests.chassis.workshop import until
from tests.notify.changes import CASE, PRODUCERS, change, not_in_good_order, notice, refusal, requirement
from tests.notify.mail_server import MailServer, serving
from tests.offline import Worker, worker

pytestmark = pytest.mark.slow


def mailer(port: int) -> SmtpMailer:
    return SmtpMailer(Server("127.0.0.1", port, None, None, tls=False, starttls=False), timeout=5.0)


def service(sends: Mailer, owner: str = "worker-1", **more: Any) -> Service:
    return describe_service(PRODUCERS, sends, a_round(owner, **more))


def a_round(owner: str = "worker-1", **more: Any) -> Round:
    how: dict[str, Any] = {
        "owner": owner,
        "owner_returns": True,
        "sender": parse_address("New business desk <new-business@example.com>"),
        "reply_to": None,
        "lease": 30.0,
        "retry_first": 0.02,
        "retry_longest": 0.1,
        "reconnect_first": 0.01,
        "reconnect_longest": 0.05,
    }
    return Round(**{**how, **more})


async def tell(notify: Worker, *changes: CaseChanged) -> None:
    for each in changes:
        await notify.take(each, topics.CASES_CHANGES, f"{each.case_id} {each.revision}", each.case_id)


async def records(notify: Worker) -> tuple[store.MailRecord, ...]:
    return await notify.read(store.mails)


async def until_finished(notify: Worker, count: int) -> list[MailDelivery]:
    """The deliveries, once there are so many."""
    await until(lambda: len(notify.published(MailDelivery)) >= count, f"{count} mails to be finished")
    return notify.published(MailDelivery)


async def test_a_change_becomes_a_mail_within_two_seconds_and_is_told(
    database_url: str, mail_server: MailServer
) -> None:
    async with worker(service(mailer(mail_server.port)), database_url, clock=utc_now) as notify:
        started = time.monotonic()
        await tell(notify, not_in_good_order())
        (delivery,) = await until_finished(notify, 1)
        assert time.monotonic() - started < 2
        (mail,) = mail_server.accepted
        assert mail.recipient == "harriet@example.com"
        assert mail.message["X-Case-Id"] == CASE
        assert delivery.outcome == DeliveryOutcome.SENT
        assert (delivery.case_id, delivery.template, delivery.agent_code) == (CASE, "nigo", "AG-1")
        assert delivery.message_id == mail.message_id
        assert delivery.server_reply == "250 2.0.0 stored"
        (record,) = await records(notify)
        assert (record.state, record.attempts, record.subject) == ("sent", 1, mail.message["Subject"])


async def test_a_notice_for_the_agent_is_one_mail_and_one_for_the_desk_is_none(
    sqlite_url: str, mail_server: MailServer
) -> None:
    async with worker(service(mailer(mail_server.port)), sqlite_url) as notify:
        for number, told in enumerate((notice(), notice(to="bga"), notice())):
            await notify.take(told, topics.REQUIREMENTS_NOTICES, f"notice {number}", CASE)
        await until(lambda: len(mail_server.accepted) == 1, "the mail")
        (record,) = await records(notify)
        assert record.subject == f"{CASE} Jordan P.: stuck without your help: Paramedical exam"
        assert "could not reach your client 3 times" in record.text


async def test_dead_letters_are_told_to_those_who_watch_the_house_once(
    sqlite_url: str, mail_server: MailServer
) -> None:
    began = DeadLettersBegan(
        service="cases", cause="unexpected", dead_letter_id="d-1", message="", open=1, failed_at=utc_now()
    )
    watched = describe_service(PRODUCERS, mailer(mail_server.port), a_round(), Watch("ops@example.com"))
    async with worker(watched, sqlite_url) as notify:
        for number in range(2):
            await notify.take(began, topics.DEAD_LETTER_ALERTS, f"told {number}", "cases|unexpected")
        await notify.take(began.model_copy(update={"dead_letter_id": "d-2"}), topics.DEAD_LETTER_ALERTS, "3", "c|u")
        told = await until_finished(notify, 2)
        assert [mail.recipient for mail in mail_server.accepted] == ["ops@example.com"] * 2
        assert [(one.template, one.agent_code, one.case_id) for one in told] == [("dead_letters_began", None, None)] * 2


async def test_an_event_that_comes_again_is_no_second_mail(database_url: str, mail_server: MailServer) -> None:
    async with worker(service(mailer(mail_server.port)), database_url, clock=utc_now) as notify:
        what = not_in_good_order()
        await tell(notify, what)
        await tell(notify, what)
        await notify.take(what, topics.CASES_CHANGES, "the same change under another event id", CASE)
        await tell(notify, change("approved", "underwriting", revision=5))
        await until_finished(notify, 2)
        assert [mail.message["Subject"].split(": ")[1][:8] for mail in mail_server.accepted] == ["2 things", "approved"]


async def test_the_same_file_uploaded_again_is_refused_again_and_once_an_upload(
    sqlite_url: str, mail_server: MailServer
) -> None:
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:

        async def refuse(what: DocumentRefused, event: str) -> None:
            await notify.take(what, topics.INTAKE_DOCUMENTS, event, what.document_id)

        await refuse(refusal(), "one")
        await refuse(refusal(), "two")
        again = refusal().upload.model_copy(update={"version_id": "v2"})
        await refuse(refusal(upload=again), "three")
        deliveries = await until_finished(notify, 2)
        assert {delivery.document_id for delivery in deliveries} == {refusal().document_id}
        assert len(mail_server.accepted) == 2


async def test_a_mail_that_is_put_off_is_sent_later_as_the_same_mail(
    database_url: str, mail_server: MailServer
) -> None:
    mail_server.replies.append("451 4.7.1 try again later")
    async with worker(service(mailer(mail_server.port)), database_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order())
        (delivery,) = await until_finished(notify, 1)
        assert delivery.outcome == DeliveryOutcome.SENT
        assert len(mail_server.accepted) == 1
        assert (await records(notify))[0].attempts == 2


async def test_the_mails_of_a_case_keep_their_order_and_other_cases_do_not_wait(
    database_url: str, mail_server: MailServer
) -> None:
    mail_server.for_recipient["harriet@example.com"] = "450 4.2.1 mailbox busy"
    other = case_id("another case of the tests")
    async with worker(service(mailer(mail_server.port)), database_url, clock=utc_now) as notify:
        await tell(
            notify,
            not_in_good_order(),
            change("submitted", "ready_to_submit", revision=8),
            change("approved", "underwriting", revision=9, agent_code="AG-2"),
            change("approved", "underwriting", case_id=other, agent_code="AG-2"),
        )
        await until_finished(notify, 1)
        assert [mail.message["X-Case-Id"] for mail in mail_server.accepted] == [other]
        mail_server.for_recipient.clear()
        deliveries = await until_finished(notify, 4)
        assert [delivery.template for delivery in deliveries if delivery.case_id == CASE] == [
            "nigo",
            "submitted",
            "approved",
        ]


async def test_a_refused_recipient_is_recorded_and_stops_nobody_else(
    database_url: str, mail_server: MailServer
) -> None:
    mail_server.for_recipient["bounce@example.com"] = "550 5.1.1 no such mailbox"
    async with worker(service(mailer(mail_server.port)), database_url, clock=utc_now) as notify:
        await tell(
            notify,
            not_in_good_order(agent_code="AG-4"),
            change("approved", "underwriting", revision=5, agent_code="AG-2"),
        )
        refused, sent = await until_finished(notify, 2)
        assert (refused.outcome, refused.server_reply) == (DeliveryOutcome.REFUSED, "550 5.1.1 no such mailbox")
        assert sent.outcome == DeliveryOutcome.SENT
        assert [mail.recipient for mail in mail_server.accepted] == ["asa@example.org"]
        assert [record.state for record in await records(notify)] == ["refused", "sent"]


async def test_a_message_that_the_server_rejects_is_recorded(sqlite_url: str, mail_server: MailServer) -> None:
    mail_server.replies.append("554 5.7.1 looks like spam")
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order())
        (delivery,) = await until_finished(notify, 1)
        assert delivery.outcome == DeliveryOutcome.REFUSED
        assert delivery.server_reply == "554 5.7.1 looks like spam"


@pytest.mark.parametrize("code", ["AG-3", "AG-5", "AG-99", None])
async def test_an_agent_who_cannot_be_written_to_is_recorded(
    sqlite_url: str, mail_server: MailServer, code: str | None
) -> None:
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order(agent_code=code), change("approved", "underwriting", revision=5))
        unwritten, sent = await until_finished(notify, 2)
        assert (unwritten.outcome, unwritten.message_id, unwritten.agent_code) == ("no_address", None, code)
        assert sent.outcome == DeliveryOutcome.SENT
        assert len(mail_server.accepted) == 1


async def test_a_change_that_concerns_no_agent_is_no_mail(sqlite_url: str, mail_server: MailServer) -> None:
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(notify, change("scrubbing", "extracting", revision=3), change("igo", "scrubbing"))
        assert await records(notify) == ()


async def test_requirements_told_with_the_submission_are_not_told_again(
    sqlite_url: str, mail_server: MailServer
) -> None:
    exam = (requirement("Paramedical exam"),)
    more = (*exam, requirement("Inspection report"))
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(
            notify,
            change("submitted", "ready_to_submit", revision=6, requirements=exam),
            change("awaiting_requirements", "carrier_pending", revision=8, requirements=exam),
            change("awaiting_requirements", "underwriting", revision=10, requirements=more),
            change("awaiting_requirements", "underwriting", revision=12, requirements=more),
        )
        deliveries = await until_finished(notify, 2)
        assert [delivery.template for delivery in deliveries] == ["submitted", "awaiting_requirements"]
        assert len(await records(notify)) == 2


async def test_a_server_that_is_down_is_waited_for_and_health_says_so(database_url: str) -> None:
    server = MailServer()
    async with serving(server):
        pass  # now its port is known, and nobody listens there
    waits = service(mailer(server.port))
    async with worker(waits, database_url, clock=utc_now) as notify:
        await tell(notify, *(change("approved", "underwriting", revision=number) for number in (4, 5, 6)))
        await until(lambda: waits.ready(), "the service to say that it waits")
        assert "the mail server takes nothing since" in (waits.ready() or "")
        async with serving(server):
            deliveries = await until_finished(notify, 3)
            assert {delivery.outcome for delivery in deliveries} == {DeliveryOutcome.SENT}
            assert server.message_ids == [delivery.message_id for delivery in deliveries]
            await until(lambda: waits.ready() is None, "the service to be well again")


async def test_a_server_that_refuses_our_sender_is_down_and_no_mail_is_given_up(
    sqlite_url: str, mail_server: MailServer
) -> None:
    mail_server.for_sender = "550 5.7.1 sender not verified"
    refusing = service(mailer(mail_server.port))
    async with worker(refusing, sqlite_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order())
        await until(lambda: refusing.ready(), "the service to say that it waits")
        assert "refuses our sender address: 550 5.7.1" in (refusing.ready() or "")
        mail_server.for_sender = None
        (delivery,) = await until_finished(notify, 1)
        assert delivery.outcome == DeliveryOutcome.SENT


async def test_a_connection_is_kept_and_opened_anew_when_the_server_hung_up(
    sqlite_url: str, mail_server: MailServer
) -> None:
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        for number in (4, 5, 6):
            await tell(notify, change("approved", "underwriting", revision=number))
        await until_finished(notify, 3)
        assert len(mail_server.connections) == 1
        mail_server.hang_up()
        await tell(notify, change("approved", "underwriting", revision=7))
        await until_finished(notify, 4)
        assert len(set(mail_server.message_ids)) == len(mail_server.message_ids) == 4
        assert all(record.attempts == 1 for record in await records(notify))


async def test_a_server_that_closes_in_the_middle_gets_the_mail_again(sqlite_url: str, mail_server: MailServer) -> None:
    mail_server.replies.append("421 4.3.2 shutting down")
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order())
        (delivery,) = await until_finished(notify, 1)
        assert delivery.outcome == DeliveryOutcome.SENT
        assert len(mail_server.accepted) == 1


async def test_many_workers_send_each_mail_once_and_keep_each_cases_order(
    database_url: str, mail_server: MailServer
) -> None:
    cases = [case_id(f"case {number} of the tests") for number in range(8)]
    first, second = (service(mailer(mail_server.port), owner=f"worker-{number}") for number in (1, 2))
    async with worker(first, database_url, clock=utc_now) as one, worker(second, database_url, clock=utc_now) as two:
        for revision in (4, 5, 6):
            for number, case in enumerate(cases):
                teller = (one, two)[number % 2]
                await tell(teller, change("approved", "underwriting", revision=revision, case_id=case))
        # An event may be published by both workers; its notification tells it is one.
        await until(
            lambda: (
                len({delivery.notification_id for each in (one, two) for delivery in each.published(MailDelivery)})
                == 24
            ),
            "all mails to be finished",
        )
        assert len(set(mail_server.message_ids)) == len(mail_server.message_ids) == 24
        queued = [record.message_id for record in await records(one)]
        sent = mail_server.message_ids
        by_case = {record.message_id: record.case_id for record in await records(one)}
        for case in cases:
            assert [m for m in sent if by_case[m] == case] == [m for m in queued if by_case[m] == case]


class Killed(Exception):
    """Stands for SIGKILL: what comes after it in the worker does not happen."""


class KilledAfterTheServersWord:
    """Hands the mail over, and then the worker is gone before it can write that down."""

    def __init__(self, mailer: SmtpMailer) -> None:
        self._mailer = mailer
        self.is_dead = False

    async def send(self, sender: str, recipient: str, message: bytes) -> str:
        await self._mailer.send(sender, recipient, message)
        self.is_dead = True
        raise Killed

    async def close(self) -> None:
        await self._mailer.close()


async def die_sending(database_url: str, server: MailServer, owner: str, **how: Any) -> None:
    killed = KilledAfterTheServersWord(mailer(server.port))
    dies = service(killed, owner, **how)

    async def live() -> None:
        async with worker(dies, database_url, clock=utc_now) as notify:
            await tell(notify, not_in_good_order())
            await until(lambda: killed.is_dead, "the worker to die of the server's word")

    with pytest.raises(Killed):
        await live()


async def test_a_worker_killed_after_the_servers_word_sends_the_same_bytes_again(
    database_url: str, mail_server: MailServer
) -> None:
    await die_sending(database_url, mail_server, "worker-1")
    async with worker(service(mailer(mail_server.port), "worker-1"), database_url, clock=utc_now) as notify:
        (delivery,) = await until_finished(notify, 1)
        first, again = mail_server.accepted
        assert first.wire == again.wire
        assert first.message_id == delivery.message_id


async def test_another_worker_takes_over_when_the_lease_of_a_killed_one_ends(
    database_url: str, mail_server: MailServer
) -> None:
    await die_sending(database_url, mail_server, "worker-1", lease=1.0)
    async with worker(service(mailer(mail_server.port), "worker-2"), database_url, clock=utc_now) as notify:
        await until_finished(notify, 1)
        (record,) = await records(notify)
        assert (record.state, record.attempts) == ("sent", 2)
        assert len(set(mail_server.message_ids)) == 1


@contextmanager
def queue_of(url: str, queued_at: datetime) -> Iterator[Connection]:
    """A table with one mail in it."""
    engine = connect(url, "notify")
    migrate(engine, "notify", ("notify", service(mailer(1)).migrations))
    mail = store.Notification(
        id="n", about=CASE, template="nigo", occasion="4", recipient="a@example.com", case_id=CASE, document_id=None,
        agent_code="AG-1", agent_name="A", subject="s", text="t", html="h", requirements_named=(), message_id="<m>",
        uploaded_at=queued_at, correlation_id="c", traceparent=None, queued_at=queued_at,
    )  # fmt: skip
    try:
        with engine.begin() as db:
            store.add(db, mail)
            yield db
    finally:
        engine.dispose()


def test_a_lease_is_nobody_elses_until_it_ends(sqlite_url: str) -> None:
    now = utc_now()
    with queue_of(sqlite_url, queued_at=now) as db:
        mine = store.lease_next(db, "one", now, 10, 300)
        assert mine is not None
        assert store.lease_next(db, "two", now + timedelta(seconds=9), 10, 300) is None
        theirs = store.lease_next(db, "two", now + timedelta(seconds=11), 10, 300)
        assert theirs is not None
        # The slow one comes back: the mail is no longer its own to finish.
        assert store.finish(db, mine, "one", DeliveryOutcome.SENT, "250", now) is False
        assert store.finish(db, theirs, "two", DeliveryOutcome.SENT, "250", now) is True
        assert store.finish(db, theirs, "two", DeliveryOutcome.SENT, "250", now) is False


def test_a_mail_queued_by_a_clock_that_was_ahead_is_sent_by_one_that_is_right(sqlite_url: str) -> None:
    now = utc_now()
    with queue_of(sqlite_url, queued_at=now + timedelta(seconds=200)) as db:
        assert store.lease_next(db, "one", now, 10, 300) is None, "it was put off"
    with queue_of(f"{sqlite_url}.ahead", queued_at=now + timedelta(hours=2)) as db:
        assert store.lease_next(db, "one", now, 10, 300) is not None


async def test_a_worker_asked_to_stop_finishes_the_mail_in_hand(sqlite_url: str, mail_server: MailServer) -> None:
    mail_server.replies.append("451 not now")  # so that the connection stands before the slow answer
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        await tell(notify, not_in_good_order())
        await until(lambda: not mail_server.replies, "the first attempt")
        mail_server.data_begun.clear()
        mail_server.may_answer.clear()
        await mail_server.data_begun.wait()
        asyncio.get_running_loop().call_later(0.1, mail_server.may_answer.set)
    async with worker(service(mailer(mail_server.port)), sqlite_url, clock=utc_now) as notify:
        assert [record.state for record in await records(notify)] == ["sent"]
    assert len(mail_server.accepted) == 1


def test_the_table_is_as_the_migration_makes_it_and_can_be_taken_back(database_url: str) -> None:
    engine, folder = connect(database_url, "notify"), service(mailer(1)).migrations
    migrate(engine, "notify", ("notify", folder))
    ours: Callable[..., bool] = lambda name, kind, parents: kind != "table" or name in store.metadata.tables  # noqa: E731
    with engine.begin() as db:
        context = MigrationContext.configure(db, opts={"include_name": ours})
        assert compare_metadata(context, store.metadata) == []
        command.downgrade(migration_config(db, "notify", folder), "base")
        assert "notifications" not in sa.inspect(db).get_table_names()
    engine.dispose()
