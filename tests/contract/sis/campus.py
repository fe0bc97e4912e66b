"""The campus that the connectors of student systems are tried on, and the connectors over it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from domain.ids import TermCode
from domain.institution import Institution
from simulator.campus import Campus
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.feed import EthosFeed
from tools.sis.banner.read import BannerReader
from tools.wire import RetryPolicy, Timeouts, TlsPolicy, WireClient

QUICK = RetryPolicy(attempts=4, throttled_attempts=4, first_wait=0.01, longest_wait=0.05, deadline=20)


@dataclass
class SisCampus:
    """A running campus with a client on its Ethos face."""

    campus: Campus
    client: WireClient
    institution: Institution
    term: TermCode

    def now(self) -> datetime:
        return self.campus.clock.now()

    @property
    def secrets(self) -> frozenset[str]:
        """Phones and birth dates, which no connector may let in (S220)."""
        people = self.campus.banner.persons.values()
        return frozenset({person.phone for person in people} | {person.born_on.isoformat() for person in people})

    def banner(self) -> BannerReader:
        return BannerReader(self.client, self.institution, clock=self)

    def feed(self) -> EthosFeed:
        return EthosFeed(self.client, clock=self)


@contextmanager
def open_campus(*, students: int = 120, seed: int = 11, token_seconds: float = 300) -> Iterator[SisCampus]:
    """Build a campus, open its faces and connect as a campus would."""
    with Campus.build(students=students, seed=seed, token_seconds=token_seconds) as campus:
        handle: dict[str, Any] = campus.handle
        client = connect_ethos(
            handle["ethos"]["url"],
            SecretStr(handle["ethos"]["read_key"]),
            tls=TlsPolicy(ca_file=Path(handle["ca_file"])),
            timeouts=Timeouts(read=5.0),
            retry=QUICK,
        )
        with client:
            yield SisCampus(campus, client, make_institution(handle), TermCode(handle["term"]))


def make_institution(handle: dict[str, Any]) -> Institution:
    """The institution's settings as an operator would write them from the registrar's published calendar."""
    calendar = handle["calendar"]
    return Institution.model_validate(
        {
            "name": "Northfield",
            "time_zone": calendar["timeZone"],
            "calendars": [
                {
                    "term": term["code"],
                    "title": term["title"],
                    "published": term["schedulePublished"],
                    "parts": [_part(part) for part in term["partsOfTerm"]],
                }
                for term in calendar["terms"]
            ],
        }
    )


def _part(part: dict[str, str]) -> dict[str, str]:
    return {
        "code": part["code"],
        "start_on": part["startOn"],
        "end_on": part["endOn"],
        "census_on": part["censusOn"],
        "add_drop_end_on": part["addDropEndOn"],
        "withdraw_end_on": part["withdrawDeadlineOn"],
        "grades_open_on": part["gradesOpenOn"],
        "grades_close_on": part["gradesDueOn"],
    }
