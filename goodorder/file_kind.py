"""Says in one line what is remarkable about a file beside what its pages say."""

from goodorder.screen import counted
from schemas.codes import SealState, VirusScan
from schemas.file_events import DocumentSeen

_SEALS = {
    SealState.HOLDS: "digitally signed",
    SealState.CHANGED: "changed after it was digitally signed",
    SealState.BROKEN: "its digital signature is broken",
    SealState.UNKNOWN: "its digital signature cannot be checked",
}


def remarks(seen: DocumentSeen | None) -> str:
    """Empty for a plain file, or one of which nothing is known."""
    if seen is None:
        return ""
    said = [
        *(["damaged, and repaired to be read: compare with the original when in doubt"] if seen.repaired else []),
        *(["encrypted, and opened without a password"] if seen.unlocked else []),
        *(["holds JavaScript, which is never run"] if seen.javascript else []),
        *([f"{counted(seen.embedded_files, 'attached file')} not read"] if seen.embedded_files else []),
        *(["holds XFA, which is not read"] if seen.xfa else []),
        *(words for state, words in _SEALS.items() if state in seen.seals),
        *(["not scanned for viruses"] if seen.virus_scan is VirusScan.NOT_SCANNED else []),
    ]
    return "; ".join(said)
