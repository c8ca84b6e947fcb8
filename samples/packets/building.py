"""Builds packets: from a description to PDF bytes and the truth that a perfect reader and checker would find."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from random import Random

from samples.packets.case_values import Circumstances, Setting, Value, Values, clean_values
from samples.packets.defects import DEFECTS, Draft
from samples.packets.handwriting import Spot, written_by_hand
from samples.packets.paper import Base, base, fill
from samples.packets.scanning import scanned
from samples.packets.writing import Written, as_read, written
from schemas.carrier import Carrier, CarrierForm, Carriers, Form, load_carriers
from schemas.codes import FormKind, YesNo
from schemas.producers import Producer, load_producers
from schemas.state_tables import HivConsentRule, ReplacementModel

HOUSE = Path(__file__).parents[2]


class Delivery(StrEnum):
    """How the packet comes."""

    FILLABLE = "fillable"
    FLATTENED = "flattened"
    SCANNED = "scanned"


@dataclass(frozen=True)
class Packet:
    """A packet to build; the same description gives the same bytes."""

    name: str
    carrier: str
    seed: int
    today: date
    """The day the packet is dropped: signatures are dated a few days before it."""
    defects: tuple[str, ...] = ()
    delivery: Delivery = Delivery.FILLABLE
    circumstances: Circumstances | None = None
    """Drawn from the seed when not given."""
    hand: str | None = None
    """The handwriting of a flattened or scanned packet, one of ``handwriting.HANDS``; typed when not given."""
    language: str = "en"
    """Of the forms, where the carrier has them in it; the others are English."""


@dataclass(frozen=True)
class Truth:
    """What is really in a packet."""

    carrier: str
    agent_code: str
    forms: tuple[str, ...]
    """Form ids in the order of the pages."""
    values: dict[str, Value]
    """By path in the application, typed as there; a path that is not here was left blank or is not asked."""
    defects: tuple[str, ...]
    rules: frozenset[str]
    """Ids of the rules that have to find something: these, and no others but those in ``told``."""
    told: frozenset[str]
    """Ids of the rules that say something of a case in good order, too."""


@dataclass(frozen=True)
class BuiltPacket:
    name: str
    content: bytes
    truth: Truth
    written: Written
    """What each field bears, by field name."""
    pages: tuple[tuple[str, int], ...]
    """Form id and page of the form (from 1) of each page."""


@dataclass(frozen=True)
class FilledPacket:
    """A packet before it is put on paper."""

    truth: Truth
    written: Written
    forms: tuple[tuple[CarrierForm, tuple[int, ...]], ...]
    """In the order of the pages, each with the pages that are sent, from 0."""


@dataclass(frozen=True)
class Shelf:
    """The blanks and people that packets are made from."""

    carriers: Carriers
    producers: tuple[Producer, ...]


@lru_cache(maxsize=4)
def load_shelf(carriers: Path = HOUSE / "carriers", producers: Path = HOUSE / "samples" / "producers.csv") -> Shelf:
    """Reads carriers and agents once; raises what their loaders raise."""
    return Shelf(load_carriers(carriers), tuple(load_producers(producers).values()))


def build(
    packet: Packet, shelf: Shelf | None = None, change: Callable[[Draft], None] = lambda draft: None
) -> BuiltPacket:
    """The packet's bytes and truth; ``change`` is made last, and the truth's rules know nothing of it."""
    filled = filled_in(packet, shelf, change)
    pages = tuple((held.form.id, page + 1) for held, sent in filled.forms for page in sent)
    content = _on_paper(list(filled.forms), filled.written, packet)
    return BuiltPacket(packet.name, content, filled.truth, filled.written, pages)


def filled_in(
    packet: Packet, shelf: Shelf | None = None, change: Callable[[Draft], None] = lambda draft: None
) -> FilledPacket:
    """What :func:`build` puts on paper."""
    shelf = shelf or load_shelf()
    carrier, random = shelf.carriers[packet.carrier], Random(f"{packet.carrier} {packet.seed}")
    defects = [DEFECTS[name] for name in packet.defects]
    circumstances = packet.circumstances or draw_circumstances(random)
    for defect in defects:
        circumstances = defect.needs(circumstances)
    producer = random.choice(shelf.producers)
    application = _in_force(carrier, FormKind.APPLICATION, packet.language)
    setting = Setting(carrier, application.form, producer, packet.today, circumstances, random)
    values = clean_values(setting)
    draft = Draft(values, packet.today, _kinds_due(carrier, values, setting.signed_on))
    for defect in defects:
        defect.spoil(draft)
    change(draft)
    forms = [_pages_sent(draft, held) for held in _forms_sent(carrier, draft, packet.language)]
    truth = Truth(
        carrier=carrier.id,
        agent_code=producer.code,
        forms=tuple(held.form.id for held, _ in forms),
        values=_truth_values(forms, draft.values),
        defects=packet.defects,
        rules=frozenset(defect.rule for defect in defects),
        told=_told(carrier, draft, setting.signed_on, application.form),
    )
    return FilledPacket(truth, _written(forms, draft.values), tuple(forms))


def random_packet(
    seed: int, today: date, delivery: Delivery = Delivery.FILLABLE, shelf: Shelf | None = None
) -> BuiltPacket:
    """A packet for load runs: clean in three of five, else with one defect; each seed gives other bytes."""
    random = Random(f"packet {seed}")
    carrier = random.choice(("aldermoor", "quillhaven"))
    possible = [name for name, defect in DEFECTS.items() if carrier in defect.carriers]
    defects = (random.choice(possible),) if random.random() < 0.4 else ()
    return build(Packet(f"packet-{seed:05}", carrier, seed, today, defects, delivery), shelf)


def _told(carrier: Carrier, draft: Draft, day: date, application: Form) -> frozenset[str]:
    """What a case in good order is told all the same: on a replacement, who tells the existing insurer; on a form
    that asks for no state, that no state's rules were looked at."""
    guidelines = carrier.guidelines_on(day)
    told = guidelines and guidelines.insurer_notice and draft.values.get("existing.replacing") == YesNo.YES
    asks_state = any(field.means == "insured.residence.state" for field in application.fields.values())
    return frozenset({"V-36"} if told else ()) | frozenset(() if asks_state else {"V-83"})


