"""A campus whose Canvas opens our tool in its courses, and browsers that go through a whole launch without a cookie."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from domain.ids import SectionKey, SisPersonId
from evals.campus import Trial, install
from simulator.campus import Campus
from simulator.canvas.lti_platform import AUTHORIZE_PATH, ISSUER, JWKS_PATH, Hint, LtiPlatform, Tool
from simulator.canvas.rows import Course, Enrollment, User
from tests.service.web.site import UNHURRIED, Site, serve_provost

AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)
CLIENT, DEPLOYMENT = "10000000000042", "7:8865aa05b4b79b64a91a86042e43af5ea8ae79eb"
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
Change = Callable[[dict[str, Any]], None]


class CourseSite:
    """The service, the campus, and one student with the course that has something for them."""

    def __init__(self, site: Site, trial: Trial) -> None:
        self.site, self.trial, self.campus = site, trial, trial.campus
        self.canvas = self.campus.canvas
        self._tls = ssl.create_default_context(cafile=str(self.campus.ca_file))
        with site.client() as client:
            key = client.get("/lti/config.json").json()
        self.tool: Tool = self.platform.register(key, CLIENT, DEPLOYMENT)
        (item, *_) = [one for one in _planted(self.campus) if one["kind"] == "disengaged"]
        self.sis_id, self.section = item["keys"]["bannerId"], SectionKey.parse(item["keys"]["sisSectionId"])
        self.student = self.user_of(self.sis_id)
        self.course = self.course_of(item["keys"]["sisSectionId"])

    @property
    def platform(self) -> LtiPlatform:
        return self.campus.canvas_face.lti

    def user_of(self, sis_id: str) -> User:
        return next(user for user in self.canvas.users.values() if self.canvas.sis_user_id(user) == sis_id)

    def course_of(self, sis_section_id: str) -> Course:
        section = next(one for one in self.canvas.sections.values() if one.sis_section_id == sis_section_id)
        return self.canvas.courses[section.course_id]

    def enrolled(self, course: Course, kind: str = "StudentEnrollment") -> list[User]:
        rows = (row for row in self.canvas.enrollments.values() if row.course_id == course.id and row.type == kind)
        active = [row for row in rows if row.workflow_state == "active"]
        return [self.canvas.users[each] for each in dict.fromkeys(row.user_id for row in active)]

    def enrol(self, user: User, kind: str, observes: User | None = None) -> Enrollment:
        section = next(one for one in self.canvas.sections.values() if one.course_id == self.course.id)
        return self.canvas.enroll(
            section.id, user.id, kind, state="active", associated_user_id=observes.id if observes else None
        )

    def hint(self, user: User | None = None, course: Course | None = None, acting: User | None = None) -> Hint:
        return Hint(self.tool, user or self.student, course or self.course, acting)

    def login(self, client: httpx.Client, hint: Hint, **more: str) -> dict[str, str]:
        """Begin a launch and return what the browser is sent to the platform with."""
        answer = client.get("/lti/login", params={**self.platform.begin(hint), **more})
        assert answer.status_code == 303, answer.text
        address = urlsplit(answer.headers["location"])
        assert address.path == AUTHORIZE_PATH
        return dict(parse_qsl(address.query))

    def vouch(self, asked: dict[str, str]) -> dict[str, str]:
        """Ask Canvas to vouch, over the wire, and return the form that it hands over."""
        with self.browser(self.campus_url) as elsewhere:
            answer = elsewhere.get(AUTHORIZE_PATH, params=asked)
        assert answer.status_code == 200, answer.text
        assert f'action="{self.site.url}/lti/launch"' in answer.text
        return {name: unescape(value) for name, value in _INPUT.findall(answer.text)}

    def launch(self, hint: Hint | None = None, change: Change | None = None) -> httpx.Response:
        """Go through a whole launch; ``change`` alters what the token says before it is signed anew."""
        hint = hint or self.hint()
        with self.browser() as client:
            asked = self.login(client, hint)
            form = self.vouch(asked)
            if change is not None:
                claims = self.platform.claims(hint, asked["nonce"])
                change(claims)
                form["id_token"] = self.platform.sign(claims)
            return self.post(client, form)

    def post(self, client: httpx.Client, form: dict[str, str]) -> httpx.Response:
        answer = client.post("/lti/launch", data=form, headers={"Origin": self.campus_url})
        assert not client.cookies, "a launch leaves no cookie"
        return answer

    @property
    def campus_url(self) -> str:
        return str(self.campus.handle["canvas"]["url"])  # type: ignore[index]

    def browser(self, base: str = "") -> httpx.Client:
        return httpx.Client(base_url=base or self.site.url, verify=self._tls, trust_env=False, timeout=60)

    def on_record(self, after: int) -> tuple[set[str], set[str], set[str]]:
        """The kinds, the actors and the people of the ledger's entries after so many."""
        with self.site.provost.database.snapshot() as connection:
            said = f"FROM ledger_entry WHERE seq > {after}"
            kinds, actors = (
                {row[0] for row in connection.exec_driver_sql(f"SELECT {name} {said}")} for name in ("kind", "actor")
            )
            people = connection.exec_driver_sql(f"SELECT handle FROM ledger_subject WHERE seq > {after}")
            return kinds, actors, {row[0] for row in people}

    def ids(self) -> set[str]:
        """Every SIS id and name on campus."""
        users = self.canvas.users.values()
        return {word for user in users for word in (self.canvas.sis_user_id(user), user.name) if word}


def _planted(campus: Campus) -> list[dict[str, Any]]:
    return campus.answer_key()["learning"]  # type: ignore[return-value]


def lti_settings(canvas_url: str, **more: Any) -> dict[str, Any]:
    return {
        "client_id": CLIENT,
        "deployment_ids": [DEPLOYMENT],
        "issuer": ISSUER,
        "authorization_url": f"{canvas_url}{AUTHORIZE_PATH}",
        "jwks_url": f"{canvas_url}{JWKS_PATH}",
        "frame_ancestors": [canvas_url, canvas_url.replace("127.0.0.1", "localhost")],
        "launches_per_minute": 10_000,
        "person_per_minute": 1_000,
        **more,
    }


@contextmanager
def open_course(folder: Path) -> Iterator[CourseSite]:
    """Serve an installation on a small campus that teaches."""
    campus = Campus.build(students=40, seed=7, learning="planted", as_of=AS_OF)
    with campus, install(campus, folder) as trial:
        url = str(campus.handle["canvas"]["url"])  # type: ignore[index]
        trial.restart(web=UNHURRIED, lti=lti_settings(url))
        known = [word for user in campus.canvas.users.values() if (word := campus.canvas.sis_user_id(user))]
        trial.provost.identities.handles([SisPersonId(word) for word in known])
        for site in serve_provost(trial.provost):
            yield CourseSite(site, trial)
