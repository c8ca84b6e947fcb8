"""What an example of the corpus is: a packet that breaks one rule, or comes as near to it as may be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from samples.packets import Packet, build, load_shelf
from samples.packets.case_values import Circumstances
from samples.packets.defects import Draft
from schemas.carrier import Carrier
from schemas.codes import FormKind, YesNo
from services.validation.can_sell import Standing
from services.validation.rule_input import OtherCase

TODAY = date(2026, 6, 15)
SIGNED = TODAY - timedelta(days=3)

_LEVEL, _HARBOR = "ALD-LEVEL", "QM-HARBOR"
_BORN = date(1986, 3, 10)
_BASE: dict[str, Any] = {
    "insured.date_of_birth": _BORN,
    "hipaa.date_of_birth": _BORN,
    "insured.age_stated": 40,
    "insured.annual_income": Decimal(120_000),
    "insured.height_feet": 5,
    "insured.height_inches": 10,
    "insured.weight_pounds": 170,
    "insured.mailing": None,
    "insured.residence.city": "Des Moines",
    "insured.residence.state": "IA",
    "insured.residence.zip": "50309",
    "agent_report.license_state": "IA",
    "coverage.face_amount": Decimal(500_000),
    "coverage.term_years": 20,
    "coverage.rate_class": "standard",
    "coverage.riders": None,
    "premium.modal_amount": Decimal("61.35"),
    "physician": None,
    "physician.name": "Dr. Ada Crane",
    "physician.address": "4 Elm Street, Des Moines, IA 50309",
    "physician.last_seen": "05/2025",
    "physician.reason": "Check-up, no findings",
    "beneficiaries.0.share": Decimal(100),
    "beneficiaries.1": None,
    "beneficiaries.2": None,
    "beneficiaries.3.share": Decimal(100),
    "beneficiaries.4": None,
}


@dataclass(frozen=True)
class Example:
    """A clean packet of the sample carriers with ``changes`` (path to value; ``None`` erases) made to it."""

    rule: str
    violates: bool
    changes: Mapping[str, Any] = field(default_factory=dict)
    carrier: str = "aldermoor"
    circumstances: Mapping[str, Any] = field(default_factory=dict)
    extra: tuple[FormKind, ...] = ()
    """Forms beside application and HIPAA authorisation."""
    without: tuple[FormKind, ...] = ()
    lost: tuple[tuple[FormKind, int], ...] = ()
    retired: bool = False
    today: date = TODAY
    looked_at: date | None = None
    """The day of the judgement, where it is not that of the receipt."""
    standing: Standing | None = None
    other_cases: tuple[OtherCase, ...] = ()
    sold_everywhere: bool = False
    """The carrier's products are sold in every state."""
    rearranged: Callable[[PdfWriter], None] | None = None
    """Moves, doubles or adds pages of the packet."""
    language: str = "en"
    also: frozenset[str] = frozenset()
    """Other rules that rightly find something, too."""

    @property
    def expected(self) -> frozenset[str]:
        """Ids of the rules that have to find something, and no others."""
        told = {"V-36"} if self.circumstances.get("replacing") else set()
        return self.also | told | ({self.rule} if self.violates else set())

    @property
    def carrier_data(self) -> Carrier:
        held = load_shelf().carriers[self.carrier]
        if not self.sold_everywhere:
            return held
        products = tuple(product.model_copy(update={"states_excluded": ()}) for product in held.file.products)
        return replace(held, file=held.file.model_copy(update={"products": products}))

    def packet(self) -> bytes:
        """The packet, fillable."""
        given = {"with_history": False, "bank_draft": True, **self.circumstances}
        packet = Packet(
            f"{self.rule}", self.carrier, 7, self.today, circumstances=Circumstances(**given), language=self.language
        )
        content = build(packet, load_shelf(), self._change).content
        if self.rearranged is None:
            return content
        writer, out = PdfWriter(clone_from=BytesIO(content)), BytesIO()
        self.rearranged(writer)
        writer.write(out)
        return out.getvalue()

    def _change(self, draft: Draft) -> None:
        owner = {f"owner.address.{part}": _BASE[f"insured.residence.{part}"] for part in ("city", "state", "zip")}
        places = {path: "IA" for path in draft.values if path.startswith("signatures.") and path.endswith(".state")}
        other_owner = owner if draft.values["owner.same_as_insured"] == YesNo.NO else {}
        tobacco = {"coverage.rate_class": "standard_tobacco"} if self.circumstances.get("tobacco") else {}
        for changes in (_BASE, places, other_owner, tobacco, self.changes):
            for path, value in changes.items():
                if value is None:
                    draft.erase(path)
                else:
                    draft.values[path] = value
        always = (FormKind.APPLICATION, FormKind.HIPAA, *self.extra)
        draft.kinds[:] = [kind for kind in always if kind not in self.without]
        draft.lost_pages.update(self.lost)
        draft.retired_edition = self.retired


def in_order(writer: PdfWriter, numbers: Sequence[int]) -> None:
    """The packet's pages in this order, from 1; a page may come twice, or not at all."""
    tree = writer.root_object["/Pages"].get_object()
    assert isinstance(tree, DictionaryObject)
    kids = tree["/Kids"]
    assert isinstance(kids, ArrayObject)
    tree[NameObject("/Kids")] = ArrayObject(kids[number - 1] for number in numbers)
    tree[NameObject("/Count")] = NumberObject(len(numbers))
