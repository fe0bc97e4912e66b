"""A scripted Ethos tenant on a real TLS socket, written from the API facts: what a test puts in is what it answers."""

import base64
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from tests.tools.sis_campus import StillClock, make_institution
from tests.tools.wire_server import Asked, Reply, Served, serve
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.feed import EthosFeed
from tools.sis.banner.read import BannerReader
from tools.sis.banner.settings import EthosSettings
from tools.wire import RetryPolicy, Timeouts, TlsPolicy, WireClient

KEY = "8f1c0000-0000-4000-8000-000000000001"
QUICK = RetryPolicy(attempts=3, throttled_attempts=3, first_wait=0.0, deadline=10)
Json = dict[str, Any]


def make_token(seconds: float, number: int) -> str:
    """A token with claims, as Ethos issues them; nobody but the tenant checks its signature."""
    now = time.time()
    parts = ({"alg": "HS256", "typ": "JWT"}, {"iat": now, "exp": now + seconds, "n": number})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, "c2ln"])


@dataclass
class Tenant:
    """What the tenant holds and how it misbehaves; ``twists`` see every answer to a collection before it leaves."""

    collections: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    messages: list[Json] = field(default_factory=list)
    token_seconds: float = 300
    page_cap: int = 500
    tokens: list[str] = field(default_factory=list)
    twists: list[Callable[[Asked, Reply], Reply]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/auth":
            return self._sign_in(asked)
        if not self.tokens or asked.headers.get("authorization") != f"Bearer {self.tokens[-1]}":
            return Reply(401, b'{"errors":[{"code":"auth","message":"expired"}]}')
        if asked.path == "/appconfig":
            return Reply(200, b'{"id":"app"}')
        reply = self._consume(asked) if asked.path == "/consume" else self._resource(asked)
        for twist in self.twists:
            reply = twist(asked, reply)
        return reply

    def _sign_in(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, b"")
        self.tokens.append(make_token(self.token_seconds, len(self.tokens)))
        return Reply(200, self.tokens[-1].encode(), {"Content-Type": "text/plain"})

    def _resource(self, asked: Asked) -> Reply:
        _, _, name, *rest = asked.path.split("/")
        if asked.method != "GET":
            return Reply(405, b'{"errors":[{"code":"Global.UnsupportedOperation"}]}')
        headers = {"x-media-type": asked.headers["accept"], "Content-Type": asked.headers["accept"]}
        rows = self.collections[name]
        if rest:
            found = [row for row in rows if row["id"] == rest[0]]
            return Reply(200, json.dumps(found[0]).encode(), headers) if found else Reply(404, b"{}")
        rows = [row for row in rows if _matches(row, asked.query)]
        start, limit = int(asked.query["offset"]), min(int(asked.query["limit"]), self.page_cap)
        headers |= {"x-total-count": str(len(rows)), "x-max-page-size": str(self.page_cap)}
        return Reply(200, json.dumps(rows[start : start + limit]).encode(), headers)

    def _consume(self, asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(200, b"", {"x-remaining": str(len(self.messages))})
        handled = int(asked.query["lastProcessedID"])
        self.messages = [message for message in self.messages if int(message["id"]) > handled]
        batch = self.messages[: int(asked.query["limit"])]
        return Reply(200, json.dumps(batch).encode(), {"x-remaining": str(len(self.messages) - len(batch))})


def _matches(row: Json, query: dict[str, str]) -> bool:
    """Tell whether a row has everything the criteria name; the named query compares the period of the section."""
    return _has(row, json.loads(query.get("criteria", "{}")))


def _has(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(_has(value.get(name), part) for name, part in wanted.items())
    if isinstance(wanted, list):
        return all(any(_has(each, part) for each in value or ()) for part in wanted)
    return value == wanted


@dataclass
class Connected:
    """A running tenant with a client on it."""

    tenant: Tenant
    server: Served
    client: WireClient

    def reader(self, **settings: Any) -> BannerReader:
        return BannerReader(
            self.client, make_institution(), settings=EthosSettings.model_validate(settings), clock=StillClock()
        )

    def feed(self, last_processed: str = "") -> EthosFeed:
        return EthosFeed(self.client, last_processed=last_processed, clock=StillClock())

    def asked(self, path: str) -> list[Asked]:
        return [asked for asked in self.server.asked if asked.path == path]


@contextmanager
def connect(tenant: Tenant, key: str = KEY, **settings: Any) -> Iterator[Connected]:
    """Serve a tenant and connect to it as the connector does."""
    with serve(tenant.answer) as server:
        client = connect_ethos(
            server.url,
            SecretStr(key),
            tls=TlsPolicy(ca_file=server.ca_file),
            timeouts=Timeouts(read=2.0),
            retry=QUICK,
            settings=EthosSettings.model_validate(settings),
        )
        with client:
            yield Connected(tenant, server, client)


def ref(guid: str) -> Json:
    return {"id": guid}


def person(guid: str, banner_id: str, first: str, last: str, login: str | None = None, **more: Any) -> Json:
    credentials = [{"type": "bannerId", "value": banner_id}]
    credentials += [{"type": "bannerUserName", "value": login}] if login else []
    names = [{"type": {"category": "legal"}, "firstName": first, "lastName": last, "fullName": f"{first} {last}"}]
    return {"id": guid, "names": names, "credentials": credentials, "emails": [], **more}


def registration(guid: str, person_guid: str, section: str = "s-1", code: str = "re", **more: Any) -> Json:
    reasons = {"re": "registered", "dd": "dropped", "wd": "withdrawn", "dc": "canceled"}
    registered = "registered" if code == "re" else "notRegistered"
    status = {"registrationStatus": registered, "sectionRegistrationStatusReason": reasons.get(code, "")}
    base = {"id": guid, "registrant": ref(person_guid), "section": ref(section), "statusDate": "2026-08-20"}
    return {**base, "status": {**status, "detail": ref(code)}, "originallyRegisteredOn": "2026-04-01", **more}


def make_tenant() -> Tenant:
    """Two terms, two sections of algebra, three people, two registrations."""
    tenant = Tenant()
    tenant.collections.update(
        {
            "academic-periods": [
                {
                    "id": "y",
                    "code": "2026",
                    "startOn": "2026-08-01",
                    "endOn": "2027-07-31",
                    "category": {"type": "year"},
                },
                {
                    "id": "t",
                    "code": "202680",
                    "title": "Fall 2026",
                    "startOn": "2026-08-24T00:00:00-04:00",
                    "endOn": "2026-12-11",
                    "category": {"type": "term"},
                    "registration": "open",
                    "censusDates": ["2026-09-14"],
                },
                {
                    "id": "t-1",
                    "code": "202680-1",
                    "startOn": "2026-08-24",
                    "endOn": "2026-10-14",
                    "category": {"type": "subterm", "parent": {"academicPeriod": ref("t")}},
                    "censusDates": ["2026-09-04"],
                },
            ],
            "subjects": [{"id": "math", "abbreviation": "MATH", "title": "Mathematics"}],
            "courses": [{"id": "c-1", "subject": ref("math"), "number": "101"}],
            "educational-institution-units": [{"id": "u-1", "code": "MATH"}],
            "instructional-platforms": [
                {"id": "p-1", "code": "CANVAS", "title": "Canvas"},
                {"id": "p-2", "code": "MOODLE", "title": "Moodle"},
            ],
            "sections": [make_section("s-1", "12345", "001"), make_section("s-2", "12346", "L01")],
            "section-instructors": [
                {"id": "i-1", "section": ref("s-1"), "instructor": ref("g-3"), "instructorRole": "primary"}
            ],
            "section-registration-statuses": [
                make_status("re", "RE", "registered", "registered"),
                make_status("dd", "DD", "notRegistered", "dropped"),
                make_status("wd", "WD", "notRegistered", "withdrawn"),
                make_status("dc", "DC", "notRegistered", "canceled"),
                {"id": "xx", "code": "XX", "title": "Purged"},
            ],
            "persons": [
                person("g-1", "A00000001", "Zoë", "Björnsson", "zbjornsson"),
                person("g-2", "A00000002", "Min", "Lee"),
                person("g-3", "A00000003", "Terry", "Smith", "tsmith"),
            ],
            "section-registrations": [registration("r-1", "g-1"), registration("r-2", "g-2")],
        }
    )
    return tenant


def make_status(guid: str, code: str, registered: str, reason: str) -> Json:
    flags = {"registrationStatus": registered, "sectionRegistrationStatusReason": reason}
    return {"id": guid, "code": code, "status": flags}


def make_section(guid: str, crn: str, number: str, **more: Any) -> Json:
    return {
        "id": guid,
        "code": crn,
        "number": number,
        "titles": [{"value": "Algebra"}],
        "course": ref("c-1"),
        "academicPeriod": ref("t"),
        "startOn": "2026-08-24",
        "endOn": "2026-12-11",
        "status": {"category": "open"},
        "instructionalPlatform": ref("p-1"),
        "owningInstitutionUnits": [{"institutionUnit": ref("u-1")}],
        **more,
    }
