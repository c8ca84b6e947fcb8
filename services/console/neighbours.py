"""What the console asks other services on their own ports: where a case stands, a mail as it was sent."""

import logging
from dataclasses import dataclass
from typing import Any

import httpx

log = logging.getLogger(__name__)

_SECONDS = 2.0


@dataclass(frozen=True)
class SentMail:
    subject: str
    text: str
    html: str
    recipient: str


class Neighbours:
    """Each answer may be ``None``: a page is shown without it when the service does not answer."""

    def __init__(self, cases_url: str, notify_url: str, intake_url: str, token: str | None = None) -> None:
        self._cases_url = cases_url.rstrip("/")
        self._notify_url = notify_url.rstrip("/")
        self._intake_url = intake_url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=_SECONDS, trust_env=False, headers=headers)

    def standing(self, case_id: str) -> dict[str, Any] | None:
        """The case as cases tells it: where it stands in one paragraph, what may be asked of it."""
        return self._asked(f"{self._cases_url}/cases/{case_id}")

    def mail(self, notification_id: str) -> SentMail | None:
        found = self._asked(f"{self._notify_url}/mails/{notification_id}")
        if found is None:
            return None
        return SentMail(found["subject"], found["text"], found["html"], found["recipient"])

    def mails(self) -> dict[str, Any] | None:
        """How many mails there are of each state, and those that did not go out."""
        return self._asked(f"{self._notify_url}/mails")

    def uploads(self) -> dict[str, Any] | None:
        """How far the uploads are that intake has on record."""
        return self._asked(f"{self._intake_url}/uploads")

    def close(self) -> None:
        self._client.close()

    def _asked(self, address: str) -> dict[str, Any] | None:
        try:
            answer = self._client.get(address)
        except httpx.HTTPError as error:
            log.warning("A neighbour does not answer: %s", type(error).__name__)
            return None
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return found
