"""The words by which forms ask for what an application holds: patterns for parties, for values and for answers.

Patterns are tried on text in small letters with words parted by single blanks; see :func:`plain`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from schemas.carrier import FieldType

T = FieldType


class Party(StrEnum):
    """Whom, or which part of the form, a field is about."""

    INSURED = "insured"
    OWNER = "owner"
    PAYOR = "payor"
    BENEFICIARY = "beneficiary"
    COVERAGE = "coverage"
    PREMIUM = "premium"
    EXISTING = "existing"
    DETAILS = "details"
    PHYSICIAN = "physician"
    AGENT = "agent"
    SIGNATURE = "signature"
    LIFESTYLE = "lifestyle"
    MEDICAL = "medical"


PARTIES: tuple[tuple[Party, str], ...] = (
    (
        Party.BENEFICIARY,
        r"beneficiar(?:y|ies)|benef?|(?:primary|contingent)(?: \d)?(?= (?:name|row|benef))|receive the benefit",
    ),
    (Party.PAYOR, r"pay[oe]r|premium payer|who pays"),
    (Party.PHYSICIAN, r"physician|doctor|personal md|phys|medical provider"),
    (Party.AGENT, r"(?:writing )?agent|producer|broker|representative|agt"),
    (Party.DETAILS, r"details? (?:row|of)|detail|explanations?|explain|remarks for yes"),
    (
        Party.EXISTING,
        (
            r"(?:existing|other|in force|inforce) (?:life )?(?:insurance|polic(?:y|ies)|coverage)|"
            r"other polic(?:y|ies)|replacement|replaced polic"
        ),
    ),
    (Party.LIFESTYLE, r"lifestyle|life style|personal history|activities|avocations?|background|non medical"),
    (
        Party.MEDICAL,
        r"medical history|health(?: history| questions| of| information)|medical(?: questions| information)",
    ),
    (Party.OWNER, r"(?:policy ?)?owner|policyholder|trustee"),
    (Party.PREMIUM, r"premiums?|bank|eft|billing|payment"),
    (Party.COVERAGE, r"coverage|plan (?:of insurance|you)|plan|policy applied|product"),
    (
        Party.INSURED,
        r"(?:proposed )?(?:primary )?insured|person to be insured|life assured|applicant|annuitant|prop ins|pi",
    ),
)
SIGNED = r"sign(?:s|ed|ature|atures|ing)?|signer|sig|initials"
"""Words of a place to sign."""

ROLES: tuple[tuple[str, str], ...] = (
    ("guardian", r"guardian|parent"),
    ("agent", r"agent|producer|broker|representative|witness"),
    ("owner", r"(?:policy ?)?owner|policyholder|trustee"),
    ("insured", r"insured|applicant|patient|client|person whose|individual|annuitant"),
)
"""Who signs; the first named in a caption."""

SIGNATURE_PARTS: tuple[tuple[str, str, FieldType], ...] = (
    ("signed_on", r"(?:date|signed on|on mm dd yyyy|dated|sign date)", T.DATE),
    (
        "printed_name",
        r"(?:print(?:ed)?(?: full)? name|name in print|name (?:please )?print(?:ed)?|name|printed|print)",
        T.NAME,
    ),
    ("title", r"(?:title|capacity)", T.TEXT),
    ("city", r"(?:city)", T.TEXT),
    ("state", r"(?:state)", T.STATE),
)


@dataclass(frozen=True)
class Meaning:
    """One path of the application and how forms ask for it."""

    party: Party
    path: str
    """``#`` stands for a table's row."""
    type: FieldType
    pattern: str
    alone: bool = False
    """Says enough without its party being named."""


def _of(
    party: Party, root: str, *entries: tuple[str, FieldType, str] | tuple[str, FieldType, str, bool]
) -> tuple[Meaning, ...]:
    return tuple(
        Meaning(party, f"{root}.{entry[0]}" if root else entry[0], entry[1], entry[2], len(entry) > 3)
        for entry in entries
    )


