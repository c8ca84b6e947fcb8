"""The corpus of applications: examples for the rules that the sample carriers' forms give no occasion to break."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from schemas.application import Application, FormFound, Seal
from schemas.codes import Doubt, FormKind, ReadingMethod, SealState, SignatureKind, SignatureMark, SignerRole
from schemas.finding_events import Finding
from schemas.guidelines import Guidelines, JuvenileTerms
from services.validation.good_order import check
from tests.builders import RECEIVED, SIGNED, brackwater, clean_application

_SIGNED = {"mark": "present", "signed_on": SIGNED}
_GUARDIAN = {"signatures.application.guardian": _SIGNED, "signatures.hipaa.guardian": _SIGNED}
_PRODUCT = "bw-juvenile"


@dataclass(frozen=True)
class Built:
    """An application and how it is judged."""

    rule: str
    violates: bool
    judge: Callable[[], tuple[Finding, ...]]

    @property
    def expected(self) -> frozenset[str]:
        return frozenset({self.rule} if self.violates else ())


def _carrier(**guidelines: Any) -> Any:
    """The small carrier with guidelines, and its term product open to children and in New York."""
    carrier = brackwater()
    term = carrier.file.products[0]
    band = term.face_bands[0].model_copy(update={"age_from": 0})
    open_to_all = term.model_copy(update={"code": _PRODUCT, "face_bands": (band,), "states_excluded": ()})
    held = Guidelines(effective_from=date(2020, 1, 1), source="sample", **guidelines)
    return brackwater(products=(*carrier.file.products, open_to_all), guidelines=(held,))


def _judged(changes: dict[str, Any], carrier: Any, **packet: Any) -> tuple[Finding, ...]:
    return check(clean_application(changes, **packet), carrier, RECEIVED)


def _with_forms(application: Application, *kinds: FormKind) -> Application:
    """The application with forms beside it whose fields nobody reads."""
    found = tuple(
        FormFound(form_id=k, carrier="brackwater", kind=k, number=k, edition="2026-01", page_count=0, pages=())
        for k in kinds
    )
    return application.model_copy(update={"forms": (*application.forms, *found)})


def _child(born: date, state: str = "CO", **changes: Any) -> dict[str, Any]:
    zips = {"CO": "80203", "WA": "98101"}
    return {
        "insured.date_of_birth": born,
        "hipaa.date_of_birth": born,
        "insured.age_stated": None,
        "insured.residence.state": state,
        "insured.residence.zip": zips[state],
        "coverage.product": _PRODUCT,
        "signatures.application.insured": {},
        "signatures.hipaa.insured": {},
        **_GUARDIAN,
        **changes,
    }


_TERMS = JuvenileTerms(parents_cover_percent=Decimal(100), insured_signs_from={"WA": 15})
_AT_10, _AT_15 = date(2015, 6, 1), date(2010, 6, 1)


def _family(cover: int | None, alike: str) -> tuple[Finding, ...]:
    application = clean_application(_child(_AT_10))
    family = {"parents_cover": cover, "siblings_alike": alike}
    told = Application.model_validate({**application.model_dump(), "juvenile": family})
    return check(told, _carrier(juvenile=_TERMS), RECEIVED)


def _electronic(*kinds: FormKind, method: ReadingMethod = ReadingMethod.ACROFORM) -> tuple[Finding, ...]:
    application = clean_application()
    at = "signatures.application.insured.mark"
    evidence = application.evidence[at].model_copy(update={"method": method})
    signed = application.model_copy(update={"evidence": {**application.evidence, at: evidence}})
    inked = {
        path: proof.model_copy(update={"method": ReadingMethod.MARK})
        for path, proof in signed.evidence.items()
        if path.endswith(".mark") and path != at
    }
    signed = signed.model_copy(update={"evidence": {**signed.evidence, **inked}})
    return check(_with_forms(signed, *kinds), _carrier(esign_certificate=True), RECEIVED)


def _doubtful(kind: FormKind, role: SignerRole) -> tuple[Finding, ...]:
    return _judged({f"signatures.{kind.value}.{role.value}": {"mark": SignatureMark.DOUBTFUL}}, _carrier())


def _unsure(path: str, value: object) -> tuple[Finding, ...]:
    return _judged({path: value}, _carrier(), unsure=(path,))


def _evidenced(path: str, *doubts: Doubt) -> tuple[Finding, ...]:
    """The clean application with something to be looked at in one place."""
    application = clean_application()
    place = application.evidence[path].model_copy(update={"doubts": doubts})
    return check(
        application.model_copy(update={"evidence": {**application.evidence, path: place}}), _carrier(), RECEIVED
    )


def _signed_how(kind: SignatureKind, *proof: FormKind, state: SealState | None = None) -> tuple[Finding, ...]:
    """The insured's line signed in that way, digitally with a seal in that state."""
    line = clean_application().signature(FormKind.APPLICATION, SignerRole.INSURED)
    firm = kind is SignatureKind.INK or state is SealState.HOLDS
    changes = {
        "kind": kind,
        "seal": Seal(state=state) if state else None,
        "mark": SignatureMark.PRESENT if firm else SignatureMark.DOUBTFUL,
    }
    signed = clean_application({"signatures.application.insured": line.model_copy(update=changes).model_dump()})
    return check(_with_forms(signed, *proof), _carrier(), RECEIVED)


