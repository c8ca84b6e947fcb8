"""The lifestyle and medical questions of Aldermoor's application."""

from samples.blanks.description import AskedQuestion as Q

LIFESTYLE = (
    Q(
        "aviation",
        "7a",
        "In the past 3 years have you flown, or do you expect to fly within 2 years, as a pilot, "
        "student pilot or crew member of any aircraft?",
        "flying",
    ),
    Q(
        "avocation",
        "7b",
        "In the past 3 years have you taken part in motor racing, scuba diving below 100 feet, climbing, "
        "parachuting or a similar activity?",
        "hazardous activities",
    ),
    Q(
        "driving",
        "7c",
        "In the past 5 years has your licence been suspended, or have you been convicted of "
        "driving under the influence or of three or more moving violations?",
        "driving record",
    ),
    Q(
        "felony",
        "7d",
        "Have you ever been convicted of a felony, or is such a charge now pending against you?",
        "criminal record",
    ),
    Q(
        "bankruptcy",
        "7e",
        "In the past 5 years have you filed for bankruptcy or been subject to an unpaid judgment or lien?",
        "bankruptcy",
    ),
    Q(
        "foreign_travel",
        "7f",
        "Within the next 2 years do you plan to live or travel outside the United States for more than 30 days?",
        "foreign travel",
    ),
    Q(
        "military",
        "7g",
        "Are you a member of the armed forces, a reserve unit or the National Guard?",
        "military service",
    ),
)

MEDICAL = (
    Q(
        "heart",
        "8a",
        "A disease or disorder of the heart or circulation: chest pain, heart attack, high blood "
        "pressure, irregular heartbeat, heart murmur?",
        "heart or circulation",
    ),
    Q(
        "stroke",
        "8b",
        "Stroke, transient ischemic attack, seizures, paralysis, or another disorder of the brain or nerves?",
        "brain or nerves",
    ),
    Q("cancer", "8c", "Cancer, a tumor, a growth or a disorder of the blood?", "cancer or blood"),
    Q(
        "diabetes",
        "8d",
        "Diabetes, raised blood sugar, or a disorder of the thyroid or another gland?",
        "diabetes or glands",
    ),
    Q(
        "lungs",
        "8e",
        "Asthma, emphysema, sleep apnea or another disorder of the lungs or breathing?",
        "lungs or breathing",
    ),
    Q(
        "digestion",
        "8f",
        "A disorder of the liver, pancreas, stomach or intestines, including hepatitis, colitis or ulcer?",
        "liver or digestion",
    ),
    Q(
        "kidney",
        "8g",
        "A disorder of the kidneys, bladder, prostate, breasts or reproductive organs?",
        "kidneys or reproductive organs",
    ),
    Q(
        "mental_health",
        "8h",
        "Anxiety, depression or another mental or emotional disorder that was treated or needed counselling?",
        "mental health",
    ),
    Q(
        "joints",
        "8i",
        "A disorder of the back, spine, joints, muscles or bones that limited your work or activity?",
        "back, joints or muscles",
    ),
    Q(
        "alcohol_drugs",
        "8j",
        "Use of narcotics, stimulants or other drugs not prescribed for you, or treatment or advice "
        "about alcohol or drug use?",
        "alcohol or drugs",
    ),
    Q(
        "tests",
        "8k",
        "In the past 5 years: a hospital stay, surgery, or a diagnostic test with a result that was not "
        "normal, other than for what is told above?",
        "hospital, surgery or tests",
    ),
    Q(
        "advised",
        "8l",
        "Has a test, treatment or operation been advised that is not yet done, or do you await a result?",
        "advised but not done",
    ),
    Q(
        "medication",
        "8m",
        "Do you now take any prescribed medication? (If yes, list it in item 10.)",
        "medication",
        detail_needed=False,
    ),
)
