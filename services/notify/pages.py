"""What notify's web port tells: a mail as it was written, for the console and for people on the machine."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from services.chassis.pages import Answer, Page
from services.notify import store


def mail_page(db: Connection, said: Mapping[str, str], _: datetime) -> Answer:
    """``/mails/<notification id>``: subject, text and recipient."""
    mail = store.written(db, said["notification_id"])
    if mail is None:
        return Answer(404, {"error": "there is no such mail"})
    return Answer(200, mail)


PAGES = (Page("/mails/{notification_id}", mail_page),)
