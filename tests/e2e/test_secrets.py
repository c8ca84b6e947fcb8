"""Known secrets go through the whole house; afterwards they lie nowhere but in the packets themselves."""

import base64
import gzip
import json
import os
import re
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from kafka import KafkaProducer

from goodorder.broker import Broker
from goodorder.case_file import CaseFiles
from goodorder.forgetting import forget
from goodorder.outside_voices import ask_of_case, say_as_carrier
from goodorder.records import Records
from samples.packets import Packet, build
from samples.packets.building import BuiltPacket
from schemas.application import Beneficiary
from schemas.carrier import carrier_folders
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CaseRequested
from schemas.codes import BeneficiaryClass, CarrierDecisionKind, CaseRequestKind
from schemas.envelope import CloudEvent
from schemas.events import ApplicationRead
from schemas.ids import case_id, document_id
from schemas.topics import registry
from services.cases import store as cases_store
from services.chassis.forgetting import when_forgotten
from services.chassis.private.events import as_opened
from services.chassis.private.vault import Forgotten
from services.chassis.record import Record
from services.chassis.tables import dead_letter
from services.intake.drop import archive_key
from services.notify.store import notifications
from tests.desk import Desk

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TODAY = datetime.now(UTC).date()
PACKETS = 50


_SECRET = re.compile(
    r".*\.(ssn|tax_id|account_number|routing_number|drivers_license_number|treatment|condition|reason)|medications"
)
"""Paths whose values must be found nowhere: what identifies or opens accounts, and words about health."""


def secrets_of(packet: BuiltPacket) -> Iterator[str]:
    for path, value in packet.truth.values.items():
        if _SECRET.fullmatch(path) and isinstance(value, str) and value:
            yield value


def shapes(secret: str) -> set[bytes]:
    """How a secret may be written: as it is, without hyphens, in UTF-16, and inside base64 at each of three offsets."""
    found = set()
    for said in {secret, secret.replace("-", ""), json.dumps(secret)[1:-1]}:
        plain = said.encode()
        found |= {plain, said.encode("utf-16-le"), said.encode("utf-16-be")}
        for offset in range(3):
            whole = base64.b64encode(b"\0" * offset + plain)
            found.add(whole[4 if offset else 0 : -4])
    return {shape for shape in found if len(shape) >= 8}


class Finder:
    """Looks for many shapes at once: by their first three bytes, then whole."""

    def __init__(self, wanted: frozenset[bytes]) -> None:
        self._begins = np.zeros(1 << 24, dtype=bool)
        self._by_head: dict[bytes, list[bytes]] = defaultdict(list)
        for shape in wanted:
            self._begins[int.from_bytes(shape[:3], "big")] = True
            self._by_head[shape[:8]].append(shape)

    def finds(self, content: bytes) -> bool:
        return any(self._in_piece(content[at : at + _PIECE + 200]) for at in range(0, len(content), _PIECE))

    def _in_piece(self, piece: bytes) -> bool:
        if len(piece) < 8:
            return False
        read = np.frombuffer(piece, np.uint8).astype(np.uint32)
        heads = (read[:-2] << 16) | (read[1:-1] << 8) | read[2:]
        return any(
            piece.startswith(shape, place)
            for place in np.flatnonzero(self._begins[heads])
            for shape in self._by_head.get(piece[place : place + 8], ())
        )


_PIECE = 4_000_000


def written_in(file: Path) -> bytes:
    """What a file holds, but for the holes that Kafka keeps in its indexes."""
    with file.open("rb") as opened:
        end, at, pieces = file.stat().st_size, 0, []
        while at < end:
            try:
                begin = os.lseek(opened.fileno(), at, os.SEEK_DATA)
            except OSError:  # only a hole is left
                break
            at = os.lseek(opened.fileno(), begin, os.SEEK_HOLE)
            pieces.append(os.pread(opened.fileno(), at - begin, begin))
    return b"".join(pieces)


