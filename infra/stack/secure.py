"""Kafka with locks on: TLS, an account for every service, carrier and vendor, and what each may read and write.

Who may do what comes from the contracts (``schemas.parties``): a party writes the topics of what it sends and reads
those of what it receives, nothing else. Passwords are made here, lie in files that only the owner can read, and are
never on a command line: the broker's own account is in its settings file, all others are made through its protocol.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from infra.stack.certificates import authority
from infra.stack.errors import StackError
from infra.stack.private_files import password_in
from schemas.events import BY_DATA
from schemas.parties import CARRIER, OPERATIONS, VENDOR, receives, sends
from schemas.topics import SERVICES, dead_letters, registry
from services.console.letters.evidence import told_on

BROKER = "broker"
"""The broker's own account, by which the stack sets it up."""

WATCHES = "console"
"""The service whose people look after the dead letters of all, and see how far everybody is."""

_EVERY_RIGHT = ACLFilter(
    None,
    None,
    ACLOperation.ANY,
    ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)

_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def carrier_account(carrier: str) -> str:
    return f"{CARRIER}-{carrier}"


def accounts(carriers: Iterable[str]) -> tuple[str, ...]:
    """Everybody who has an account, but the broker itself."""
    return (*SERVICES, *(carrier_account(carrier) for carrier in carriers), VENDOR, OPERATIONS)


def password_file(data: Path, account: str) -> Path:
    return data / "secrets" / "kafka" / f"{account}.password"


def make_passwords(data: Path, names: Iterable[str]) -> None:
    """A password for each account that has none yet, in a file of its own that only its owner can read."""
    for name in names:
        password_in(password_file(data, name))


def broker_settings(data: Path, port: int, controller_port: int) -> str:
    """What a broker with locks is told beyond the plain one's settings; holds the broker's password."""
    password = password_file(data, BROKER).read_text()
    plain = f'{_PLAIN} required username="{BROKER}" password="{password}" user_{BROKER}="{password}";'
    tls = authority(data)
    return "\n".join(
        (
            f"listeners=SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
            f"advertised.listeners=SASL_SSL://127.0.0.1:{port}",
            "listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:SASL_SSL",
            "inter.broker.listener.name=SASL_SSL",
            "sasl.mechanism.inter.broker.protocol=PLAIN",
            "sasl.mechanism.controller.protocol=PLAIN",
            "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512",
            f"listener.name.sasl_ssl.plain.sasl.jaas.config={plain}",
            f"listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={_SCRAM} required;",
            "listener.name.controller.sasl.enabled.mechanisms=PLAIN",
            f"listener.name.controller.plain.sasl.jaas.config={plain}",
            "ssl.keystore.type=PEM",
            f"ssl.keystore.location={tls.vouched(BROKER)}",
            "ssl.truststore.type=PEM",
            f"ssl.truststore.location={tls.certificate}",
            # Passwords say who a client is. One that shows a certificate as well must show a good one.
            "listener.name.sasl_ssl.ssl.client.auth=requested",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found=false",
            f"super.users=User:{BROKER}",
            "",
        )
    )


def client_settings(data: Path, account: str) -> dict[str, str]:
    """What kafka-python is told to speak as this account."""
    return {
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(authority(data).certificate),
        "sasl_mechanism": "PLAIN" if account == BROKER else "SCRAM-SHA-512",
        "sasl_plain_username": account,
        "sasl_plain_password": password_file(data, account).read_text(),
    }


def grant(bootstrap: str, data: Path, carriers: tuple[str, ...]) -> None:
    """Make every account of the local broker and what it may do, and nothing beyond. Raises ``StackError``."""
    settings = client_settings(data, BROKER)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, **settings)
    try:
        made = admin.alter_user_scram_credentials(
            [
                UserScramCredentialUpsertion(
                    name, ScramMechanism.SCRAM_SHA_512, password_file(data, name).read_text().encode(), iterations=4096
                )
                for name in accounts(carriers)
            ]
        )
    finally:
        admin.close()
    if refused := [f"{name}: {error}" for name, error in made.items() if error]:
        raise StackError(f"Kafka refused accounts: {refused[:5]}")
    set_rights(bootstrap, carriers, **settings)


