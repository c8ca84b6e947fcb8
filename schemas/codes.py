"""Code lists as string enums: our own words, never a standard body's numbers."""

from enum import StrEnum


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class FormKind(StrEnum):
    """What a form is for, whatever its carrier calls it."""

    APPLICATION = "application"
    HIPAA = "hipaa"
    REPLACEMENT_NOTICE = "replacement_notice"
    DEFINITION_OF_REPLACEMENT = "definition_of_replacement"
    """New York's, with every application."""
    EXCHANGE_1035 = "exchange_1035"
    HIV_CONSENT = "hiv_consent"
    TEMPORARY_INSURANCE = "temporary_insurance"
    """Receipt for money taken with the application, and the insurance it gives until the decision."""
    ILLUSTRATION = "illustration"
    """The signed illustration, or what stands in for it."""
    QUESTIONNAIRE = "questionnaire"
    """On one illness or activity, due when its question is answered yes."""
    TRUST_CERTIFICATION = "trust_certification"
    ESIGN_CERTIFICATE = "esign_certificate"
    """The record of an electronic signing."""


class SignerRole(StrEnum):
    INSURED = "insured"
    OWNER = "owner"
    GUARDIAN = "guardian"
    AGENT = "agent"


class SignatureMark(StrEnum):
    """What the reader saw in a signature box."""

    PRESENT = "present"
    EMPTY = "empty"
    DOUBTFUL = "doubtful"


class SignatureKind(StrEnum):
    """By what means a signature line was signed."""

    INK = "ink"
    """Drawn with a pen, on paper or on a screen."""
    INITIALS = "initials"
    """Ink too short for a name on so long a line."""
    STAMP = "stamp"
    TYPED_NAME = "typed_name"
    """Letters of a machine: alone no signature."""
    IMAGE = "image"
    """A picture laid over the line, as programs for electronic signing do."""
    DIGITAL = "digital"
    """A cryptographic signature; ``Signature.seal`` says whether it holds."""


class SealState(StrEnum):
    """What the check of a digital signature says; who stands behind the certificate is not asked."""

    HOLDS = "holds"
    CHANGED = "changed"
    """It is genuine, and the document was changed after the signing in a way that signing does not allow."""
    BROKEN = "broken"
    """The bytes are not those that were signed, or the signature itself cannot be read."""
    UNKNOWN = "unknown"
    """Made in a way that cannot be checked here."""


class Doubt(StrEnum):
    """What makes a mark or a value doubtful whatever was recognised."""

    FAINT = "faint"
    """Some ink, too little to say."""
    SCRIBBLED_OUT = "scribbled_out"
    """A box blackened far beyond a tick, as one takes an answer back."""
    SEVERAL_MARKED = "several_marked"
    """More than one box of a question that has one answer."""
    STRUCK_OUT = "struck_out"
    """A line through the writing, and no initials beside it."""
    INITIALLED = "initialled"
    """A line through the writing, and what may be initials beside it."""
    HANDWRITTEN = "handwritten"
    """Written by hand, and not vouched for by two readers and the value's own form: a person confirms it."""


class ReadingMethod(StrEnum):
    """How a value was read from a page."""

    ACROFORM = "acroform"
    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    MARK = "mark"
    """Ink found (or not) in a box of a page image: checkboxes and signatures."""
    PERSON = "person"
    """Somebody at the desk looked at the page and said what stands there."""


class BeneficiaryClass(StrEnum):
    PRIMARY = "primary"
    CONTINGENT = "contingent"


class OwnerKind(StrEnum):
    PERSON = "person"
    ENTITY = "entity"
    TRUST = "trust"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class PremiumMode(StrEnum):
    ANNUAL = "annual"
    SEMIANNUAL = "semiannual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


class PremiumMethod(StrEnum):
    DIRECT = "direct"
    EFT = "eft"


class RateClass(StrEnum):
    PREFERRED_PLUS = "preferred_plus"
    PREFERRED = "preferred"
    STANDARD_PLUS = "standard_plus"
    STANDARD = "standard"
    PREFERRED_TOBACCO = "preferred_tobacco"
    STANDARD_TOBACCO = "standard_tobacco"