_DEFINITION, _CERTIFICATE = FormKind.DEFINITION_OF_REPLACEMENT, FormKind.ESIGN_CERTIFICATE

_ROWS: dict[str, tuple[list[Callable[[], tuple[Finding, ...]]], list[Callable[[], tuple[Finding, ...]]]]] = {
    "V-64": (
        [
            lambda: _doubtful(FormKind.APPLICATION, SignerRole.INSURED),
            lambda: _unsure("insured.ssn", "000-12-3456"),
        ],
        [
            lambda: _doubtful(FormKind.APPLICATION, SignerRole.OWNER),
            lambda: _unsure("insured.weight_pounds", 150),
        ],
    ),
    "V-65": (
        [
            lambda: _evidenced("insured.residence.street", Doubt.STRUCK_OUT),
            lambda: _evidenced("medical.heart", Doubt.SCRIBBLED_OUT),
            lambda: _evidenced("insured.residence.street", Doubt.INITIALLED),
            lambda: _signed_how(SignatureKind.DIGITAL, state=SealState.CHANGED),
        ],
        [
            lambda: _evidenced("medical.heart", Doubt.SEVERAL_MARKED),
            lambda: _evidenced("insured.residence.street"),
            lambda: _signed_how(SignatureKind.DIGITAL, state=SealState.HOLDS),
        ],
    ),
    "V-72": (
        [
            lambda: _judged(_child(_AT_10, **{"signatures.application.guardian": {}}), _carrier()),
            lambda: _judged(_child(_AT_15, "WA"), _carrier(juvenile=_TERMS)),
        ],
        [
            lambda: _judged(_child(_AT_10), _carrier(juvenile=_TERMS)),
            lambda: _judged(_child(_AT_15 + timedelta(365), "WA"), _carrier(juvenile=_TERMS)),
        ],
    ),
    "V-73": (
        [lambda: _family(499_999, "yes"), lambda: _family(500_000, "no")],
        [lambda: _family(500_000, "yes"), lambda: _family(None, "yes")],
    ),
    "V-79": (
        [
            lambda: _electronic(),
            lambda: _electronic(FormKind.QUESTIONNAIRE),
            lambda: _signed_how(SignatureKind.TYPED_NAME),
            lambda: _signed_how(SignatureKind.DIGITAL, _CERTIFICATE, state=SealState.BROKEN),
            lambda: _signed_how(SignatureKind.DIGITAL, state=SealState.UNKNOWN),
        ],
        [
            lambda: _electronic(_CERTIFICATE),
            lambda: _electronic(method=ReadingMethod.MARK),
            lambda: _signed_how(SignatureKind.TYPED_NAME, _CERTIFICATE),
            lambda: _signed_how(SignatureKind.DIGITAL, state=SealState.HOLDS),
        ],
    ),
}


def built() -> Iterator[Built]:
    """All of them, by rule."""
    for rule, (breaches, near) in _ROWS.items():
        yield from (Built(rule, True, judge) for judge in breaches)
        yield from (Built(rule, False, judge) for judge in near)
