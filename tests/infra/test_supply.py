"""What the house is built of: licences that fit, a bill of materials, and an audit that never passes unseen."""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

from infra.supply import audit, bom
from infra.supply.licences import LOOKED_INTO, Licence, licences
from infra.supply.pins import DEV, RUN, Pin, pins

SOME = Pin("some", "1.0", ("0" * 64,))


def test_every_pinned_package_has_a_licence_that_may_be_part_of_the_house() -> None:
    assert [f"{each.pin.name}: {each.said}" for each in licences(pins(DEV)) if not each.is_allowed] == []


def test_no_package_is_let_off_that_is_no_longer_there() -> None:
    assert LOOKED_INTO.keys() <= {pin.name for pin in pins(DEV)}


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("unknown", False),
        ("not installed here", False),
    ],
)
def test_a_licence_that_does_not_fit_is_seen(said: str, allowed: bool) -> None:
    assert Licence(SOME, said).is_allowed == allowed


def test_a_pin_without_a_hash_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "run.txt"
    file.write_text("some==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\nother[extra]==2.0\n")
    with pytest.raises(ValueError, match="without a hash: other"):
        pins(file)


def test_the_bill_of_materials_names_every_package_and_jar_and_is_valid(tmp_path: Path) -> None:
    jar = tmp_path / "some-lib-2.0.1.jar"
    with zipfile.ZipFile(jar, "w") as inside:
        inside.writestr("META-INF/maven/org.example/some-lib/pom.properties", "groupId=org.example\nversion=2.0.1\n")
    needed = pins(RUN)
    bill = json.loads(bom.written(bom.bom(licences(needed), [jar])))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    by_purl = {component["purl"]: component for component in bill["components"]}
    assert by_purl.keys() == {f"pkg:pypi/{pin.name}@{pin.version}" for pin in needed} | {
        "pkg:maven/org.example/some-lib@2.0.1"
    }
    assert by_purl["pkg:maven/org.example/some-lib@2.0.1"]["hashes"][0]["content"] == _sha256(jar)
    assert all(component["licenses"] for purl, component in by_purl.items() if purl.startswith("pkg:pypi"))


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def answering(tmp_path: Path, answer: object) -> tuple[str, ...]:
    """A command that answers as pip-audit does."""
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer))
    return (sys.executable, "-c", f"print(open({str(file)!r}).read())")


def test_what_is_known_against_a_package_ends_the_audit_with_1(tmp_path: Path) -> None:
    fault = {"id": "CVE-2026-0001", "fix_versions": ["1.1"]}
    answer = {"dependencies": [{"name": "some", "version": "1.0", "vulns": [fault]}]}
    assert audit.audit(answering(tmp_path, answer), must=False) == ("some 1.0: CVE-2026-0001, mended in 1.1", 1)


def test_nothing_known_is_said_with_the_number_of_packages(tmp_path: Path) -> None:
    answer = {"dependencies": [{"name": "some", "version": "1.0", "vulns": []}]}
    assert audit.audit(answering(tmp_path, answer), must=True) == (
        "Nothing is known against the 1 pinned packages.",
        0,
    )


@pytest.mark.slow
def test_without_the_network_it_says_that_nothing_was_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = tmp_path / "one.txt"
    one.write_text("some==1.0 --hash=sha256:" + "0" * 64 + "\n")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    words, code = audit.audit(audit.command(one), must=True)
    assert words.startswith("NOT CHECKED")
    assert code == 3


def test_it_may_be_left_unchecked_where_nobody_insists() -> None:
    assert audit.audit((sys.executable, "-c", ""), must=False)[1] == 0
