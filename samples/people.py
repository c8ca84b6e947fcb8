"""Fictional people, drawn from a seed: names, places, numbers that no real person can have."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from schemas.codes import Sex


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


_WOMEN = _words(
    "Alice Amara Beatrice Clara Dana Elena Fiona Grace Hannah Imani Joan Kamala Leah Maria Nadia Olivia Paula "
    "Rosa Sylvia Teresa Uma Vera Wendy Yara Zoë Ingrid Renée Naomi"
)
_MEN = _words(
    "Aaron Bruno Carlos Daniel Edwin Felix George Hassan Ivan Jonas Kenji Lamar Martin Nathan Oscar Peter "
    "Quentin Rafael Samuel Thomas Ugo Victor Walter Xavier Yusuf Zachary André Björn"
)
_SURNAMES = _words(
    "Abernethy Birchall Castellan Dunmore Eastlake Fairweather Garrick Holloway Ingleby Jarrow Kestrel Larkin "
    "Marlowe Northcote Oakhurst Pemberton Quigley Ravenscar Silverton Thornbury Underhill Valdez Wetherby "
    "Yarrow Zeller Okonkwo Nakamura Söderlund Lefèvre Whitcombe Harrowgate Brightwater"
)
_STREETS = _words("Alder Birch Cedar Dogwood Elm Foxglove Granite Hawthorn Juniper Laurel Maple Orchard Quarry Spruce")
_KINDS_OF_STREET = ("Street", "Avenue", "Lane", "Road", "Court")
_WORK = (
    ("Electrician", "Brightline Electric"),
    ("School teacher", "Millbrook School District"),
    ("Accountant", "Tallow and Finch"),
    ("Registered nurse", "Green Valley Clinic"),
    ("Software engineer", "Copperleaf Systems"),
    ("Shop owner", "Self-employed"),
    ("Civil engineer", "Stonebridge Works"),
    ("Dispatcher", "Northbound Freight"),
    ("Chef", "The Blue Heron"),
    ("Librarian", "Riverside Library"),
)


@dataclass(frozen=True)
class Place:
    city: str
    state: str
    zip: str
    area_code: str


PLACES = (
    Place("Des Moines", "IA", "50309", "515"),
    Place("Portland", "ME", "04101", "207"),
    Place("Columbus", "OH", "43215", "614"),
    Place("Boise", "ID", "83702", "208"),
    Place("Madison", "WI", "53703", "608"),
    Place("Raleigh", "NC", "27601", "919"),
    Place("Nashville", "TN", "37203", "615"),
    Place("Denver", "CO", "80202", "303"),
    Place("Phoenix", "AZ", "85004", "602"),
    Place("Omaha", "NE", "68102", "402"),
    Place("Tampa", "FL", "33602", "813"),
    Place("Springfield", "IL", "62701", "217"),
    Place("Dallas", "TX", "75201", "214"),
    Place("Salem", "OR", "97301", "503"),
    Place("Minneapolis", "MN", "55401", "612"),
)


@dataclass(frozen=True)
class FictionalPerson:
    first_name: str
    middle_name: str
    last_name: str
    sex: Sex
    born: date
    ssn: str
    place: Place
    street: str
    phone: str
    email: str
    occupation: str
    employer: str
    income: int

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.middle_name} {self.last_name}"


def draw_person(
    random: Random, born: date, last_name: str | None = None, place: Place | None = None
) -> FictionalPerson:
    """Somebody born on that day; relatives share a last name and a place."""
    sex = random.choice((Sex.FEMALE, Sex.MALE))
    given = _WOMEN if sex is Sex.FEMALE else _MEN
    first, middle = random.sample(given, 2)
    last = last_name or random.choice(_SURNAMES)
    place = place or random.choice(PLACES)
    occupation, employer = random.choice(_WORK)
    return FictionalPerson(
        first_name=first,
        middle_name=middle,
        last_name=last,
        sex=sex,
        born=born,
        ssn=draw_ssn(random),
        place=place,
        street=draw_street(random),
        phone=draw_phone(random, place),
        email=f"person{random.randrange(1000, 9999)}@example.{random.choice(('com', 'org'))}",
        occupation=occupation,
        employer=employer,
        income=random.randrange(60, 240) * 1000,
    )


def draw_ssn(random: Random) -> str:
    """Format-valid, of an area (800 to 899) that was never issued while areas meant states."""
    return f"{random.randrange(800, 900)}-{random.randrange(1, 100):02}-{random.randrange(1, 10_000):04}"


def draw_street(random: Random) -> str:
    return f"{random.randrange(10, 990)} {random.choice(_STREETS)} {random.choice(_KINDS_OF_STREET)}"


def draw_phone(random: Random, place: Place) -> str:
    """A number of the block 555-0100 to 555-0199, kept free for fiction."""
    return f"({place.area_code}) 555-01{random.randrange(100):02}"


def draw_birthday(random: Random, on: date, youngest: int, oldest: int) -> date:
    """A birth date that gives an age in the range on a day by either way of counting age.

    Birthday and half-birthday lie 45 to 135 days after the last one, so that no "save age" alert is due near the day.
    """
    age = random.randint(youngest, oldest)
    since_birthday = random.randrange(45, 135)
    birthday = on - timedelta(days=since_birthday)
    return _years_before(birthday, age)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # 29 February: the day before exists in every year.
        return date(day.year - years, 2, 28)
