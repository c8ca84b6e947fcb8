"""The stream of changes: what happens after a page was read reaches it, however late the stream begins."""

import asyncio
import re

import pytest
from fastapi import Request

from services.console.people.roles import Role, Visitor
from services.console.web.pages.live import live
from tests.console.desk import SAMPLE_CASE, Desk, samples

MANAGER = Visitor("case_manager-x", Role.CASE_MANAGER)


@pytest.fixture
def page(desk: Desk) -> str:
    """A page that was read before anything happened."""
    desk.sign_in(Role.CASE_MANAGER)
    return desk.client.get("/cases").text


def shown(page: str) -> int:
    found = re.search(r'data-pulse="(\d+)"', page)
    assert found
    return int(found[1])


async def told(desk: Desk, since: int | None, last: int | None = None) -> str:
    """What the stream says first."""

    async def receive() -> dict[str, str]:
        await asyncio.Event().wait()
        return {}

    request = Request({"type": "http", "app": desk.app, "headers": []}, receive)
    stream = (await live(request, MANAGER, since, last)).body_iterator
    begins = await anext(stream)
    assert begins == "retry: 3000\n\n"
    return str(await asyncio.wait_for(anext(stream), 30))


async def test_what_changed_between_the_page_and_its_stream_is_told(desk: Desk, page: str) -> None:
    desk.take(*samples())
    said = await told(desk, shown(page))
    assert SAMPLE_CASE in said
    number = int(re.findall(r"id: (\d+)", said)[0])
    assert number > shown(page)
    assert shown(desk.client.get("/cases").text) == number


async def test_a_stream_that_broke_goes_on_where_it_was(desk: Desk, page: str) -> None:
    desk.take(*samples())
    assert SAMPLE_CASE in await told(desk, None, shown(page))
    assert SAMPLE_CASE in await told(desk, 10**9, shown(page))
