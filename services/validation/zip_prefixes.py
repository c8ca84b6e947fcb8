"""Which states a ZIP code can lie in, by its first three digits (USPS sectional centres)."""

_RANGES = {
    "AA": "340", "AE": "090-098", "AP": "962-966", "AK": "995-999", "AL": "350-352 354-369",
    "AR": "716-729", "AS": "967", "AZ": "850-865", "CA": "900-908 910-928 930-961", "CO": "800-816",
    "CT": "060-069", "DC": "200 202-205 569", "DE": "197-199", "FL": "320-339 341-342 344 346-347 349",
    "FM": "969", "GA": "300-319 398-399", "GU": "969", "HI": "967-968", "IA": "500-516 520-528",
    "ID": "832-838", "IL": "600-620 622-629", "IN": "460-479", "KS": "660-662 664-679", "KY": "400-427",
    "LA": "700-701 703-708 710-714", "MA": "010-027 055", "MD": "206-212 214-219", "ME": "039-049",
    "MH": "969", "MI": "480-499", "MN": "550-551 553-567", "MO": "630-631 633-641 644-658", "MP": "969",
    "MS": "386-397", "MT": "590-599", "NC": "270-289", "ND": "580-588", "NE": "680-681 683-693",
    "NH": "030-038", "NJ": "070-089", "NM": "870-871 873-875 877-884", "NV": "889-891 893-895 897-898",
    "NY": "005 063 100-149", "OH": "430-459", "OK": "730-731 734-741 743-749", "OR": "970-979",
    "PA": "150-196", "PR": "006-007 009", "PW": "969", "RI": "028-029", "SC": "290-299", "SD": "570-577",
    "TN": "370-385 422", "TX": "733 739 750-770 772-799 885", "UT": "840-847 865", "VA": "201 220-246",
    "VI": "008", "VT": "050-054 056-059", "WA": "980-986 988-994", "WI": "530-532 534-535 537-549",
    "WV": "247-268", "WY": "820-831 834",
}  # fmt: skip


def _expanded(ranges: str) -> frozenset[int]:
    bounds = (part.partition("-") for part in ranges.split())
    return frozenset(n for low, _, high in bounds for n in range(int(low), int(high or low) + 1))


STATES: dict[str, frozenset[int]] = {state: _expanded(ranges) for state, ranges in _RANGES.items()}
"""First three digits in use, by state, territory or military region."""


def disagree(state: str, zip_code: str) -> bool:
    """The ZIP code lies surely in another state: both are known, and the state does not have its prefix."""
    prefix = zip_code.strip()[:3]
    if state not in STATES or len(prefix) < 3 or not prefix.isdecimal():
        return False
    elsewhere = any(int(prefix) in prefixes for prefixes in STATES.values())
    return elsewhere and int(prefix) not in STATES[state]
