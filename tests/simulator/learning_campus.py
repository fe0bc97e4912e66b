"""A small campus that teaches, with its Canvas open, and a client that reads it page by page."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from simulator.campus import Campus

LATE_TERM = datetime(2026, 12, 8, 14, tzinfo=UTC)
Rows = list[dict[str, Any]]


class Reader:
    """Reads one campus's Canvas with one token."""

    def __init__(self, campus: Campus, token: str | None = None) -> None:
        self.campus = campus
        handle = campus.handle["canvas"]
        assert isinstance(handle, dict)
        self.http = httpx.Client(
            base_url=f"{handle['url']}/api/v1",
            headers={"Authorization": f"Bearer {token or handle['read_token']}"},
            verify=ssl.create_default_context(cafile=str(campus.ca_file)),
            timeout=60,
            trust_env=False,
        )

    def get(self, path: str, **query: object) -> Any:
        """One answer that must be a success."""
        answer = self.http.get(path, params=named(query) or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, path: str, **query: object) -> Rows:
        """Every row, by the links as given."""
        answer = self.http.get(path, params=named({"per_page": 100, **query}))
        rows: Rows = []
        while True:
            assert answer.status_code == 200, answer.text
            body = answer.json()
            rows += body["events"] if isinstance(body, dict) else body
            if "next" not in answer.links:
                return rows
            answer = self.http.get(str(answer.links["next"]["url"]))

    def courses(self) -> Rows:
        """The courses of the running term."""
        rows = self.all("/accounts/1/courses", enrollment_term_id=f"sis_term_id:{self.campus.world.term}")
        return [row for row in rows if row["sis_course_id"]]

    def students(self, course: object) -> Rows:
        """The student enrolments of a course, of everybody who is still there."""
        return self.all(f"/courses/{course}/enrollments", type=["StudentEnrollment"], state=["active"])

    def user(self, banner_id: object) -> int:
        """The Canvas id of a person."""
        return int(self.get(f"/users/sis_user_id:{banner_id}")["id"])


def named(query: dict[str, object]) -> list[tuple[str, str]]:
    """Parameters as Canvas takes them: lists under bracket names."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, list):
            pairs += [(f"{name}[]", str(each)) for each in value]
        else:
            pairs.append((name, str(value)))
    return pairs


@contextmanager
def open_reader(**options: Any) -> Iterator[Reader]:
    """An open campus that teaches, and a reader of it."""
    with Campus.build(**{"students": 300, "seed": 7, "learning": "planted", **options}) as campus:
        reader = Reader(campus)
        try:
            yield reader
        finally:
            reader.http.close()
