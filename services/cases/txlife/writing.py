"""Writes a submission as a 103 and an order as a 121; what has no verified number goes as words and is named."""

from dataclasses import dataclass, field
from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from schemas.carrier_events import ApplicationSubmitted
from schemas.codes import FormKind, SignerRole
from schemas.requirement_events import OrderParty, RequirementOrdered
from services.cases.txlife import codes

NAMESPACE = "http://ACORD.org/Standards/Life/2"
register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Written:
    """A message, and what of ours has no verified number in it."""

    content: bytes
    unmapped: tuple[str, ...]


@dataclass
class _Sheet:
    """The message while it is written."""

    unmapped: list[str] = field(default_factory=list)

    def add(self, parent: Element, name: str, text: object | None = None, **attributes: str) -> Element:
        """An element; nothing of it where there is no text to say."""
        child = SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
        if text is not None:
            child.text = str(text)
        return child

    def known(self, parent: Element, name: str, text: object | None) -> None:
        if text is not None:
            self.add(parent, name, text)

    def coded(self, parent: Element, name: str, word: str | None, number: str | None) -> None:
        """A code with its number; without a verified one the word alone, and the gap is named."""
        if word is None:
            return
        if number is None:
            self.unmapped.append(f"{name}: {word}")
            self.add(parent, name, word)
        else:
            self.add(parent, name, word, tc=number)


def submission(submitted: ApplicationSubmitted) -> Written:
    """A 103: the policy applied for, the insured, and where the packet's documents are."""
    sheet, application = _Sheet(), submitted.application
    root, body = _request(sheet, codes.SUBMISSION, submitted.submission_id, submitted.submitted_at)
    holding = sheet.add(body, "Holding", id="Holding_1")
    policy = sheet.add(holding, "Policy")
    sheet.known(policy, "CarrierCode", submitted.carrier)
    sheet.coded(policy, "PolicyStatus", "applied for", codes.APPLIED_FOR)
    sheet.known(policy, "ProductCode", application.coverage.product)
    mode, method = application.premium.mode, application.premium.method
    sheet.coded(policy, "PaymentMode", mode, codes.PAYMENT_MODES.get(mode) if mode else None)
    sheet.coded(policy, "PaymentMethod", method, codes.PAYMENT_METHODS.get(method) if method else None)
    sheet.known(policy, "PaymentAmt", application.premium.modal_amount)
    life = sheet.add(policy, "Life")
    sheet.known(life, "FaceAmt", application.coverage.face_amount)
    signature = application.signature(FormKind.APPLICATION, SignerRole.INSURED)
    about = sheet.add(policy, "ApplicationInfo")
    sheet.known(about, "TrackingID", submitted.case_id)
    sheet.known(about, "SignedDate", signature.signed_on)
    state = signature.state
    sheet.coded(about, "ApplicationJurisdiction", state, codes.STATES.get(state) if state else None)
    for number, document in enumerate(submitted.documents, start=1):
        attachment = sheet.add(holding, "Attachment", id=f"Attachment_{number}")
        sheet.coded(attachment, "AttachmentType", "application packet", codes.ORIGINAL_APPLICATION)
        place = f"s3://{document.archive.bucket}/{document.archive.key}"
        sheet.add(attachment, "AttachmentReference", place)
    insured = application.insured
    party = sheet.add(body, "Party", id="Party_1")
    sheet.known(party, "FullName", insured.full_name)
    sheet.known(party, "GovtID", insured.ssn)
    person = sheet.add(party, "Person")
    sheet.known(person, "FirstName", insured.first_name)
    sheet.known(person, "LastName", insured.last_name)
    sheet.known(person, "BirthDate", insured.date_of_birth)
    _role(sheet, body, "Relation_1", "Holding_1", "Party_1", "insured", codes.INSURED)
    for named in application.beneficiaries:
        sheet.unmapped.append(f"Relation: {named.beneficiary_class.value} beneficiary")
    return _written(sheet, root)


def order(ordered: RequirementOrdered, requestor: str) -> Written:
    """A 121: what is ordered, about whom, by whom and from whom; ``requestor`` is the agency."""
    sheet = _Sheet()
    root, body = _request(sheet, codes.ORDER, ordered.requirement_id, ordered.ordered_at)
    holding = sheet.add(body, "Holding", id="Holding_1")
    policy = sheet.add(holding, "Policy")
    sheet.known(policy, "CarrierCode", ordered.carrier)
    about = sheet.add(policy, "ApplicationInfo")
    sheet.known(about, "TrackingID", ordered.case_id)
    requirement = sheet.add(policy, "RequirementInfo", id="Requirement_1")
    sheet.coded(requirement, "ReqCode", ordered.kind.value, codes.REQUIREMENTS.get(ordered.kind))
    sheet.coded(requirement, "ReqStatus", "submitted", codes.REQUIREMENT_SUBMITTED)
    sheet.add(requirement, "RequirementInfoUniqueID", ordered.requirement_id)
    sheet.add(requirement, "RequestedDate", ordered.ordered_at.date())
    _insured(sheet, body, ordered.party)
    for identity, name, role, number in (
        ("Party_2", requestor, "requestor", codes.REQUESTOR),
        ("Party_3", ordered.vendor, "fulfiller", codes.FULFILLER),
    ):
        party = sheet.add(body, "Party", id=identity)
        sheet.add(party, "FullName", name)
        _role(sheet, body, f"Relation_{identity[-1]}", "Requirement_1", identity, role, number)
    return _written(sheet, root)


def _insured(sheet: _Sheet, body: Element, insured: OrderParty) -> None:
    party = sheet.add(body, "Party", id="Party_1")
    sheet.add(party, "FullName", insured.name)
    person = sheet.add(party, "Person")
    sheet.add(person, "BirthDate", date.fromisoformat(insured.date_of_birth))
    address = sheet.add(party, "Address")
    sheet.known(address, "Line1", insured.address.street)
    sheet.known(address, "City", insured.address.city)
    state = insured.address.state
    sheet.coded(address, "AddressStateTC", state, codes.STATES.get(state) if state else None)
    sheet.known(address, "Zip", insured.address.zip)
    if insured.phone:
        sheet.add(sheet.add(party, "Phone"), "DialNumber", insured.phone)
    _role(sheet, body, "Relation_1", "Holding_1", "Party_1", "insured", codes.INSURED)


def _request(sheet: _Sheet, transaction: str, reference: str, at: datetime) -> tuple[Element, Element]:
    root = Element(f"{{{NAMESPACE}}}TXLife")
    request = sheet.add(root, "TXLifeRequest", PrimaryObjectID="Holding_1")
    sheet.add(request, "TransRefGUID", reference)
    sheet.add(request, "TransType", tc=transaction)
    sheet.add(request, "TransExeDate", at.date())
    sheet.add(request, "TransExeTime", f"{at:%H:%M:%S}Z")
    return root, sheet.add(request, "OLifE")


def _role(sheet: _Sheet, body: Element, identity: str, of: str, who: str, word: str, number: str) -> None:
    relation = sheet.add(body, "Relation", id=identity, OriginatingObjectID=of, RelatedObjectID=who)
    sheet.coded(relation, "RelationRoleCode", word, number)


def _written(sheet: _Sheet, root: Element) -> Written:
    return Written(tostring(root, encoding="utf-8", xml_declaration=True), tuple(dict.fromkeys(sheet.unmapped)))
