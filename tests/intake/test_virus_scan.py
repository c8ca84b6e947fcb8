"""Files are shown to clamd before anybody opens them: by its own protocol, on a real socket."""

import asyncio
import shutil
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from services.chassis.errors import Permanent, Transient
from services.intake.virus_scan import Address, VirusScanner

HARMFUL = b"harmful, and made for this test"


@asynccontextmanager
async def clamd(path: Path, most: int = 1 << 24) -> AsyncIterator[str]:
    """A server that speaks INSTREAM as clamd's manual has it; it knows one virus."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        held = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            held += await reader.readexactly(length)
            if len(held) > most:
                writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                break
        else:
            writer.write(b"stream: Test.Harmful-1 FOUND\0" if HARMFUL in held else b"stream: OK\0")
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        yield str(path)


def scanner(address: str) -> VirusScanner:
    return VirusScanner(Address.parse(address))


async def test_a_clean_file_is_clean_and_a_harmful_one_is_named(tmp_path: Path) -> None:
    async with clamd(tmp_path / "clamd") as address:
        assert await scanner(address).found_in(b"%PDF-1.7" + bytes(3_000_000)) is None
        assert await scanner(address).found_in(bytes(2_000_000) + HARMFUL) == "Test.Harmful-1"


async def test_without_the_scanner_documents_wait(tmp_path: Path) -> None:
    absent = scanner(str(tmp_path / "nobody"))
    with pytest.raises(Transient, match="documents wait"):
        await absent.found_in(b"x")
    assert absent.down
    async with clamd(tmp_path / "nobody"):
        await absent.found_in(b"x")
    assert absent.down is None


async def test_a_file_longer_than_the_scanner_takes_is_a_dead_letter_that_names_the_setting(tmp_path: Path) -> None:
    async with clamd(tmp_path / "clamd", most=10) as address:
        with pytest.raises(Permanent, match="StreamMaxLength"):
            await scanner(address).found_in(bytes(5_000_000))


@pytest.mark.parametrize("text", ["clamd", "clamd:", ":3310", "clamd:port"])
def test_an_address_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="GOODORDER_CLAMAV"):
        Address.parse(text)


def test_an_address_is_a_path_or_a_host_and_port() -> None:
    assert Address.parse("/run/clamav/clamd.ctl").path == "/run/clamav/clamd.ctl"
    assert Address.parse("clamd:3310") == Address(host="clamd", port=3310)


@pytest.mark.slow
async def test_clamd_itself_answers_so(tmp_path: Path) -> None:
    """Where ClamAV is installed; with one signature of our own instead of its database."""
    program = shutil.which("clamd")
    if program is None:
        pytest.skip("ClamAV is not installed")
    (tmp_path / "ours.ndb").write_text(f"Ours.Harmful:0:*:{HARMFUL.hex()}\n")
    address = tmp_path / "clamd.sock"
    (tmp_path / "clamd.conf").write_text(
        f"DatabaseDirectory {tmp_path}\nLocalSocket {address}\nForeground yes\nMaxThreads 1\nStreamMaxLength 1M\n"
    )
    process = await asyncio.create_subprocess_exec(
        program, "-c", tmp_path / "clamd.conf", stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await listening(address.exists)
        assert await scanner(str(address)).found_in(b"%PDF-1.7 nothing harmful") is None
        assert await scanner(str(address)).found_in(HARMFUL) == "Ours.Harmful.UNOFFICIAL"
        with pytest.raises(Permanent, match="StreamMaxLength"):
            await scanner(str(address)).found_in(bytes(3_000_000))
    finally:
        process.terminate()
        await process.wait()


async def listening(look: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not look():
        assert monotonic() < deadline
        await asyncio.sleep(0.05)
