"""What every rule may look at: the application, its carrier's data, the dates, and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from schemas.ages import age_on
from schemas.application import Application, Evidence, FormFound, Signature
from schemas.carrier import Carrier, CarrierDataError, Form, Limits, Product, Question
from schemas.codes import Doubt, FormKind, ReadingMethod, RequirementKind, SignerRole, YesNo
from schemas.guidelines import Guidelines
from schemas.licensing import ProducerRecord
from schemas.state_tables import ReplacementModel
from services.validation.can_sell import Sale, Standing

SURE = 0.9
"""An OCR reading below this confidence is no proof that something is wrong (measured on scanned samples: wrong
readings lay below 0.6, right ones above 0.95)."""

SURE_INK = 0.6
"""Ink in a box within a fifth of what tells ticked from empty is no proof either, be it called ticked or empty."""

TAKEN_BACK = frozenset((Doubt.STRUCK_OUT, Doubt.SCRIBBLED_OUT))
"""What was written there seems to have been taken back, and nobody has put initials beside it."""


_USUAL_LANGUAGE = "en"
_LABS = frozenset({RequirementKind.BLOOD_URINE, RequirementKind.BLOOD})


@dataclass(frozen=True)
class OtherCase:
    """Another case on the same life: same SSN and date of birth."""

    case_id: str
    carrier: str
    product: str | None
    received_on: date


@dataclass(frozen=True)
class RuleInput:
    application: Application
    carrier: Carrier
    received_on: date
    """The day the packet first arrived, at the carrier."""
    today: date
    """The day of the judgement, at the carrier; later than the receipt when documents followed."""
    latest_day: date
    """The latest day that it is by now where the application was signed: no signature bears a later one."""
    standing: Standing | None = None
    """What the producer directory says of the agents named; ``None`` when nobody asks whether they may sell."""
    other_cases: tuple[OtherCase, ...] = ()
    """Those on the same life."""
    left_out: frozenset[str] = frozenset()
    """Paths that are treated as if no form asked for them."""

    # --- what the forms ask, and what was answered --------------------------------------------------------

    def asks(self, path: str) -> bool:
        """The packet's forms have a field for it. On a page that is missing nothing is asked."""
        asked = path in self.application.evidence or path in self._asked_by_whole_forms
        return asked and path not in self.left_out

    def asks_within(self, path: str) -> bool:
        """The packet's forms have a field for it or for something below it."""
        below = path + "."
        asked = self.application.evidence.keys() | self._asked_by_whole_forms
        return any(known == path or known.startswith(below) for known in asked - self.left_out)

    def value(self, path: str) -> object:
        """The value at a path, ``None`` where there is none."""
        found: object = self.application
        for step in path.split("."):
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, tuple):
                found = found[int(step)] if int(step) < len(found) else None
            else:
                found = getattr(found, step, None)
        return found

    def blank(self, path: str) -> bool:
        """The forms ask for it and there is no value, be it empty or illegible."""
        return self.asks(path) and self.value(path) in (None, "")

    def blanks(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path for path in paths if self.blank(path))

    def illegible(self, path: str) -> bool:
        """Something is written there that could not be understood."""
        evidence = self.application.evidence.get(path)
        return evidence is not None and bool(evidence.raw.strip()) and self.value(path) in (None, "")

    def how_blank(self, path: str) -> str:
        return "could not be understood" if self.illegible(path) else "is empty"

    def is_sure(self, path: str) -> bool:
        """The reading of what is written there is firm enough to hold it against anybody."""
        evidence = self.application.evidence.get(path)
        return evidence is None or _is_sure(evidence)

    @cached_property
    def unsure_paths(self) -> tuple[str, ...]:
        """Where something was read that is not to be held against anybody."""
        return tuple(path for path, evidence in self.application.evidence.items() if not _is_sure(evidence))

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """Where something is written by hand that nothing but the reading itself vouches for."""
        evidence = self.application.evidence
        return frozenset(path for path, proof in evidence.items() if Doubt.HANDWRITTEN in proof.doubts)

    def without(self, paths: Sequence[str]) -> "RuleInput":
        """The same case, were nothing asked at these paths and nothing answered."""
        application = self.application
        for path in paths:
            application = _erased(application, path.split("."))
        kept = {path: proof for path, proof in application.evidence.items() if path not in paths}
        application = application.model_copy(update={"evidence": kept})
        return replace(self, application=application, left_out=self.left_out | frozenset(paths))

    @cached_property
    def _asked_by_whole_forms(self) -> frozenset[str]:
        """A row nobody filled in leaves no evidence, yet a form that is whole still asks for it."""
        whole = (held for found, held in self.forms_on_file if not found.missing_pages)
        return frozenset(
            path for form in whole for path in (*(field.means for field in form.fields.values()), *form.implied)
        )

    # --- forms --------------------------------------------------------------------------------------------

    @cached_property
    def forms_on_file(self) -> tuple[tuple[FormFound, Form], ...]:
        """Each form of this carrier in the packet, with what the carrier's data says of its edition."""
        return tuple(
            (found, held)
            for found in self.application.forms
            if found.carrier == self.carrier.id and (held := self.carrier.form(found.form_id))
        )

    def form(self, kind: FormKind) -> FormFound | None:
        """The first form of a kind that is this carrier's own."""
        own = (form for form in self.application.forms if form.kind is kind and form.carrier == self.carrier.id)
        return next(own, None)

    def came_blank(self, form: FormFound) -> bool:
        """Nothing at all is written on the form's own places."""
        own = [proof for proof in self.application.evidence.values() if proof.form_id == form.form_id]
        return bool(own) and not any(proof.raw.strip() for proof in own)

    def completed_form(self, kind: FormKind) -> FormFound | None:
        """The first form of a kind in the packet on which something is written."""
        return next((form for form in self.application.forms if form.kind is kind and not self.came_blank(form)), None)

    def held_form(self, kind: FormKind) -> Form | None:
        """The carrier's newest form of a kind that is accepted on the day the case is judged on."""
        accepted = [
            held.form
            for held in self.carrier.forms
            if held.form.kind is kind
            and held.form.accepted_from <= self.judged_on <= (held.form.accepted_to or date.max)
        ]
        return max(accepted, key=self._fits, default=None)

    @cached_property
    def language(self) -> str:
        """Of the application form."""
        forms = (held.language for found, held in self.forms_on_file if found.kind is FormKind.APPLICATION)
        return next(forms, _USUAL_LANGUAGE)

    def _fits(self, form: Form) -> tuple[bool, bool, str]:
        """How well a form goes with the case: in its language, else in the usual one; the newer the better."""
        return form.language == self.language, form.language == _USUAL_LANGUAGE, form.edition

    def form_to_send(self, kind: FormKind, otherwise: str) -> str:
        """What to send in words: the carrier's form where one is on file, else ``otherwise``."""
        form = self.held_form(kind)
        return f"{form.title} (form {form.number}, edition {form.edition})" if form else otherwise

    def form_at(self, form: FormFound) -> str:
        """The path of a form in the application."""
        return f"forms.{self.application.forms.index(form)}"

    def current_form(self, kind: FormKind) -> str:
        """The carrier's form to use today, in words: title, number and edition."""
        today = self.today
        accepted = [
            held.form
            for held in self.carrier.forms
            if held.form.kind is kind and held.form.accepted_from <= today <= (held.form.accepted_to or date.max)
        ]
        if not accepted:
            raise CarrierDataError(
                f"{self.carrier.id}: no form of kind {kind.value} is accepted on {today}; "
                f"add one to carriers/{self.carrier.id}/forms/"
            )
        newest = max(accepted, key=self._fits)
        return f"{newest.title} (form {newest.number}, edition {newest.edition})"

    def questions(self, section: str) -> dict[str, Question]:
        """The carrier's questions of ``medical`` or ``lifestyle``, by id, over the application forms found."""
        asked: dict[str, Question] = {}
        for _, form in self.forms_on_file:
            asked |= form.medical if section == "medical" else form.lifestyle
        return asked

    # --- dates, product, parties --------------------------------------------------------------------------

    def signature(self, kind: FormKind, role: SignerRole) -> Signature:
        return self.application.signature(kind, role)

    @cached_property
    def applicant(self) -> SignerRole:
        """Who applies: the owner, which is the insured unless the form says otherwise."""
        return SignerRole.INSURED if self.owner_is_insured else SignerRole.OWNER

    @property
    def signed_on(self) -> date | None:
        """The day the insured signed the application."""
        return self.signature(FormKind.APPLICATION, SignerRole.INSURED).signed_on

    @cached_property
    def judged_on(self) -> date:
        """The day that ages and limits are taken on: the signing, or the receipt when that date cannot serve."""
        signed = self.signed_on
        if signed is None or signed > self.latest_day or self.is_void(signed):
            return self.received_on
        return signed

    def is_void(self, signed: date) -> bool:
        """A signature too old for the carrier to take at all (V-76)."""
        return (self.received_on - signed).days > self.limits.application_valid_days

    @cached_property
    def limits(self) -> Limits:
        """The carrier's limits on the day of signing; on that of receipt when the carrier has none for it.

        Raises :class:`CarrierDataError` when there are none on either.
        """
        signed = self.signed_on
        signing = min(signed, self.received_on) if signed else self.received_on
        limits = self.carrier.limits_on(signing) or self.carrier.limits_on(self.received_on)
        if limits is None:
            raise CarrierDataError(
                f"{self.carrier.id}: no limits are in force on {self.received_on}; "
                f"add a row to limits in carriers/{self.carrier.id}/carrier.yaml"
            )
        return limits

    @cached_property
    def guidelines(self) -> Guidelines | None:
        """The carrier's guidelines on the day that ages and limits are taken on."""
        return self.carrier.guidelines_on(self.judged_on)

    @property
    def labs_due(self) -> bool:
        """The underwriting grid asks for blood and urine at the insured's age and amount."""
        face, born, day = self.application.coverage.face_amount, self.born, self.judged_on
        if face is None or born is None:
            return False
        grid = self.carrier.book.grid_for(self.application.coverage.product)
        if grid is None:
            return False
        age = age_on(grid.age_basis, born, day)
        return any(_LABS & set(row.requirements) for row in grid.rows if row.in_force(day) and row.spans(age, face))

    @property
    def product(self) -> Product | None:
        return self.carrier.product(self.application.coverage.product)

    @property
    def born(self) -> date | None:
        """The insured's date of birth, when it can be one."""
        born = self.application.insured.date_of_birth
        return born if born and born <= self.judged_on else None

    @property
    def age(self) -> int | None:
        """The insured's age on the product's own basis."""
        product, born = self.product, self.born
        return age_on(product.age_basis, born, self.judged_on) if product and born else None

    @property
    def writing_agent(self) -> ProducerRecord | None:
        """Who wrote the application, as the producer directory knows them; V-50 speaks when it is not clear who."""
        if self.standing is None:
            return None
        report = self.application.agent_report
        by_code, by_npn = self.standing.by_code(report.agent_code), self.standing.by_npn(report.npn)
        if by_code and by_npn and by_code != by_npn:
            return None
        named = report.agent_code or report.npn
        return by_code or by_npn or (None if named else self.standing.by_code(self.standing.dropped_by))

    @property
    def signed_by(self) -> SignerRole | None:
        """Whose line says where the application was signed: the insured's, else the first other with a state."""
        roles = (SignerRole.INSURED, SignerRole.OWNER, SignerRole.GUARDIAN, SignerRole.AGENT)
        return next((role for role in roles if self.signature(FormKind.APPLICATION, role).state), None)

    @property
    def sale(self) -> Sale | None:
        """What was sold, where and when; ``None`` when the packet does not say it (V-70 and V-75 speak then)."""
        role = self.signed_by
        state = self.signature(FormKind.APPLICATION, role).state if role else None
        signed = self.signed_on or (self.signature(FormKind.APPLICATION, role).signed_on if role else None)
        if state is None or signed is None or signed > self.latest_day:
            return None
        product = self.application.coverage.product
        return Sale(self.carrier, product, state, signed, self.received_on, self.today)

    @property
    def owner_is_insured(self) -> bool:
        owner = self.application.owner
        return owner.same_as_insured is YesNo.YES or (owner.same_as_insured is None and not owner.name)

    @property
    def issue_state(self) -> str | None:
        """The state that governs the application: the owner's residence."""
        if self.owner_is_insured:
            return self.application.insured.residence.state
        return self.application.owner.address.state or self.application.insured.residence.state

    @property
    def state_at(self) -> str:
        """Where the state that governs is written."""
        of_owner = not self.owner_is_insured and self.application.owner.address.state
        return "owner.address.state" if of_owner else "insured.residence.state"

    @property
    def has_existing(self) -> bool:
        """Applicant or agent says that there is cover already."""
        return YesNo.YES in (self.application.existing.has_existing, self.application.agent_report.has_existing)

    @property
    def replacement_model(self) -> ReplacementModel | None:
        """The replacement rules of the state that governs; ``None`` when the state or its rules are unknown."""
        return self.carrier.replacement_model(self.issue_state, self.judged_on) if self.issue_state else None

    @property
    def is_replacing(self) -> bool:
        """Anybody says that existing cover is to be replaced."""
        existing = self.application.existing
        return YesNo.YES in (
            existing.replacing,
            self.application.agent_report.replacing,
            *(policy.to_be_replaced for policy in existing.policies),
        )


def _is_sure(evidence: Evidence) -> bool:
    if not (TAKEN_BACK | {Doubt.INITIALLED}).isdisjoint(evidence.doubts):
        return False
    if evidence.method is ReadingMethod.MARK:
        return evidence.confidence >= SURE_INK
    return evidence.method is not ReadingMethod.OCR or not evidence.raw.strip() or evidence.confidence >= SURE


Held = TypeVar("Held")


def _erased(held: Held, steps: Sequence[str]) -> Held:
    """A value with the one at the path set back to what an empty form gives."""
    first, rest = steps[0], steps[1:]
    if isinstance(held, BaseModel):
        if rest:
            inner = getattr(held, first)
            return held if inner is None else held.model_copy(update={first: _erased(inner, rest)})
        return held.model_copy(update={first: type(held).model_fields[first].get_default(call_default_factory=True)})
    if isinstance(held, dict):
        return {**held, first: _erased(held[first], rest) if rest else None} if first in held else held  # type: ignore[return-value]
    if isinstance(held, tuple) and int(first) < len(held):
        row = int(first)
        return (*held[:row], _erased(held[row], rest), *held[row + 1 :])  # type: ignore[return-value]
    return held