def everything(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Every record of every topic, every object of every bucket but the packets themselves, every file of the data
    folder, every page of figures."""
    carriers = [folder.name for folder in carrier_folders(desk.run.carriers)]
    for record in Broker(desk.run.kafka).read(topic.name for topic in registry(carriers)):
        headers = b"|".join(name.encode() + value for name, value in record.headers)
        yield record.coordinates, (record.key or b"") + (record.value or b"") + headers
    yield from _objects(desk)
    for file in sorted(desk.run.data.rglob("*")):
        if file.is_file() and not file.is_relative_to(desk.run.data / "ministack" / "objects"):
            content = written_in(file)
            yield str(file), content
            if content[:2] == b"\x1f\x8b":
                yield f"{file} unpacked", gzip.decompress(content)
    for name, port in desk.run.ports.services.items():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            yield f"{name}'s figures", answer.read()


def _objects(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Every version of what S3 holds, but for the packets as they were uploaded and our copies of them."""
    for bucket in (one["Name"] for one in desk.s3.list_buckets()["Buckets"]):
        for page in desk.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in page.get("Versions", ()):
                key = version["Key"]
                if not (key.startswith("drop/") or _OUR_COPY.fullmatch(key)):
                    held = desk.s3.get_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])["Body"].read()
                    yield f"{bucket}/{key}", held


_OUR_COPY = re.compile(r"documents/../[0-9a-f]{64}")


@dataclass(frozen=True)
class Fifty:
    """Packets that went through the house, and how their secrets may be written."""

    wanted: frozenset[bytes]
    cases: tuple[str, ...]


@pytest.fixture(scope="module")
def fifty(desk: Desk) -> Fifty:
    wanted: set[bytes] = set()
    cases = []
    for number in range(PACKETS):
        carrier = ("aldermoor", "quillhaven")[number % 2]
        packet = build(Packet(f"secret-{number}", carrier, 70_000 + number, TODAY))
        for secret in secrets_of(packet):
            wanted |= shapes(secret)
        desk.drop(packet.content, f"secret-{number}.pdf", packet.truth.agent_code)
        cases.append(case_id(document_id(packet.content)))
    assert len(wanted) > 10 * PACKETS, "the packets hold secrets to look for"
    desk.until("a mail about each", lambda: _mailed(desk, cases) == set(cases), seconds=400)
    return Fifty(frozenset(wanted), tuple(cases))


def _mailed(desk: Desk, cases: list[str]) -> set[str]:
    """Which of these cases somebody was sent a mail about."""
    sent = sa.select(notifications.c.case_id).where(notifications.c.finished_at.is_not(None))
    with Records(desk.house.settings).of("notify") as db:
        return set(db.execute(sent.where(notifications.c.case_id.in_(cases))).scalars())


def test_fifty_packets_leave_their_secrets_nowhere(desk: Desk, fifty: Fifty) -> None:
    secret = Beneficiary(beneficiary_class=BeneficiaryClass.PRIMARY, name="Robin Merrow", ssn="899-41-7263")
    asked = CaseRequested(
        case_id=fifty.cases[0], request=CaseRequestKind.CHANGE_BENEFICIARY, beneficiaries=(secret,), actor="tests",
        reason="As the client asks.", requested_at=datetime.now(UTC),
    )  # fmt: skip
    ask_of_case(desk.house.broker(), asked)
    desk.until_at_rest(seconds=120)
    finder, places = Finder(fifty.wanted | shapes("899-41-7263") | shapes(_PLANTED)), 0
    found = set()
    with _planted(desk) as (planted, also):
        for place, content in everything(desk):
            places += 1
            if finder.finds(content) and not place.startswith(also):
                found.add(place)
    assert found == planted, "secrets lie where they must not, or what was planted was not found"
    assert places > 20 * PACKETS, "it was looked everywhere"


