"""Writes the software bill of materials (CycloneDX 1.6, JSON): the pinned packages, and the jars of the local Kafka.

``python -m infra.supply.bom FILE``
"""

import hashlib
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from infra.stack.kafka import LIBRARIES
from infra.supply.licences import Licence, licences
from infra.supply.pins import RUN, pins

_JAR = re.compile(r"(?P<name>.+?)-(?P<version>\d[\w.-]*)\.jar")
_GROUP = re.compile(r"^groupId=(\S+)", re.MULTILINE)


def bom(packages: Iterable[Licence], jars: Iterable[Path]) -> Bom:
    made = Bom(components=[*map(_package, packages), *map(_jar, jars)])
    made.metadata.component = Component(name="goodorder", type=ComponentType.APPLICATION, bom_ref="goodorder")
    made.register_dependency(made.metadata.component, made.components)
    return made


def _package(licence: Licence) -> Component:
    pin = licence.pin
    return Component(
        name=pin.name,
        version=pin.version,
        bom_ref=f"python/{pin.name}",
        purl=PackageURL("pypi", name=pin.name, version=pin.version),
        licenses=[DisjunctiveLicense(name=licence.said)],
        # Of all files that may be installed; which one was depends on the machine.
        properties=[Property(name="goodorder:sha256", value=digest) for digest in pin.sha256],
    )


def _jar(file: Path) -> Component:
    named = _JAR.fullmatch(file.name)
    name, version = (named["name"], named["version"]) if named else (file.stem, None)
    group = _group_of(file, name)
    return Component(
        name=name,
        group=group,
        version=version,
        bom_ref=f"jar/{file.name}",
        purl=PackageURL("maven", namespace=group, name=name, version=version) if group else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(file.read_bytes()).hexdigest())],
    )


def _group_of(file: Path, name: str) -> str | None:
    """Who publishes a jar, where Maven wrote it into it."""
    with zipfile.ZipFile(file) as jar:
        for inside in jar.namelist():
            if inside.endswith(f"/{name}/pom.properties") and (found := _GROUP.search(jar.read(inside).decode())):
                return found[1]
    return None


def written(made: Bom) -> str:
    """The bill as JSON. Raises ``ValueError`` if it is not as CycloneDX's schema demands."""
    text: str = JsonV1Dot6(made).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(str(fault.data)[:500])
    return text


def main() -> None:
    file = Path(sys.argv[1])
    jars = sorted(LIBRARIES.glob("*.jar"))
    made = bom(licences(pins(RUN)), jars)
    file.write_text(written(made) + "\n", "utf-8")
    sys.stdout.write(f"{file}: {len(made.components)} components, {len(jars)} of them jars of the local Kafka\n")


if __name__ == "__main__":
    main()
