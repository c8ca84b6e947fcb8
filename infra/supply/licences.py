"""The licence of every pinned package, and whether it may be part of a house under Apache-2.0.

``python -m infra.supply.licences`` lists them and ends with 1 if one may not.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

from infra.supply.pins import DEV, RUN, Pin, pins

ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU",
        "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
    }
)  # fmt: skip

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

LOOKED_INTO: dict[str, tuple[str, str]] = {
    "colorama": ("BSD-3-Clause", "for Windows only, so not installed here"),
    "mrml": ("MIT", "said only by the bill of materials in its wheel"),
    "pi-heif": (
        "BSD-3-Clause AND LGPL-3.0-only",
        "its libheif and libde265 are shared libraries that their user may replace; none of it is in this repository",
    ),
    "psycopg": (
        "LGPL-3.0-only",
        "a library used as it is, which its user may replace; none of it is in this repository",
    ),
    "psycopg-binary": (
        "LGPL-3.0-only",
        "as psycopg; its libpq and OpenSSL are under PostgreSQL's and Apache's licences",
    ),
    "pypdfium2": ("Apache-2.0 AND BSD-3-Clause", "with PDFium, and the permissive licences of what PDFium is built of"),
    "venusian": ("BSD-3-Clause", "under the Repoze Public License, which is a BSD licence with a clause on names"),
}
"""Packages whose licence their own data does not tell, or that was weighed: the licence, and why it is no hindrance."""


@dataclass(frozen=True)
class Licence:
    pin: Pin
    said: str
    """As an SPDX expression, as far as the package can be brought to say one."""
    why: str = ""

    @property
    def is_allowed(self) -> bool:
        """Every licence that applies, or one of those to choose from, is allowed, or the package was looked into."""
        if self.pin.name in LOOKED_INTO:
            return True
        either = [part.strip(" ()") for part in re.split(r"\sOR\s", self.said)]
        return any(set(re.split(r"\sAND\s|\sWITH\s", part)) <= ALLOWED for part in either)


def licences(found: Iterable[Pin]) -> tuple[Licence, ...]:
    return tuple(_of(pin) for pin in found)


def _of(pin: Pin) -> Licence:
    if pin.name in LOOKED_INTO:
        said, why = LOOKED_INTO[pin.name]
        return Licence(pin, said, why)
    try:
        about = metadata.metadata(pin.name)
    except metadata.PackageNotFoundError:
        return Licence(pin, "not installed here")
    if "License-Expression" in about:
        return Licence(pin, about["License-Expression"])
    named = (line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::"))
    told = [_CLASSIFIERS.get(name, name) for name in named if name not in ("OSI Approved", "DFSG approved")]
    own_words = about["License"].splitlines()[:1] if "License" in about else []
    return Licence(pin, " AND ".join(told) or "".join(own_words) or "unknown")


def main() -> None:
    needed = {pin.name for pin in pins(RUN)}
    found = licences(pins(DEV))
    for each in found:
        mark = "" if each.is_allowed else "  <- not allowed"
        use = "run" if each.pin.name in needed else "dev"
        note = f"  ({each.why})" if each.why else ""
        sys.stdout.write(f"{each.pin.name:32} {each.pin.version:12} {use}  {each.said}{note}{mark}\n")
    sys.exit(0 if all(each.is_allowed for each in found) else 1)


if __name__ == "__main__":
    main()