def set_rights(bootstrap: str, carriers: tuple[str, ...], **account: Any) -> tuple[str, ...]:
    """Give our accounts the rights of the table on any Kafka, and take from them what it does not name; returns what
    was done, a line each. Other accounts' rights are left alone. Raises ``StackError`` when the broker refuses."""
    ours = {f"User:{name}" for name in accounts(carriers)}
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, **account)
    try:
        wanted, found = set(rights(carriers)), set(admin.describe_acls(_EVERY_RIGHT)[0])
        given = wanted - found
        taken = {right for right in found - wanted if right.principal in ours}
        refused: list[Any] = admin.create_acls(list(given))["failed"] if given else []
        if taken:
            gone = admin.delete_acls([_only(right) for right in taken])
            refused += [error for _, affected, error in gone if not affected]
    finally:
        admin.close()
    if refused:
        raise StackError(f"Kafka refused rights: {refused[:5]}")
    return (
        *sorted(f"given: {_in_words(right)}" for right in given),
        *(f"taken: {_in_words(right)}" for right in taken),
    )


def rights(carriers: tuple[str, ...]) -> Iterator[ACL]:
    """Every right of every account."""
    for service in SERVICES:
        yield from _party(service, service, carriers)
        yield allow(service, ACLOperation.WRITE, ResourceType.TOPIC, dead_letters(service).name)
        yield allow(service, ACLOperation.READ, ResourceType.GROUP, service)
    for name in told_on():
        yield allow(WATCHES, ACLOperation.READ, ResourceType.TOPIC, name)
    for topic in registry(carriers):
        yield allow(WATCHES, ACLOperation.DESCRIBE, ResourceType.TOPIC, topic.name)
    for service in SERVICES:
        yield allow(WATCHES, ACLOperation.DESCRIBE, ResourceType.GROUP, service)
    for carrier in carriers:
        account = carrier_account(carrier)
        yield from _party(CARRIER, account, (carrier,))
        prefix = f"carriers.{carrier}."
        yield allow(account, ACLOperation.DESCRIBE, ResourceType.TOPIC, prefix, is_prefix=True)
        yield allow(account, ACLOperation.READ, ResourceType.GROUP, prefix, is_prefix=True)
    yield from _party(VENDOR, VENDOR, ())
    yield allow(VENDOR, ACLOperation.READ, ResourceType.GROUP, "vendors.", is_prefix=True)
    yield from _party(OPERATIONS, OPERATIONS, carriers)
    for topic in registry(carriers):
        yield allow(OPERATIONS, ACLOperation.READ, ResourceType.TOPIC, topic.name)
    for group in (*SERVICES, "operations."):
        yield allow(OPERATIONS, ACLOperation.DESCRIBE, ResourceType.GROUP, group, is_prefix=group == "operations.")


def _party(party: str, account: str, carriers: tuple[str, ...]) -> Iterator[ACL]:
    """The topics of what a party sends and receives. Who sends commands does so to every service; it takes its own."""
    for data in sends(party):
        for topic in _spelled_out(BY_DATA[data].topic, {"service": SERVICES, "carrier": carriers}):
            yield allow(account, ACLOperation.WRITE, ResourceType.TOPIC, topic)
    for data in receives(party):
        for topic in _spelled_out(BY_DATA[data].topic, {"service": (account,), "carrier": carriers}):
            yield allow(account, ACLOperation.READ, ResourceType.TOPIC, topic)


def _spelled_out(topic: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A topic's name, once for each carrier or service that it stands for."""
    for placeholder, values in names.items():
        if f"{{{placeholder}}}" in topic:
            return tuple(topic.replace(f"{{{placeholder}}}", value) for value in values)
    return (topic,)


def allow(account: str, operation: Any, kind: Any, name: str, is_prefix: bool = False) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if is_prefix else ACLResourcePatternType.LITERAL
    return ACL(f"User:{account}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(kind, name, pattern))


def _only(right: ACL) -> ACLFilter:
    return ACLFilter(right.principal, right.host, right.operation, right.permission_type, right.resource_pattern)


def _in_words(right: ACL) -> str:
    place = right.resource_pattern
    ending = "*" if place.pattern_type == ACLResourcePatternType.PREFIXED else ""
    return f"{right.principal} {right.operation.name} {place.resource_type.name} {place.resource_name}{ending}"
