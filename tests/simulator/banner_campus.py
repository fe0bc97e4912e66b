"""A small campus with its faces open, and a client that speaks Ethos by hand."""

import json
import ssl

import httpx

from simulator.campus import Campus

REGISTRATIONS = "application/vnd.hedtech.integration.v16.1.0+json"
NOTIFICATIONS = "application/vnd.hedtech.change-notifications.v2+json"
NIL = "00000000-0000-0000-0000-000000000000"


class EthosClient:
    """Calls on one Ethos face as one application."""

    def __init__(self, campus: Campus, *, write: bool = False, minutes: int | None = None) -> None:
        ethos = campus.handle["ethos"]
        assert isinstance(ethos, dict)
        self.key = ethos["write_key" if write else "read_key"]
        self.http = httpx.Client(
            base_url=str(ethos["url"]),
            verify=ssl.create_default_context(cafile=str(campus.ca_file)),
            timeout=10,
            trust_env=False,
        )
        self.sign_in(minutes)

    def sign_in(self, minutes: int | None = None) -> None:
        """Exchange the key for a token."""
        query = {"expirationMinutes": minutes} if minutes else {}
        answer = self.http.post("/auth", params=query, headers={"Authorization": f"Bearer {self.key}"})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.text}"

    def page(self, resource: str, **query: object) -> httpx.Response:
        """A page; dictionaries among the query become JSON."""
        words = {name: json.dumps(each) if isinstance(each, dict) else str(each) for name, each in query.items()}
        return self.http.get(f"/api/{resource}", params=words)

    def all(self, resource: str, **query: object) -> list[dict]:
        """Every record, page by page."""
        found: list[dict] = []
        while True:
            page = self.page(resource, offset=len(found), **query)
            page.raise_for_status()
            found += page.json()
            if len(found) >= int(page.headers["x-total-count"]) or not page.json():
                return found

    def close(self) -> None:
        """Hang up."""
        self.http.close()
