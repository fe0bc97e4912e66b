"""What tests of grading look for on a small campus, and how they submit."""

from collections.abc import Callable
from datetime import datetime

import httpx

from simulator.banner.tables import Registration
from simulator.campus import Campus
from tests.simulator.banner_campus import NIL, EthosClient

SUBMISSION = "application/vnd.hedtech.integration.student-unverified-grades-submissions.v1+json"
SUBMISSIONS = "/api/student-unverified-grades-submissions"
TERM = "202680"
GRADING_DAY = datetime.fromisoformat("2026-12-10T09:00-05:00")


def first(campus: Campus, wanted: Callable[[Registration], bool]) -> Registration:
    """The first registration of the full term in a gradable section that fits."""
    return next(
        row
        for row in campus.banner.registrations.values()
        if row.section.key.term == TERM
        and row.section.part == "F"
        and row.section.primary is None
        and row.section.status == "open"
        and wanted(row)
    )


def enrolled(campus: Campus, mode: str = "standard") -> Registration:
    """A registered student of a grade mode whom nobody graded yet."""
    graded = {entry.registration.guid for entry in campus.banner.grades.values()}
    return first(campus, lambda row: row.status.registered and row.mode == mode and row.guid not in graded)


class Grader:
    """Knows the code tables and a registration's options, and submits for its instructor."""

    def __init__(self, campus: Campus, client: EthosClient) -> None:
        self.campus, self.client = campus, client
        self.types = {each["code"]: each["id"] for each in client.all("section-grade-types")}

    def options(self, row: Registration) -> dict[str, dict]:
        """The legal letters of a registration, as its options tell them."""
        record = self.client.http.get(f"/api/section-registrations-grade-options/{row.guid}").json()
        return {each["value"]: each for each in record["grades"]}

    def letter(self, row: Registration, value: str) -> str:
        """The GUID of a letter: the registration's own, else any scheme's."""
        own = self.options(row)
        if value in own:
            return own[value]["grade"]["id"]
        every = self.client.all("grade-definitions")
        return next(each["id"] for each in every if each["grade"]["value"] == value)

    def body(self, row: Registration, value: str, column: str = "FINAL", **more: object) -> dict:
        """A submission by the instructor of record."""
        teachers = self.campus.banner.teachers_of(row.section.key)
        instructor = next(each.person.guid for each in teachers if each.role == "primary")
        grade = {"type": {"id": self.types[column]}, "grade": {"id": self.letter(row, value)}}
        if "incompleteGrade" in more:
            grade["incompleteGrade"] = more.pop("incompleteGrade")
        return {
            "id": NIL,
            "sectionRegistration": {"id": row.guid},
            "grade": grade,
            "submittedBy": {"id": instructor},
            **more,
        }

    def submit(self, row: Registration, value: str, column: str = "FINAL", **more: object) -> httpx.Response:
        """POST a grade."""
        return self.client.http.post(
            SUBMISSIONS, json=self.body(row, value, column, **more), headers={"Content-Type": SUBMISSION}
        )

    def resubmit(self, guid: str, body: dict) -> httpx.Response:
        """PUT unverified grades."""
        return self.client.http.put(
            f"{SUBMISSIONS}/{guid}", json={"id": guid, **body}, headers={"Content-Type": SUBMISSION}
        )


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["code"]
