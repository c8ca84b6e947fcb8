"""A service whose pages show cases is open to this machine alone, or asks for a token."""

from pathlib import Path

import pytest

from services.chassis.pages import Answer, Page
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service, main

PAGES = (Page("/cases", lambda db, asked, now: Answer(200, {})),)


def test_pages_with_cases_are_not_shown_to_other_machines_without_a_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOODORDER_WEB_HOST", "0.0.0.0")  # noqa: S104
    service = Service("cases", consumes=(), handlers=(), migrations=Path(), pages=PAGES)
    with pytest.raises(SystemExit) as ended:
        main(lambda: (service, ServiceSettings()))
    assert ended.value.code == 2
    assert "GOODORDER_WEB_HOST is 0.0.0.0, where others can read the pages of cases" in capsys.readouterr().err
