"""Least privilege on Kafka: every account, every topic, every operation, against what the contracts say."""

import re
from collections.abc import Iterable

import pytest
from kafka.admin import ACLOperation, ResourceType

from infra.stack.secure import WATCHES, accounts, allow, carrier_account, rights
from schemas.base import Contract
from schemas.events import BY_DATA
from schemas.parties import CARRIER, OPERATIONS, VENDOR, receives, sends
from schemas.topics import SERVICES, registry
from tests.infra.acl_rules import may

CARRIERS = ("aldermoor", "quillhaven")
TABLE = tuple(rights(CARRIERS))
TOPICS = tuple(topic.name for topic in registry(CARRIERS))
OPERATIONS_OF_KAFKA = tuple(
    each for each in ACLOperation if each not in (ACLOperation.ANY, ACLOperation.UNKNOWN, ACLOperation.ALL)
)
OF_DEAD_LETTERS = ("dead-letters.resolutions",)
GROUPS = (*SERVICES, "carriers.aldermoor.x", "carriers.quillhaven.x", "vendors.x", "operations.x", "anything")


def said_on(data: Iterable[type[Contract]], topic: str, **names: str) -> bool:
    """Whether one of these events is published on a topic; a placeholder without a name stands for anything."""
    for each in data:
        pattern = re.escape(BY_DATA[each].topic).replace(r"\{", "{").replace(r"\}", "}")
        for name in ("service", "carrier"):
            pattern = pattern.replace(f"{{{name}}}", re.escape(names[name]) if name in names else r"[a-z-]+")
        if re.fullmatch(pattern, topic):
            return True
    return False


def by_contract(account: str, operation: ACLOperation, topic: str) -> bool:
    """What the contracts, and nothing of the table, say that an account needs."""
    party, own = account, {"carrier": account.removeprefix("carrier-")} if account.startswith("carrier-") else {}
    if own:
        party = CARRIER
    takes = {**own, "service": account}
    if operation is ACLOperation.WRITE:
        return said_on(sends(party), topic, **own) or topic == f"{account}.dead-letters"
    if operation is ACLOperation.READ:
        return (
            said_on(receives(party), topic, **takes)
            or account == OPERATIONS
            or (account == WATCHES and (topic in OF_DEAD_LETTERS or topic.endswith((".dead-letters", ".commands"))))
        )
    if operation is ACLOperation.DESCRIBE:
        # Who watches the house sees how far everybody is, without reading it.
        reads_or_writes = (by_contract(account, each, topic) for each in (ACLOperation.READ, ACLOperation.WRITE))
        return account == WATCHES or any(reads_or_writes)
    return False


@pytest.mark.parametrize("account", accounts(CARRIERS))
def test_an_account_can_do_what_its_contract_says_and_nothing_else(account: str) -> None:
    for topic in (*TOPICS, "somebody.elses"):
        for operation in OPERATIONS_OF_KAFKA:
            allowed = may(TABLE, account, operation, topic)
            wanted = by_contract(account, operation, topic) and topic in TOPICS
            assert allowed == wanted, f"{account} {operation.name} {topic}"


@pytest.mark.parametrize("account", accounts(CARRIERS))
def test_an_account_reads_in_groups_of_its_own_name_and_can_do_nothing_to_the_cluster(account: str) -> None:
    own = {
        **{service: service for service in SERVICES},
        **{carrier_account(carrier): f"carriers.{carrier}.x" for carrier in CARRIERS},
        VENDOR: "vendors.x",
    }.get(account)
    for group in GROUPS:
        assert may(TABLE, account, ACLOperation.READ, group, ResourceType.GROUP) == (group == own), group
    for kind in (ResourceType.CLUSTER, ResourceType.TRANSACTIONAL_ID, ResourceType.DELEGATION_TOKEN):
        assert not any(
            may(TABLE, account, operation, name, kind)
            for operation in OPERATIONS_OF_KAFKA
            for name in ("kafka-cluster", account)
        )


def test_a_right_too_many_would_be_seen() -> None:
    assert not may(TABLE, "notify", ACLOperation.READ, "intake.applications")
    wide = (*TABLE, allow("notify", ACLOperation.ALL, ResourceType.TOPIC, "intake.", is_prefix=True))
    assert may(wide, "notify", ACLOperation.READ, "intake.applications")
    assert may(wide, "notify", ACLOperation.DELETE, "intake.applications")