class AgeBasis(StrEnum):
    """How a carrier counts age: at the nearest or at the last birthday."""

    NEAREST = "nearest"
    LAST = "last"


class Verdict(StrEnum):
    IGO = "igo"
    NIGO = "nigo"


class Severity(StrEnum):
    """B cannot be submitted, N only with an override, W warns, I informs."""

    BLOCK = "B"
    NIGO = "N"
    WARN = "W"
    INFO = "I"


class OverrideKind(StrEnum):
    """Why a person sets a finding aside."""

    ACCEPTED = "accepted"
    """The finding is right, and the case shall go on all the same."""
    FALSE_ALARM = "false_alarm"
    """The finding is wrong."""


class ReasonCode(StrEnum):
    """Why a finding stands: the reasons of the open IRI status specification (MIT), in its own spelling."""

    APPLICATION_ISSUE = "applicationIssue"
    CONTACT_CARRIER = "contactCarrier"
    INCOMPLETE_FORM = "incompleteForm"
    MISSING_FORM = "missingForm"
    MISSING_SIGNATURE = "missingSignature"
    NEED_CLARITY = "needClarity"
    OTHER = "other"


class RefusalCause(StrEnum):
    """Why an uploaded file could not be read at all: the closed list."""

    EMPTY_FILE = "empty_file"
    NOT_A_PDF = "not_a_pdf"
    """Nor a scan, photo or ZIP file."""
    HEIC_PHOTO = "heic_photo"
    DAMAGED_PDF = "damaged_pdf"
    """No reader opens it, or it ended every reader; scans and photos, too."""
    NO_PAGES = "no_pages"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105
    UNKNOWN_LOCK = "unknown_lock"
    """Locked with a certificate, or in a way that no reader knows."""
    XFA_FORM = "xfa_form"
    """A form that only Adobe's programs can show."""
    TOO_LARGE = "too_large"
    PICTURE_TOO_LARGE = "picture_too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_DEMANDING = "too_demanding"
    """Reading it took more time or memory than any packet needs."""
    DAMAGED_ZIP = "damaged_zip"
    NESTED_ARCHIVE = "nested_archive"
    """Files within files within files."""
    NOTHING_INSIDE = "nothing_inside"
    """A ZIP file or PDF portfolio without a file in it."""
    TOO_MANY_FILES = "too_many_files"
    VIRUS_FOUND = "virus_found"
    NO_KNOWN_FORM = "no_known_form"


class FilingWay(StrEnum):
    """By what a document came to its case."""

    OPENED = "opened"
    """The case was opened with it."""
    REFERENCE = "reference"
    """The case is named in the object's key or metadata."""
    COVER_SHEET = "cover_sheet"
    IDENTITY = "identity"
    """Its pages name the insured of one case, surely."""
    PERSON = "person"


class FieldChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class VirusScan(StrEnum):
    """What a virus scanner said of a file that was read; one with a find is refused."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    """No scanner is set up."""


class PageFault(StrEnum):
    """Why one page of a document could not be read, while others were."""

    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_DEMANDING = "too_demanding"
    """Reading it took more time or memory than any page needs."""


class RequirementKind(StrEnum):
    PARAMED = "paramed"
    BLOOD_URINE = "blood_urine"
    EKG = "ekg"
    MVR = "mvr"
    CREDIT = "credit"
    APS = "aps"
    TELE_INTERVIEW = "tele_interview"
    INSPECTION = "inspection"
    FINANCIAL_QUESTIONNAIRE = "financial_questionnaire"
    FUNCTIONAL_TEST = "functional_test"
    AGENT_CERTIFICATION = "agent_certification"
    MEDICAL_QUESTIONS = "medical_questions"
    """The application's own medical part."""
    BLOOD = "blood"
    URINE = "urine"
    VITALS = "vitals"
    COGNITIVE_TEST = "cognitive_test"
    ELECTRONIC_INSPECTION = "electronic_inspection"
    COGNITIVE_INSPECTION = "cognitive_inspection"
    """An inspection report with a cognitive test."""
    FINANCIAL_STATEMENTS = "financial_statements"
    """From an accountant."""
    TAX_TRANSCRIPT = "tax_transcript"
    PRESCRIPTION_CHECK = "prescription_check"
    CLAIMS_CHECK = "claims_check"
    QUESTIONNAIRE = "questionnaire"
    """On one illness or activity."""
    HEALTH_STATEMENT = "health_statement"
    OTHER = "other"
    """What a carrier asks for in its own words."""


