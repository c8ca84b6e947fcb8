"""The rule on what cannot be made out: V-64."""

from collections.abc import Iterator

from schemas.codes import PageFault, ReasonCode, Severity, SignatureKind, SignatureMark
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import needed_lines

_UNREAD = {
    PageFault.DAMAGED: "this page of the file could not be read, though others could; it may be of any form. Open the "
    "file and look at it; then scan or print this page again, and send it.",
    PageFault.TOO_LARGE: "this page's picture is too large to be read. Scan it again in grey at 200 or 300 dpi, and "
    "send it.",
    PageFault.TOO_DEMANDING: "this page takes more time or memory than any page needs, and could not be read. Print it "
    "to a new PDF or scan the paper again, and send it.",
}
_SOMETHING = (
    "something is in the box, but we cannot tell whether it is a signature. Look at it: when it is signed, send a "
    "clearer scan of the page; else have it signed."
)
_STAMPED = (
    "what is in the box looks like a stamp, which is no signature. Look at it: when it is signed beneath, send a "
    "clearer scan of the page; else have it signed."
)


@rule(
    "V-64",
    Severity.NIGO,
    ReasonCode.NEED_CLARITY,
    reads=("",),
    basis="carriers' guides on legibility; the reader's own doubt",
    version=2,
)
def everything_is_legible(case: RuleInput) -> Iterator[Fault]:
    """Every page can be read, no signature is in doubt, no fault is found on the strength of an unsure reading, and
    what is written by hand is confirmed."""
    for number, page in enumerate(case.application.unknown_pages):
        if page.fault:
            yield Fault(f"unknown_pages.{number}", _UNREAD[page.fault], label="the whole page")
    for kind, role in needed_lines(case):
        line = case.signature(kind, role)
        # What is wrong with a typed name or a seal is known, and said by V-79 and V-65.
        told = line.kind is SignatureKind.TYPED_NAME or line.seal is not None
        if line.mark is SignatureMark.DOUBTFUL and not told:
            what = _STAMPED if line.kind is SignatureKind.STAMP else _SOMETHING
            yield Fault(f"signatures.{kind.value}.{role.value}.mark", what, of_the_reading=True)


def unclear(path: str, by_hand: bool = False) -> Fault:
    """What is said of a field in place of the fault that an unsure reading of it led to."""
    if by_hand:
        return Fault(
            path,
            "this is written by hand, and we cannot be sure of what it says. Please confirm it by the picture, or have "
            "it typed.",
        )
    return Fault(
        path,
        "the scan is not clear enough to be sure of what is written here, and as we read it something is not in "
        "order. Look at it: when it is right, send a clearer scan of the page; else have it corrected.",
    )
