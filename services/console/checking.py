"""Checks a packet as ``goodorder check`` does, by calling it: in a process of its own, within limits, in a folder
that is gone afterwards."""

import asyncio
import json
import os
import resource
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from schemas.base import StoredObject
from schemas.document_events import DocumentFiled
from schemas.finding_events import Finding
from services.console.pages.overlay import Sheet, Spot, page_size

_SECONDS = 180.0
_CPU_SECONDS = 240
_MEMORY = 4_000_000_000
_LARGEST_ANSWER = 20_000_000
_AT_ONCE = 2
_SUFFIXES = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".heic", ".zip"}
_under_way = 0


class Busy(Exception):
    """So many packets are being checked already; the message says what to do."""


@dataclass(frozen=True)
class Judged:
    """One application of the file."""

    place: int
    is_good: bool
    forms: tuple[str, ...]
    """What the file holds, a form each, in words."""
    to_fix: tuple[Finding, ...]
    hints: tuple[Finding, ...]


@dataclass(frozen=True)
class Checked:
    """What the check said of one file."""

    file_name: str
    applications: tuple[Judged, ...]
    refusal: str | None = None
    """Why nobody can read it, and what to do."""
    sheets: tuple[Sheet, ...] = ()
    """Pages with something on them, with the boxes."""

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(sheet.page for sheet in self.sheets)


async def check_packet(content: bytes, file_name: str, carriers: Path) -> Checked:
    """Raises :class:`Busy` while others are checked."""
    global _under_way
    if _under_way >= _AT_ONCE:
        raise Busy("Others are being checked just now. Try again in half a minute.")
    _under_way += 1
    try:
        return _read(await _called(content, file_name), file_name, carriers)
    finally:
        _under_way -= 1


async def _called(content: bytes, file_name: str) -> dict[str, Any] | None:
    suffix = PurePosixPath(file_name.lower()).suffix
    with tempfile.TemporaryDirectory(prefix="goodorder-check-") as folder:
        file = Path(folder) / f"packet{suffix if suffix in _SUFFIXES else '.pdf'}"
        file.write_bytes(content)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "goodorder", "check", "--json", str(file)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_limit,
        )
        try:
            said, _ = await asyncio.wait_for(child.communicate(), _SECONDS)
        except TimeoutError:
            return None
        finally:
            # The readers are its children: all of them end with it.
            if child.returncode is None:
                os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
    try:
        found: dict[str, Any] = json.loads(said[:_LARGEST_ANSWER])
    except ValueError:
        return None
    return found


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))


def _read(said: Mapping[str, Any] | None, file_name: str, carriers: Path) -> Checked:
    packets = said.get("packets", []) if said else []
    if not packets:
        return Checked(
            file_name, (), refusal="The check did not come to an end. Send the packet: the desk looks at it."
        )
    refused = next((packet["refusal"]["message"] for packet in packets if packet.get("refusal")), None)
    if refused:
        return Checked(file_name, (), refusal=refused)
    judged = tuple(_judged(packet) for packet in packets)
    return Checked(file_name, judged, sheets=_sheets(judged, packets, file_name, carriers))


def _judged(packet: Mapping[str, Any]) -> Judged:
    findings = [Finding.model_validate(each) for each in packet["findings"]]
    findings.sort(key=lambda finding: (finding.page or 10_000, -(finding.box or (0, 0, 0, 0))[3]))
    forms = tuple(
        f"{form['kind'].replace('_', ' ')} {form['number']} ({form['edition']})"
        + (f", page {', '.join(map(str, form['missing_pages']))} missing" if form["missing_pages"] else "")
        for form in packet["forms"]
    )
    return Judged(
        place=packet["application"],
        is_good=packet["verdict"] == "igo",
        forms=forms,
        to_fix=tuple(finding for finding in findings if finding.severity in ("B", "N")),
        hints=tuple(finding for finding in findings if finding.severity not in ("B", "N")),
    )


def _sheets(
    judged: tuple[Judged, ...], packets: list[Mapping[str, Any]], file_name: str, carriers: Path
) -> tuple[Sheet, ...]:
    forms = {
        page: (packet["carrier"], form["form_id"], form_page, form["number"])
        for packet in packets
        for form in packet["forms"]
        for page, form_page in zip(form["pages"], form["form_pages"], strict=True)
    }
    document = DocumentFiled(
        document_id=packets[0]["document_id"], archive=StoredObject(bucket="-", key="-"), file_name=file_name
    )
    spots: dict[int, list[Spot]] = defaultdict(list)
    for application in judged:
        for kind, found in (("fix", application.to_fix), ("hint", application.hints)):
            for number, finding in enumerate(found, 1):
                if finding.page and finding.box and finding.page in forms:
                    anchor = f"{kind}-{application.place}-{number}"
                    height = page_size(carriers, *forms[finding.page][:3])[1]
                    spots[finding.page].append(Spot.around(anchor, finding.label, kind, finding.box, height))
    return tuple(
        Sheet(document, page, *page_size(carriers, *forms[page][:3]), f"{forms[page][3]}, page {forms[page][2]}", marks)
        for page, marks in sorted(spots.items())
    )
