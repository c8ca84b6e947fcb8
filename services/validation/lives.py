"""Whose application it is, without saying so: a digest of SSN and date of birth that other cases can be found by."""

import hashlib
import re

from schemas.application import Application
from services.validation.numbers import can_be_itin, can_be_ssn


def life_of(application: Application) -> str | None:
    """The same for every application on one life; ``None`` when SSN or date of birth cannot be one."""
    ssn, born = application.insured.ssn, application.insured.date_of_birth
    if ssn is None or born is None or not (can_be_ssn(ssn) or can_be_itin(ssn)):
        return None
    digits = re.sub(r"\D", "", ssn)
    return hashlib.sha256(f"life|{digits}|{born.isoformat()}".encode()).hexdigest()
