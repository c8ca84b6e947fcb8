"""What a table of rights allows, by Kafka's own rules: literal and prefixed names, and what implies what."""

from collections.abc import Iterable

from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourceType

_IMPLY = {
    ACLOperation.DESCRIBE: {ACLOperation.READ, ACLOperation.WRITE, ACLOperation.DELETE, ACLOperation.ALTER},
    ACLOperation.DESCRIBE_CONFIGS: {ACLOperation.ALTER_CONFIGS},
}


def may(
    table: Iterable[ACL], account: str, operation: ACLOperation, name: str, kind: ResourceType = ResourceType.TOPIC
) -> bool:
    sufficient = {operation, ACLOperation.ALL} | _IMPLY.get(operation, set())
    return any(
        right.principal in (f"User:{account}", "User:*")
        and right.operation in sufficient
        and right.permission_type == ACLPermissionType.ALLOW
        and right.resource_pattern.resource_type == kind
        and _fits(right.resource_pattern, name)
        for right in table
    )


def _fits(pattern: ACL, name: str) -> bool:
    if pattern.pattern_type == ACLResourcePatternType.PREFIXED:
        return name.startswith(pattern.resource_name)
    return pattern.resource_name in (name, "*")