_PLANTED = "898-52-6374"


@contextmanager
def _planted(desk: Desk) -> Iterator[tuple[set[str], str]]:
    """A secret on a topic, in an object beside a packet and in a file of the data folder: where they lie, and the
    folder of Kafka's own in which the first may be found once more."""
    producer = KafkaProducer(bootstrap_servers=desk.run.kafka)
    # Nobody reads events of this type, so nobody makes a dead letter of it.
    said = {"type": "planted", "said": base64.b64encode(_PLANTED.encode()).decode()}
    lies = producer.send("vendors.statuses", key=b"planted", value=json.dumps(said).encode()).get(30)
    producer.close()
    archive, key = desk.run.environment()["GOODORDER_ARCHIVE_BUCKET"], "documents/00/planted.pictures/planted.png"
    kept = desk.s3.put_object(Bucket=archive, Key=key, Body=_PLANTED.encode())
    file = desk.run.data / "logs" / "planted.txt"
    file.write_bytes(_PLANTED.encode("utf-16"))
    try:
        kafka = desk.run.data / "kafka" / "log" / f"{lies.topic}-{lies.partition}"
        yield {f"{lies.topic}[{lies.partition}]@{lies.offset}", f"{archive}/{key}", str(file)}, str(kafka)
    finally:
        file.unlink()
        desk.s3.delete_object(Bucket=archive, Key=key, VersionId=kept["VersionId"])


def test_a_forgotten_case_cannot_be_read_any_more(desk: Desk, fifty: Fifty) -> None:
    case = fifty.cases[-1]
    [read, *_] = [record for record in _records(desk, "intake.applications") if record.key == case.encode()]
    opened = CloudEvent[ApplicationRead].model_validate_json(
        as_opened(read.value or b"", ApplicationRead, desk.house.vault)
    )
    documents = tuple(sorted(filed.document_id for filed in opened.data.documents))
    told = forget(desk.house, case, "m.lee", "The client asks for it.", datetime.now(UTC))
    assert told.deleted_documents == documents
    environment = desk.run.environment()
    for document in documents:
        archived = {"Bucket": environment["GOODORDER_ARCHIVE_BUCKET"], "Prefix": archive_key(document)}
        assert "Versions" not in desk.s3.list_object_versions(**archived)
    uploaded = {
        "Bucket": environment["GOODORDER_DROP_BUCKET"],
        "Prefix": f"drop/{opened.data.agent_code}/secret-49.pdf",
    }
    assert "Versions" not in desk.s3.list_object_versions(**uploaded), "the upload is gone, every version of it"
    with pytest.raises(Forgotten):
        as_opened(read.value or b"", ApplicationRead, desk.house.vault)
    _a_late_word_is_passed_over(desk, case)


def _a_late_word_is_passed_over(desk: Desk, case: str) -> None:
    """The carrier speaks of a case that was forgotten: nobody stumbles, and the case is still listed."""
    decided = CarrierDecided(case_id=case, decision=CarrierDecisionKind.DECLINED, effective_at=datetime.now(UTC))
    say_as_carrier(desk.house.broker(), "quillhaven", decided)
    records = Records(desk.house.settings)

    def has_heard(service: str) -> bool:
        with records.of(service) as db:
            return when_forgotten(db, case) is not None

    desk.until(
        "every service has heard", lambda: all(map(has_heard, ("validation", "requirements", "cases", "console"))), 90
    )
    desk.until_at_rest(seconds=90)
    with records.of("cases") as db:
        assert cases_store.summary(db, case) is not None
        about = sa.select(dead_letter.c.message).where(dead_letter.c.key == case.encode())
        assert db.execute(about).all() == []
    assert CaseFiles(desk.house.settings).read(case, datetime.now(UTC)).forgotten_at is not None


def _records(desk: Desk, topic: str) -> list[Record]:
    return Broker(desk.run.kafka).read([topic])