class RequirementStatus(StrEnum):
    """The normalised life of a requirement (an exam's or a statement's own steps are vendor statuses)."""

    NEEDED = "needed"
    ORDERED = "ordered"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    RECEIVED = "received"
    SATISFIED = "satisfied"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    WAIVED = "waived"


class Orderer(StrEnum):
    BGA = "bga"
    AGENT = "agent"
    CARRIER = "carrier"


class Owing(StrEnum):
    """Who has to act next: the ball is in their court."""

    CLIENT = "client"
    AGENT = "agent"
    BGA = "bga"
    VENDOR = "vendor"
    FACILITY = "facility"
    """The physician or hospital that holds records."""
    CARRIER = "carrier"


class ReasonSource(StrEnum):
    """Where a requirement comes from."""

    GRID = "grid"
    FOOTNOTE = "footnote"
    TRIGGER = "trigger"
    """An answer, an impairment, or ages and amounts beside the grid."""
    CARRIER = "carrier"
    """The carrier asked for it after the submission."""
    PERSON = "person"
    """Somebody at the agency asked for it."""


class RequestAction(StrEnum):
    """What is asked about a requirement."""

    ASK = "ask"
    """It is needed, though the grid did not ask for it."""
    ORDER_AGAIN = "order_again"
    """Its order came to nothing or its results ran out: order anew."""
    WAIVE = "waive"
    """The carrier does not want it any more."""
    RECEIVED = "received"
    """It came in, but not through a vendor: a form from the agent, a late document."""


class NoticeKind(StrEnum):
    """Why somebody is told of a requirement between two changes of the case."""

    REMINDER = "reminder"
    """Still open on the day it was to be looked at again."""
    ESCALATION = "escalation"
    """The vendor gets no further without help."""
    EXPIRING = "expiring"
    """Its results are good for a few more days only."""
    EXPIRED = "expired"


class VendorStatus(StrEnum):
    """What a vendor may report about an order; one entry of its status log."""

    ACKNOWLEDGED = "acknowledged"
    CONTACTING = "contacting"
    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    NO_SHOW = "no_show"
    UNABLE_TO_CONTACT = "unable_to_contact"
    REFUSED = "refused"
    EXAM_DONE = "exam_done"
    SPECIMEN_AT_LAB = "specimen_at_lab"
    REDRAW_NEEDED = "redraw_needed"
    REQUESTED_FROM_FACILITY = "requested_from_facility"
    AUTHORIZATION_REJECTED = "authorization_rejected"
    FEE_DUE = "fee_due"
    IN_COPY = "in_copy"
    NO_RECORDS = "no_records"
    PARTIAL = "partial"
    RESULTS_OUT = "results_out"
    CANCELLED = "cancelled"


class LineOfAuthority(StrEnum):
    """What a producer's licence lets sell."""

    LIFE = "life"
    HEALTH = "health"
    VARIABLE = "variable"


class AppointmentClockKind(StrEnum):
    """When a state, as a carrier reads it, wants the producer appointed."""

    PRE_APPOINTMENT = "pre_appointment"
    """Before the application is signed."""
    FROM_WRITTEN = "from_written"
    """Within days of the signing."""
    FROM_RECEIVED = "from_received"
    """Within days of the receipt."""


