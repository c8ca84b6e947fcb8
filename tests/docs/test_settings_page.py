"""The page that says how to run it knows every setting with its default, every metric, every port."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from infra.stack.run import Ports
from schemas.topics import SERVICES
from services.cases.settings import CasesSettings
from services.chassis.secret_files import is_secret
from services.chassis.settings import ServiceSettings
from services.console.settings import ConsoleSettings
from services.intake.settings import IntakeSettings
from services.licensing.settings import LicensingSettings
from services.notify.settings import NotifySettings
from services.requirements.settings import RequirementsSettings
from services.validation.settings import ValidationSettings
from tests.docs.pages import DOCS, ROOT, page

PAGE = page(DOCS / "run-it.md")
OF_SERVICE: dict[str, type[ServiceSettings]] = {
    "intake": IntakeSettings,
    "validation": ValidationSettings,
    "requirements": RequirementsSettings,
    "cases": CasesSettings,
    "notify": NotifySettings,
    "licensing": LicensingSettings,
    "console": ConsoleSettings,
}
HEADINGS = ("Every service", "Carriers and agents", "Intake", "Notify", "Console", "The local stack and the setup")
ON_PAGE = {name.strip("`"): default for heading in HEADINGS for name, default, _ in PAGE.rows(heading)}
OUTSIDE_SERVICES = {"GOODORDER_PORT_OFFSET", "GOODORDER_REQUIREMENTS"}
_NAME = re.compile(r"GOODORDER_[A-Z_]+[A-Z]")


def _of_services() -> dict[str, Any]:
    """Every setting of every service by its name in the environment, and the file of each secret."""
    fields = {
        f"GOODORDER_{name.upper()}": field
        for settings in OF_SERVICE.values()
        for name, field in settings.model_fields.items()
    }
    files = {f"{name}_FILE": None for name, field in fields.items() if is_secret(field)}
    return {name: field.default for name, field in fields.items()} | files


def _written(default: object) -> str:
    """A default as the page writes it."""
    if default is None:
        return "none"
    shown = default.get_secret_value() if isinstance(default, SecretStr) else default
    return f"`{shown:g}`" if isinstance(shown, float) else f"`{shown}`"


def test_the_page_has_a_row_for_every_setting_and_no_other() -> None:
    assert set(ON_PAGE) == set(_of_services()) | OUTSIDE_SERVICES


@pytest.mark.parametrize("name", sorted(set(_of_services()) - {"GOODORDER_WEB_PORT"}))
def test_the_page_tells_the_default(name: str) -> None:
    assert ON_PAGE[name] == _written(_of_services()[name])


def test_every_service_has_its_own_port_by_default_the_one_that_the_page_tells() -> None:
    ports = {service: settings.model_fields["web_port"].default for service, settings in OF_SERVICE.items()}
    assert ports == dict(Ports().services)
    assert (f"`{min(ports.values())}`", f"`{max(ports.values())}`") == tuple(
        ON_PAGE["GOODORDER_WEB_PORT"].split(" to ")
    )
    told = dict(PAGE.rows("Ports"))
    assert told[", ".join(SERVICES)] == ", ".join(str(ports[service]) for service in SERVICES)
    default = Ports()
    assert told["Kafka"] == f"{default.kafka}, {default.controller}"
    assert told["S3 and SQS"] == str(default.ministack)
    assert told["mail"] == str(default.mail)
    assert told["console, for people"] == str(default.web)


def test_no_program_asks_for_a_setting_that_the_page_does_not_know() -> None:
    programs = [
        path
        for folder in ("services", "infra", "goodorder", "samples", "benchmarks")
        for path in Path(ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sh")
    ]
    asked = {name for path in [*programs, ROOT / "Makefile"] for name in _NAME.findall(path.read_text("utf-8"))}
    assert asked
    assert asked <= set(ON_PAGE)


def test_no_page_tells_of_a_setting_that_does_not_exist() -> None:
    for path in (ROOT / "README.md", *DOCS.rglob("*.md"), *ROOT.glob("*/README.md")):
        assert set(_NAME.findall(path.read_text("utf-8"))) <= set(ON_PAGE), path.name


def test_the_page_knows_every_metric() -> None:
    for path in (ROOT / "services").rglob("*.py"):
        if "prometheus_client" in path.read_text("utf-8"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    ours = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith(("goodorder_", *(f"{service}_" for service in SERVICES)))
    }
    assert ours == {name.strip("`") for name, *_ in PAGE.rows("Metrics")}
