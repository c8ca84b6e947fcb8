"""What notify's web port tells: a mail as it was written, for the console and for people on the machine."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from services.chassis.pages import Answer, Page
from services.notify import store

_MOST = 50
_USUAL = {"waiting": 600, "refused": 86_400}


def mail_page(db: Connection, said: Mapping[str, str], _: datetime) -> Answer:
    """``/mails/<notification id>``: subject, text and recipient."""
    mail = store.written(db, said["notification_id"])
    if mail is None:
        return Answer(404, {"error": "there is no such mail"})
    return Answer(200, mail)


def not_sent_page(db: Connection, said: Mapping[str, str], now: datetime) -> Answer:
    """``/mails``: how many mails there are of each state, how many wait since ``waiting`` seconds or were refused
    within the last ``refused`` seconds, and the newest that did not go out, without their words."""
    waits, lately = (now - timedelta(seconds=_number(said.get(name), usual)) for name, usual in _USUAL.items())
    listed = [
        {
            "about": row.about,
            "template": row.template,
            "agent_code": row.agent_code,
            "state": row.state,
            "at": (row.finished_at or row.queued_at).isoformat(),
            "attempts": row.attempts,
            "server_reply": row.server_reply,
        }
        for row in store.not_sent(db, _MOST)
    ]
    numbers = {"waiting": store.waiting_since(db, waits), "refused": store.refused_since(db, lately)}
    return Answer(200, {"states": store.by_state(db), **numbers, "not_sent": listed})


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else usual


PAGES = (Page("/mails", not_sent_page), Page("/mails/{notification_id}", mail_page))
