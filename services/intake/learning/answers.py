"""The words of answers: what a mark in a box means, and what a yes/no question is about."""

from services.intake.learning.vocabulary import Party

OPTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "insured.sex": (("female", r"f(?:emale)?"), ("male", r"m(?:ale)?")),
    "owner.kind": (
        ("trust", r"(?:a )?trust"),
        ("entity", r"(?:a )?(?:company|business|corporation|entity|partnership|firm|organi[sz]ation)"),
        ("person", r"(?:a |an )?(?:person|individual)"),
    ),
    "beneficiaries.#.beneficiary_class": (("primary", r"primary"), ("contingent", r"contingent|secondary")),
    "premium.mode": (
        ("semiannual", r"(?:semi|half) ?(?:annual(?:ly)?|yearly|year)"),
        ("annual", r"annual(?:ly)?|yearly|year"),
        ("quarterly", r"quarter(?:ly)?"),
        ("monthly", r"month(?:ly)?"),
    ),
    "premium.method": (
        ("eft", r"bank draft|eft|pac|ach|electronic|draw on my bank|draft|bank|automatic"),
        ("direct", r"direct(?: bill)?|bill(?: me)?|billed"),
    ),
    "coverage.rate_class": (
        ("preferred_plus", r"preferred plus|preferred best|super preferred|select plus|preferred elite"),
        ("preferred_tobacco", r"(?:preferred|select) (?:tobacco|smoker|nicotine)"),
        ("standard_tobacco", r"(?:standard )?(?:tobacco|smoker|nicotine)"),
        ("standard_plus", r"standard plus"),
        ("preferred", r"preferred|select"),
        ("standard", r"standard"),
    ),
    "coverage.riders": (
        ("waiver_of_premium", r"waiver(?: of premium)?|disability waiver"),
        ("accidental_death", r"accidental(?: death)?(?: benefit)?|adb"),
        ("child_term", r"child(?:ren)?(?: s)?(?: term)?"),
    ),
    "physician.none": (("true", r".*"),),
}
"""What a mark means, by path: the first pattern that fits the box's word. Other boxes are yes or no."""

TOPICS: tuple[tuple[str, str, str], ...] = (
    ("heart", r"heart|circulat|blood pressure|chest pain|cardiac|vessels", "heart or circulation"),
    ("stroke", r"stroke|seizure|brain|nerves|nervous|epilep|paralys", "brain or nerves"),
    ("cancer", r"cancer|tumou?r|leukemia|melanoma|lymphoma", "cancer"),
    ("diabetes", r"diabet|blood sugar|thyroid|gland", "diabetes or glands"),
    ("lungs", r"asthma|emphysema|lungs?|breath|bronchitis|copd|apnea|respirat", "lungs or breathing"),
    ("digestion", r"liver|stomach|intestin|hepatitis|colitis|bowel|pancrea|digest", "liver or digestion"),
    ("kidney", r"kidneys?|bladder|prostate|urin|reproductive", "kidneys or bladder"),
    ("mental_health", r"anxiety|depress|mental|emotional|bipolar|psych", "mental health"),
    ("joints", r"joints?|spine|back|arthritis|muscles?|bones?", "back or joints"),
    ("alcohol_drugs", r"alcohol|narcotic|drug (?:use|that)|drugs|cocaine", "alcohol or drugs"),
    ("immune", r"immune|hiv|aids", "immune system"),
    ("advised", r"advised|recommended|await", "advised but not done"),
    ("tests", r"hospital|surgery|operation|diagnostic test|ecg|ekg", "hospital or tests"),
    ("medication", r"medications?|medicines?|prescri", "medication"),
    ("aviation", r"flown|fly|flying|pilot|aviation|aircraft", "flying"),
    ("avocation", r"racing|scuba|div(?:e|ing)|climb|parachut|skydiv|hazardous|avocation", "hazardous activities"),
    ("driving", r"driv|moving violations?|licen[cs]e (?:been )?suspended|dui|influence", "driving record"),
    ("felony", r"felony|crim|convict|misdemeanou?r|arrest", "criminal record"),
    ("bankruptcy", r"bankrupt|judgment|lien", "bankruptcy"),
    ("foreign_travel", r"travel|outside the (?:united states|u s)|abroad|reside", "foreign travel"),
    ("military", r"armed forces|military|reserve|national guard", "military service"),
    ("declined", r"declin|refus|rated|postpone|modified", "earlier refusals"),
)
"""Ids of questions by what they ask: the reader of rules meets the same words on every carrier's form."""
_LIFESTYLE = {"aviation", "avocation", "driving", "felony", "bankruptcy", "foreign_travel", "military", "declined"}


def section_of(topic: str) -> Party:
    """Whether a question of that topic is about health or about the way of life."""
    return Party.LIFESTYLE if topic in _LIFESTYLE else Party.MEDICAL
