"""Reads the producer directory of this house, as licensing has it on file."""

from goodorder.faults import Fault
from goodorder.house import House
from schemas.licensing import ProducerRecord
from services.validation.can_sell import Standing


def on_file(house: House) -> tuple[ProducerRecord, ...]:
    """Every producer's record. Raises :class:`Fault` when licensing never ran here."""
    from goodorder.records import Records  # slow to load
    from services.licensing import store

    with Records(house.settings).of("licensing") as db:
        return store.every_record(db)


def standing_on_file(house: House) -> Standing | None:
    """What a packet's agents are judged by; ``None`` where no house ever ran, so that nobody can be asked."""
    try:
        records = on_file(house)
    except Fault:
        return None
    return Standing(is_loaded=bool(records), producers=records)