class CaseState(StrEnum):
    """The BGA's own view of a case; the carrier's status is a separate field."""

    RECEIVED = "received"
    EXTRACTING = "extracting"
    SCRUBBING = "scrubbing"
    NIGO = "nigo"
    IGO = "igo"
    READY_TO_SUBMIT = "ready_to_submit"
    SUBMITTED = "submitted"
    CARRIER_NIGO = "carrier_nigo"
    CARRIER_PENDING = "carrier_pending"
    AWAITING_REQUIREMENTS = "awaiting_requirements"
    UNDERWRITING = "underwriting"
    APPROVED = "approved"
    APPROVED_OTHER_THAN_APPLIED = "approved_other_than_applied"
    TENTATIVE_OFFER = "tentative_offer"
    OFFER_OUT = "offer_out"
    OFFER_ACCEPTED = "offer_accepted"
    POSTPONED = "postponed"
    DECLINED = "declined"
    CLOSED_INCOMPLETE = "closed_incomplete"
    ISSUED = "issued"
    DELIVERY_PENDING = "delivery_pending"
    PLACED = "placed"
    NOT_TAKEN = "not_taken"
    WITHDRAWN_BY_CLIENT = "withdrawn_by_client"
    WITHDRAWN_BY_PRODUCER = "withdrawn_by_producer"
    WITHDRAWN_BY_CARRIER = "withdrawn_by_carrier"
    REOPENED = "reopened"
    FREE_LOOK_CANCELLED = "free_look_cancelled"
    RESCINDED = "rescinded"
    OFFER_EXPIRED = "offer_expired"
    """The day by which the offer was to be answered went by without an answer."""
    DUPLICATE = "duplicate"
    """A person found that another case is the same application."""


class CarrierDecisionKind(StrEnum):
    """What a carrier may say about a case it was sent."""

    ACKNOWLEDGED = "acknowledged"
    NOT_IN_GOOD_ORDER = "not_in_good_order"
    APPROVED = "approved"
    APPROVED_OTHER_THAN_APPLIED = "approved_other_than_applied"
    TENTATIVE_OFFER = "tentative_offer"
    POSTPONED = "postponed"
    DECLINED = "declined"
    CLOSED_INCOMPLETE = "closed_incomplete"
    OFFER_ACCEPTED = "offer_accepted"
    ISSUED = "issued"
    PLACED = "placed"
    NOT_TAKEN = "not_taken"
    WITHDRAWN_BY_CLIENT = "withdrawn_by_client"
    WITHDRAWN_BY_PRODUCER = "withdrawn_by_producer"
    WITHDRAWN_BY_CARRIER = "withdrawn_by_carrier"
    REOPENED = "reopened"
    FREE_LOOK_CANCELLED = "free_look_cancelled"
    RESCINDED = "rescinded"


class RequirementStage(StrEnum):
    """What a carrier's requirement is needed for."""

    UNDERWRITING = "underwriting"
    DELIVERY = "delivery"


class CarrierRequirementStatus(StrEnum):
    """Where a requirement stands in the carrier's own books."""

    OUTSTANDING = "outstanding"
    RECEIVED = "received"
    WAIVED = "waived"
    CANCELLED = "cancelled"


class CaseRequestKind(StrEnum):
    """What a person at the desk, or the agent through it, may ask of a case."""

    SUBMIT = "submit"
    ACCEPT_OFFER = "accept_offer"
    REFUSE_OFFER = "refuse_offer"
    WITHDRAW_FOR_CLIENT = "withdraw_for_client"
    WITHDRAW_FOR_PRODUCER = "withdraw_for_producer"
    REOPEN = "reopen"
    CHANGE_FACE_AMOUNT = "change_face_amount"
    CHANGE_BENEFICIARY = "change_beneficiary"
    CHANGE_MODE = "change_mode"
    MARK_DUPLICATE = "mark_duplicate"
    MARK_ADDITIONAL = "mark_additional"
    MARK_ALTERNATE = "mark_alternate"


class AccessAction(StrEnum):
    """What somebody did that the audit keeps: a look at personal data, or an act."""

    OPEN = "open_private_values"
    VIEW_CASE = "view_case"
    VIEW_PAGE = "view_page"
    VIEW_SEALED = "open_sealed_value"
    VIEW_MAIL = "view_mail"
    VIEW_DEAD_LETTER = "view_dead_letter"
    REPLAY_DEAD_LETTER = "replay_dead_letter"
    DISCARD_DEAD_LETTER = "discard_dead_letter"
    CORRECT_DEAD_LETTER = "correct_dead_letter"
    SEARCH = "search"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    UPLOAD = "upload"
    CHECK = "check_packet"
    CORRECT = "correct_value"
    OVERRIDE = "override_finding"
    ASK = "ask_of_case"
    REQUIREMENT = "ask_about_requirement"
    FILE = "file_document"
    USER = "change_user"
    FORGET = "forget"
    DELETE_PICTURES = "delete_pictures"
    HOLD = "hold"
    RELEASE = "release_hold"