_DATE_OF_BIRTH = r"(?:date of birth|birth ?date|d ?o ?b|born(?: on)?)(?: mm dd yyyy)?"
_SSN = r"(?:social security(?: (?:number|no|num))?|s ?s ?n|tax(?:payer)? id(?:entification)?(?: (?:number|no))?)"
_RELATIONSHIP = r"(?:relation(?:ship)?|rel)(?: to (?:the )?(?:proposed )?(?:insured|owner))?"
_ZIP = r"(?:zip|postal)(?: code)?"
_PHONE = (
    r"(?:(?:home|cell|mobile|work|day(?:time)?|business|primary|preferred|telephone|phone|"
    r"tel)\s?)*(?:phone|telephone|tel|cell|mobile)(?: (?:number|no|num))?"
)
_NAME = r"(?:full |legal |complete )*name"
_STREET = (
    r"(?:street(?: address)?(?: and no)?|home address|(?:residen(?:ce|tial)|legal|"
    r"permanent) ?(?:address|street)?|address(?: street)?|res(?: street)?)"
)

MEANINGS: tuple[Meaning, ...] = (
    *_of(
        Party.INSURED,
        "insured",
        ("first_name", T.NAME, r"(?:first|given|fore) ?names?|given|fname"),
        ("middle_name", T.NAME, r"middle(?: ?name| ?initial)?|m i|mi"),
        ("last_name", T.NAME, r"(?:last|family|sur) ?name|lname"),
        ("date_of_birth", T.DATE, _DATE_OF_BIRTH),
        ("age_stated", T.INTEGER, r"(?:issue |current |present )?age(?: (?:last|nearest) birthday)?"),
        ("birthplace", T.TEXT, r"(?:place of birth|birth ?place|born in|(?:state|country) of birth)", True),
        ("sex", T.CHECKBOX, r"(?:sex|gender)", True),
        ("ssn", T.SSN, _SSN),
        (
            "us_citizen",
            T.CHECKBOX,
            r"(?:u ?s |united states )?citizen(?:ship)?(?: of the (?:u ?s|united states))?",
            True,
        ),
        ("visa_or_green_card", T.TEXT, r"visa(?: type)?|green card|permanent resident|immigration", True),
        ("residence.street", T.TEXT, _STREET),
        ("residence.city", T.TEXT, r"(?:home |res(?:idence)? )?city"),
        ("residence.state", T.STATE, r"(?:home |res(?:idence)? )?state"),
        ("residence.zip", T.ZIP, rf"(?:home |res(?:idence)? )?{_ZIP}"),
        ("mailing.street", T.TEXT, r"(?<!e )mail(?:ing)? (?:address|street)|address for mail", True),
        ("mailing.city", T.TEXT, r"mail(?:ing)? city", True),
        ("mailing.state", T.STATE, r"(?:mail(?:ing)? state|state mail(?:ing)?)", True),
        ("mailing.zip", T.ZIP, rf"(?:mail(?:ing)? {_ZIP}|{_ZIP} mail(?:ing)?)", True),
        (
            "years_at_address",
            T.INTEGER,
            r"(?:res )?years(?: there| at(?: (?:this|home|current|present))? ?address)?|how long at",
        ),
        ("phone", T.PHONE, _PHONE),
        ("email", T.EMAIL, r"e ?mail(?: address)?"),
        ("best_time_to_call", T.TEXT, r"best time(?: to (?:call|reach|contact))?|call time", True),
        (
            "drivers_license_number",
            T.TEXT,
            (
                r"driver ?s? licen[sc]e(?: (?:number|no|num))?|d ?l(?: (?:number|no|num))?|"
                r"licen[sc]e(?: (?:number|no|num))"
            ),
        ),
        (
            "drivers_license_state",
            T.STATE,
            r"(?:driver ?s? )?licen[sc]e state|d ?l state|state (?:of issue|issued)|of state|issued by state",
        ),
        ("occupation", T.TEXT, r"(?:current )?occupation|job title|profession|duties"),
        ("employer", T.TEXT, r"employer(?: name)?|name of employer"),
        ("annual_income", T.MONEY, r"(?:(?:gross |total )?annual |yearly )?(?:earned )?income(?: a year)?|salary"),
        ("net_worth", T.MONEY, r"(?:total )?net ?worth|worth", True),
        ("height_feet", T.INTEGER, r"height(?: (?:feet|ft))?|feet|ft"),
        ("height_inches", T.INTEGER, r"(?:height )?(?:inches|in)"),
        ("weight_pounds", T.INTEGER, r"weight(?: (?:pounds|lbs?))?"),
        ("tobacco", T.CHECKBOX, r"(?:used? )?(?:any )?(?:tobacco|nicotine|smok(?:e|ed|er|ing)|cigarettes)", True),
        (
            "tobacco_type",
            T.TEXT,
            r"(?:kind|type|product)s? ?(?:used|of tobacco)?|tobacco (?:type|kind)|which product|so which product",
        ),
        ("tobacco_last_used", T.TEXT, r"(?:(?:date )?last used?|tobacco last)(?: month year)?", True),
    ),
    *_of(
        Party.OWNER,
        "owner",
        (
            "same_as_insured",
            T.CHECKBOX,
            (
                r"same as (?:proposed )?insured|insured the (?:policy ?)?owner|insured own the policy|"
                r"owner (?:the )?same|is owner the insured|(?:also|be) the owner"
            ),
            True,
        ),
        ("kind", T.CHECKBOX, r"owner (?:is|type|kind)(?: a)?|type of owner(?:ship)?|kind of owner|ownership"),
        ("name", T.NAME, _NAME),
        ("tax_id", T.SSN, rf"(?:{_SSN}|ein|tax (?:number|no))(?: or (?:{_SSN}|ein|tax (?:number|no)))?"),
        (
            "date_of_birth_or_trust",
            T.DATE,
            rf"(?:{_DATE_OF_BIRTH}(?: or (?:of )?trust)?|date of (?:birth or (?:of )?)?trust|trust date|date)",
        ),
        ("relationship", T.TEXT, _RELATIONSHIP),
        ("address.street", T.TEXT, _STREET),
        ("address.city", T.TEXT, r"city"),
        ("address.state", T.STATE, r"state"),
        ("address.zip", T.ZIP, _ZIP),
    ),
    *_of(
        Party.PAYOR,
        "payor",
        ("name", T.NAME, rf"{_NAME}|who pays(?: if not the owner)?"),
        ("relationship", T.TEXT, _RELATIONSHIP),
    ),
    *_of(
        Party.BENEFICIARY,
        "beneficiaries.#",
        ("name", T.NAME, _NAME),
        ("relationship", T.TEXT, _RELATIONSHIP),
        ("date_of_birth", T.DATE, _DATE_OF_BIRTH),
        ("ssn", T.SSN, _SSN),
        ("share", T.PERCENT, r"(?:share(?: in| of)?(?: %| percent)?|percent(?:age)?(?: share)?|%|pct)"),
        (
            "beneficiary_class",
            T.CHECKBOX,
            r"class|primary or contingent|type of beneficiary|beneficiary (?:type|class)",
        ),
    ),
    *_of(
        Party.COVERAGE,
        "coverage",
        ("product", T.CHECKBOX, r"plan(?: of insurance| name)?|product(?: name)?"),
        (
            "term_years",
            T.CHECKBOX,
            (
                r"(?:level )?(?:premium )?(?:term|period|years)(?: (?:of|period|in|length|"
                r"years))*(?: level)?(?: premium)?"
            ),
        ),
        (
            "face_amount",
            T.MONEY,
            (
                r"(?:face|death benefit|coverage|specified|insurance) ?amount(?: (?:applied for|"
                r"of insurance|in u ?s dollars|requested))?|face|amount of (?:insurance|coverage)"
            ),
        ),
        (
            "rate_class",
            T.CHECKBOX,
            (r"(?:rate|premium|risk|underwriting) class(?: (?:quoted|applied for))?|class"),
            True,
        ),
        ("riders", T.CHECKBOX, r"(?:optional )?(?:riders?|additional benefits|optional benefits)", True),
        (
            "policy_date_request",
            T.TEXT,
            (
                r"(?:requested )?(?:policy|effective) date(?: (?:requested|wanted))?(?: if any)?|save age|"
                r"date to save age"
            ),
            True,
        ),
    ),
    *_of(
        Party.PREMIUM,
        "premium",
        (
            "mode",
            T.CHECKBOX,
            r"(?:premium|payment|billing) (?:mode|frequency)|mode(?: of payment)?|premium is paid|frequency",
            True,
        ),
        (
            "method",
            T.CHECKBOX,
            r"(?:(?:payment|billing|premium) )?method(?: of payment)?|how(?: will premiums be paid)?",
        ),
        (
            "modal_amount",
            T.MONEY,
            r"modal(?: premium)?|(?:planned |periodic )?premium(?: amount| for each payment)?|planned premium",
            True,
        ),
        (
            "amount_with_application",
            T.MONEY,
            (
                r"(?:(?:amount )?(?:paid|submitted|enclosed|collected|remitted) ?(?:with)?(?: (?:this |"
                r"the )?(?:application|app|form))?|cash with (?:application|app)|with app|initial premium)"
            ),
            True,
        ),
        ("draft_day", T.INTEGER, r"(?:draft|draw|withdrawal|debit)(?: on)? ?(?:day|date)|day", True),
        (
            "bank_name",
            T.TEXT,
            (
                r"name of (?:bank|financial institution)|(?:bank|financial institution)(?: name)?|"
                r"bank draft name of bank"
            ),
        ),
        ("routing_number", T.TEXT, r"(?:bank )?(?:routing|transit|aba)(?: transit)?(?: (?:number|no|num))?", True),
        ("account_number", T.TEXT, r"(?:bank )?account(?: (?:number|no|num))?"),
        (
            "source_of_funds",
            T.TEXT,
            (r"source of (?:funds|premiums?)|source|funds|where does the money come from"),
            True,
        ),
    ),
    *_of(
        Party.EXISTING,
        "existing",
        (
            "has_existing",
            T.CHECKBOX,
            (
                r"(?:existing|in ?force|insured already|"
                r"have (?:any )?(?:existing )?(?:life )?insurance(?: or annuit(?:y|ies))?|has)"
            ),
            False,
        ),
        (
            "replacing",
            T.CHECKBOX,
            (
                r"(?:policy|insurance|coverage|it|annuity|plan)? ?(?:be )?(?:replac(?:e|ed|ing)|"
                r"ended or changed|lapsed?|surrendered|change any)(?: or change)?"
            ),
            False,
        ),
        ("policies.#.company", T.TEXT, r"(?:name of )?(?:company|insurer|carrier)(?: name)?"),
        ("policies.#.policy_number", T.TEXT, r"(?:policy|contract)(?: or contract)? ?(?:number|no|num)|number"),
        ("policies.#.face_amount", T.MONEY, r"(?:face )?amount(?: of insurance)?|face|death benefit"),
        ("policies.#.year_issued", T.INTEGER, r"year(?: (?:issued|of issue))?|issue (?:year|date)|date issued"),
        ("policies.#.to_be_replaced", T.CHECKBOX, r"(?:to be )?replaced?(?: by this (?:plan|policy))?"),
        (
            "pending_elsewhere",
            T.CHECKBOX,
            r"(?:application )?pending(?: with another)?|applied to another|applications? pending",
            True,
        ),
        ("pending_elsewhere_amount", T.MONEY, r"amount pending|pending amount|how much|so for how much", True),
    ),
    *_of(
        Party.DETAILS,
        "details.#",
        ("question", T.TEXT, r"(?:question|item)(?: (?:number|no|num))?"),
        ("condition", T.TEXT, (r"condition(?: or reason)?|diagnosis|nature of illness|what(?: is or was it| it is)?")),
        ("onset", T.TEXT, r"onset|began|(?:date of )?onset|since(?: when)?|dates?"),
        ("treatment", T.TEXT, r"treatment(?: and (?:result|outcome))?|result"),
        (
            "provider",
            T.TEXT,
            (
                r"provider|(?:doctor|physician)(?: or facility| or hospital)?(?: with address)?|"
                r"who treated(?: you)?|name and address"
            ),
        ),
    ),
    Meaning(
        Party.MEDICAL,
        "medications",
        T.TEXT,
        (
            r"(?:prescribed |prescription |current )?(?:medications?|medicines|"
            r"prescriptions)(?: on prescription)?(?: list)?|med list"
        ),
        True,
    ),
    *_of(
        Party.PHYSICIAN,
        "physician",
        ("none", T.CHECKBOX, r"no (?:personal )?(?:physician|doctor)|have no|none", True),
        ("name", T.NAME, _NAME),
        ("address", T.TEXT, r"(?:street )?address"),
        ("phone", T.PHONE, _PHONE),
        ("last_seen", T.TEXT, r"(?:date )?last (?:seen|visit(?:ed)?|consulted)|last|date of last visit"),
        ("reason", T.TEXT, r"(?:reason(?: and result)?(?: for (?:last )?visit)?|why(?: and what came of it)?)"),
    ),
    *_of(
        Party.AGENT,
        "agent_report",
        ("agent_name", T.NAME, rf"(?:print(?:ed)? )?{_NAME}"),
        ("agent_code", T.TEXT, r"(?:\w+ )?(?:code|id)(?: (?:number|no))?|agent (?:number|no)"),
        ("npn", T.TEXT, r"n ?p ?n|national producer (?:number|no)", True),
        ("license_number", T.TEXT, r"(?:state )?lic(?:en[sc]e)?(?: (?:number|no|num))?"),
        ("license_state", T.STATE, r"lic(?:en[sc]e)? state|state of licen[sc]e|issued by state|state"),
        ("known_since", T.TEXT, r"known(?: (?:since|insured|the insured))?|how long have you known", True),
        (
            "id_seen",
            T.CHECKBOX,
            r"(?:photo|government)(?: photo)? id|id ?seen|verif(?:y|ied) (?:the )?(?:identity|id)|identification",
            True,
        ),
        ("has_existing", T.CHECKBOX, r"(?:existing|in ?force|have (?:any )?(?:existing )?life insurance)"),
        ("replacing", T.CHECKBOX, r"replac(?:e|ed|ing|ement)"),
        ("split_percent", T.PERCENT, r"(?:share of )?(?:commission|split)(?: %| percent)?|share|percent|%"),
        ("remarks", T.TEXT, r"remarks|comments|underwriter know|additional information"),
    ),
)

HIPAA: dict[str, str] = {
    "insured.date_of_birth": "hipaa.date_of_birth",
    "insured.ssn": "hipaa.ssn",
    "owner.name": "hipaa.insured_name",
    "payor.name": "hipaa.insured_name",
}
"""What values of an authorisation are called there."""

FULL_NAME = rf"(?:(?:proposed )?insured|patient|applicant|client)? ?(?:s )?{_NAME}"

PIECES = r"month|day|year|first (?:three|five)|second (?:two|three)|middle two|last four"
"""Of a date or number that the form takes in several fields: none of them holds it all."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def plain(text: str) -> str:
    """Small letters, digits and per cent signs, one blank between words; possessives lose their s."""
    said = re.sub(r"[’']s\b", "", text.casefold())
    return re.sub(r"[^a-z0-9%àâçéèêëîïôûùüÿñæœåäöø]+", " ", said).strip()


def plain_name(name: str) -> str:
    """A field's name as words: ``PI_FirstName`` is ``pi first name``; numbers of subforms go."""
    bare = re.sub(r"\[\d+\]", " ", name.partition("=")[0])
    return plain(_CAMEL.sub(" ", bare))