def draw_circumstances(random: Random) -> Circumstances:
    """What kind of case a packet is for, in the shares of a usual mix."""
    drawn = Circumstances(
        other_owner=random.random() < 0.15,
        existing=random.random() < 0.3,
        replacing=random.random() < 0.1,
        bank_draft=random.random() < 0.7,
        tobacco=random.random() < 0.15,
        simplified=random.random() < 0.2,
        with_history=random.random() < 0.3,
        signed_days_ago=random.randrange(1, 9),
    )
    # The second products may not replace other insurance.
    return replace(drawn, simplified=drawn.simplified and not drawn.replacing)


def _kinds_due(carrier: Carrier, values: Values, day: date) -> list[FormKind]:
    """The forms that this case calls for: the notice also where a state wants it for any cover, the consent by state.

    Every sample has blood tested: the grids ask for it at all ages and amounts that samples have, but for the
    smallest amounts, where the consent does no harm.
    """
    replacing = values["existing.replacing"] == YesNo.YES
    existing = values["existing.has_existing"] == YesNo.YES
    state = values["insured.residence.state"]
    notice = replacing or (existing and carrier.replacement_model(str(state), day) is ReplacementModel.NAIC)
    asked = (row.rule for row in carrier.hiv_consent if row.holds(str(state), day))
    consent = any(rule is not HivConsentRule.NOT_REQUIRED for rule in asked)
    return [
        FormKind.APPLICATION,
        FormKind.HIPAA,
        *([FormKind.REPLACEMENT_NOTICE] if notice else []),
        *([FormKind.HIV_CONSENT] if consent else []),
    ]


def _in_force(carrier: Carrier, kind: FormKind, language: str) -> CarrierForm:
    held = {
        held.form.language: held for held in carrier.forms if held.form.kind is kind and held.form.accepted_to is None
    }
    return held.get(language) or held["en"]


def _forms_sent(carrier: Carrier, draft: Draft, language: str) -> list[CarrierForm]:
    forms = [_in_force(carrier, kind, language) for kind in draft.kinds]
    if draft.retired_edition:
        forms[0] = next(
            held for held in carrier.forms if held.form.kind is FormKind.APPLICATION and held.form.accepted_to
        )
    return forms


def _pages_sent(draft: Draft, held: CarrierForm) -> tuple[CarrierForm, tuple[int, ...]]:
    pages = range(1, held.form.page_count + 1)
    return held, tuple(page - 1 for page in pages if (held.form.kind, page) not in draft.lost_pages)


def _written(forms: list[tuple[CarrierForm, tuple[int, ...]]], values: Values) -> Written:
    filled = [written(held.form, values) for held, _ in forms]
    return Written(
        texts={name: text for one in filled for name, text in one.texts.items()},
        ticks=frozenset().union(*(one.ticks for one in filled)),
        signed={name: signer for one in filled for name, signer in one.signed.items()},
    )


def _on_paper(forms: list[tuple[CarrierForm, tuple[int, ...]]], said: Written, packet: Packet) -> bytes:
    flattened = packet.delivery is not Delivery.FILLABLE
    sheets = base(tuple((str(held.blank), pages) for held, pages in forms), flattened)
    if packet.hand is None:
        content = fill(sheets, said, flattened)
    else:
        signed = fill(sheets, Written({}, frozenset(), said.signed), flattened=True)
        content = written_by_hand(signed, said.texts, said.ticks, _spots(sheets), packet.hand, packet.seed)
    return scanned(content, packet.seed) if packet.delivery is Delivery.SCANNED else content


def _spots(sheets: Base) -> dict[str, Spot]:
    return {
        name: Spot(place.page, place.rectangle, place.cells if place.is_comb else 0, place.is_multiline)
        for name, place in sheets.places.items()
    }


def _truth_values(forms: list[tuple[CarrierForm, tuple[int, ...]]], values: Values) -> dict[str, Value]:
    """What the pages that are really sent say."""
    truth: dict[str, Value] = {}
    for held, pages in forms:
        blanks = ((str(held.blank), pages),)
        sent = base(blanks, flattened=False).places
        shown = {name: field for name, field in held.form.fields.items() if name in sent}
        truth |= dict(as_read(held.form.model_copy(update={"fields": shown}), values))
    return truth
