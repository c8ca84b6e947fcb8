"""The JSON that the console reads: the list by who is waited for, one case whole, differences."""

import json

from schemas import topics
from services.cases.pages import case_page, differences_page, list_page
from services.cases.worker import describe_service
from tests.cases.stories import CARRIERS, CASE, NOW, at, judged, read, required, said
from tests.offline import worker

SERVICE = describe_service(CARRIERS)
DECISIONS = topics.decisions("brackwater")


async def test_cases_are_found_by_what_is_known_of_them_and_one_is_told_whole(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
        await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
        await cases.take(said("acknowledged", 90, carrier_reference="BW-7"), DECISIONS, "acknowledged", CASE)
        await cases.take(required("needed"), topics.REQUIREMENTS_CHANGES, "requirements", CASE)
        await cases.take(said("placed", 130), DECISIONS, "placed", CASE)
        for asked in ({"owner": "agent"}, {"agent": "A-100"}, {"q": "jordan"}, {"q": "BW-7"}, {"q": CASE[:9]}, {}):
            answer = await cases.read(lambda db, asked=asked: list_page(db, asked, NOW))  # type: ignore[misc]
            assert [case["case_id"] for case in answer.body["cases"]] == [CASE], asked
        for asked in ({"owner": "carrier"}, {"state": "placed"}, {"q": "%"}, {"carrier": "tarnside"}, {"offset": "1"}):
            answer = await cases.read(lambda db, asked=asked: list_page(db, asked, NOW))  # type: ignore[misc]
            assert answer.body["cases"] == [], asked
        whole = (await cases.read(lambda db: case_page(db, {"case_id": CASE}, at(2000)))).body
        assert whole["state"] == "awaiting_requirements"
        assert whole["answer"].startswith("Jordan P.’s application to Brackwater Life is awaiting requirements")
        assert [item["owner"] for item in whole["open_items"]] == ["agent", "carrier"]
        assert "withdraw_for_client" in whole["may_be_asked"]
        assert [word["decision"] for word in whole["waiting_words"]] == ["placed"]
        assert [entry["revision"] for entry in whole["history"][:6]] == list(range(1, 7))
        for secret in ("812-34-5678", "1984", "Pell-Hart", "Asthmatique"):
            assert secret not in json.dumps(whole)


async def test_what_is_not_there_and_what_is_no_number_is_said(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        assert (await cases.read(lambda db: case_page(db, {"case_id": CASE}, NOW))).status == 404
        assert (await cases.read(lambda db: list_page(db, {"limit": "many"}, NOW))).status == 400
        assert (await cases.read(lambda db: differences_page(db, {}, NOW))).body == {"differences": []}
