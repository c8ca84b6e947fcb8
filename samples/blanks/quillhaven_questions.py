"""The personal and health questions of Quillhaven's application."""

from samples.blanks.description import AskedQuestion as Q

PERSONAL_HISTORY = (
    Q("aviation", "1", "Do you fly an aircraft, or mean to learn it?", "flying"),
    Q(
        "avocation",
        "2",
        "Do you dive, climb, jump, race, or follow another pastime that insurers ask about?",
        "hazardous pastimes",
    ),
    Q(
        "driving",
        "3",
        "In the last five years, were you found guilty of driving under the influence, of reckless driving, "
        "or of more than two other moving violations?",
        "driving record",
    ),
    Q("felony", "4", "Were you ever convicted of a felony, or are you on probation or parole?", "criminal record"),
    Q(
        "foreign_travel",
        "5",
        "Will you spend more than four weeks outside the United States in the next two years?",
        "foreign travel",
    ),
    Q("military", "6", "Do you serve in the armed forces or a reserve, or have you agreed to?", "military service"),
    Q("declined", "7", "Did an insurer ever decline you, postpone you, or ask a higher premium?", "earlier refusals"),
    Q("bankruptcy", "8", "Did you go bankrupt in the last seven years?", "bankruptcy"),
)

HEALTH = (
    Q(
        "heart",
        "21",
        "High blood pressure, chest pain, or any trouble of the heart or the vessels?",
        "heart or vessels",
    ),
    Q("stroke", "22", "A stroke, fits, fainting, tremor, or any trouble of the brain or nerves?", "brain or nerves"),
    Q("cancer", "23", "Cancer, leukemia, a melanoma or another growth?", "cancer"),
    Q("diabetes", "24", "Diabetes, sugar in the urine, or trouble of the thyroid?", "diabetes or thyroid"),
    Q("lungs", "25", "Asthma, bronchitis, COPD, sleep apnea, or other trouble with breathing?", "breathing"),
    Q(
        "digestion",
        "26",
        "Hepatitis, cirrhosis, Crohn’s disease, or other trouble of liver or bowel?",
        "liver or bowel",
    ),
    Q("kidney", "27", "Kidney stones, protein in the urine, or trouble of kidneys or bladder?", "kidneys or bladder"),
    Q("mental_health", "28", "Depression, bipolar disorder, or another illness of the mind?", "mental health"),
    Q("joints", "29", "Arthritis, lupus, or trouble of the back or joints that kept you from work?", "back or joints"),
    Q("alcohol_drugs", "30", "Too much alcohol, or a drug that no doctor had prescribed?", "alcohol or drugs"),
    Q("immune", "31", "A disorder of the immune system, or a positive test for HIV?", "immune system"),
    Q("tests", "32", "In the last five years, a stay in hospital, an operation, an ECG or scan?", "hospital or tests"),
    Q(
        "medication",
        "33",
        "Do you take a medicine on prescription now? (If so, list it below.)",
        "medicines",
        detail_needed=False,
    ),
)