class PrivacyRequestKind(StrEnum):
    """What may be asked about the keeping of a case."""

    FORGET = "forget"
    HOLD = "hold"
    """Legal hold: it is not forgotten, whatever the clock says or a person asks."""
    RELEASE = "release"


class CarrierAskKind(StrEnum):
    """What the desk asks of a carrier about a case that the carrier has."""

    ACCEPT_OFFER = "accept_offer"
    REFUSE_OFFER = "refuse_offer"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CHANGE_FACE_AMOUNT = "change_face_amount"
    CHANGE_BENEFICIARY = "change_beneficiary"
    CHANGE_MODE = "change_mode"
    RESEND = "resend"
    """Publish again what was said about the case since a moment."""


class ChangeConsequence(StrEnum):
    """What a change to an application sets in motion again."""

    CORRECTED_PAGE = "corrected_page"
    """A page with the change, signed or initialled: nothing may change after signing without it."""
    RULES = "rules"
    """All rules judge the next version of the application."""
    REQUIREMENTS = "requirements"
    """The underwriting grid is asked again; a smaller amount never takes a requirement away."""
    PREMIUM = "premium"
    """The premium is computed anew."""
    ILLUSTRATION = "illustration"
    HEALTH_STATEMENT = "health_statement"
    CARRIER_DECISION = "carrier_decision"
    """The carrier decides anew."""
    REISSUE = "reissue"
    """The policy is issued anew, with the change."""


class DifferenceKind(StrEnum):
    """How a carrier's view of a case and ours differ."""

    MISSED_WORD = "missed_word"
    """The carrier's list holds a newer word than any that reached us."""
    NOT_POSSIBLE = "not_possible"
    """The carrier said what our state does not allow: an earlier word is missing, or another case was meant."""
    UNKNOWN_HERE = "unknown_here"
    """The carrier lists a case that we do not have, or that is another carrier's."""
    NOT_LISTED = "not_listed"
    """We submitted a case that the carrier does not list."""
    REFERENCE = "reference"
    """The carrier lists the case under another number."""


class DeliveryOutcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    """The mail server refused the recipient or the message for good (5xx)."""
    NO_ADDRESS = "no_address"
    """The producer directory holds no e-mail address for the agent."""


class DeadLetterCause(StrEnum):
    """Why a record left its stream: the closed list that ops route by."""

    MALFORMED = "malformed"
    """Not a CloudEvent in JSON, or its data breaks the schema of its type."""
    UNREADABLE_DOCUMENT = "unreadable_document"
    """An uploaded file that no reader can open; the refusal cause says more."""
    OBJECT_GONE = "object_gone"
    """The object an event points to is no longer there in that version."""
    WRONG_CARRIER = "wrong_carrier"
    """A carrier spoke about a case that is not its own."""
    UNKNOWN_CASE = "unknown_case"
    """An event about a case that was never seen here."""
    ILLEGAL_TRANSITION = "illegal_transition"
    """A change that the case's state, or its product, does not allow."""
    MISSING_REFERENCE_DATA = "missing_reference_data"
    """Data the event needs (carrier, product, form, producer) is not on file."""
    REJECTED_SEND = "rejected_send"
    """The broker refuses to take an event that the handler would publish."""
    UNEXPECTED = "unexpected"
    """A handler failed several times with an error nobody foresaw: a defect of ours."""


class DeadLetterClass(StrEnum):
    DECODE = "decode"
    PERMANENT = "permanent"
    EXHAUSTED = "exhausted"


class ResolutionOutcome(StrEnum):
    REPLAYED = "replayed"
    FAILED_AGAIN = "failed_again"
    DISCARDED = "discarded"
