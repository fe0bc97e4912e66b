"""The course page of the demonstration: a tool is installed over the control face, and the page opens it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from domain.ids import PrincipalId
from domain.principals import PrincipalKind, Role
from service.demo.course import CLIENT, STUDENT, open_course, seat_of_student, tool_settings
from tests.service.web.course import CourseSite
from tests.service.web.course import open_course as open_campus

pytestmark = pytest.mark.xdist_group("service web")


class Desk:
    """The calls of a campus that runs as a process, to one that runs here."""

    def __init__(self, here: CourseSite, client: httpx.Client) -> None:
        self.here, self.client, self.handle = here, client, here.campus.handle

    def install_tool(self, key: dict[str, Any], client_id: str, deployment_id: str) -> None:
        said = {"key": key, "clientId": client_id, "deploymentId": deployment_id}
        assert self.client.put("/canvas/tool", json=said).status_code == 200

    def tool_page(self, client_id: str, person: str, term: str, crn: str) -> str:
        said = {"clientId": client_id, "bannerId": person, "term": term, "crn": crn}
        return str(self.client.post("/canvas/tool-page", json=said).json()["path"])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseSite]:
    with open_campus(tmp_path_factory.mktemp("demo")) as opened:
        yield opened


@pytest.fixture
def desk(here: CourseSite) -> Iterator[Desk]:
    control: Any = here.campus.handle["control"]
    with here.browser(control["url"]) as client:
        client.headers["Authorization"] = f"Bearer {control['token']}"
        yield Desk(here, client)


def test_the_student_of_the_demonstration_has_a_course_page_with_the_tool(here: CourseSite, desk: Desk) -> None:
    provost = here.trial.provost
    assert seat_of_student(provost) is None
    assert open_course(desk, here.site.url, None) == ""  # type: ignore[arg-type]
    person = provost.identities.find(here.sis_id)
    provost.principals.add(PrincipalId(STUDENT), PrincipalKind.PERSON, [Role.STUDENT], person=person, demo=True)
    path = open_course(desk, here.site.url, seat_of_student(provost))  # type: ignore[arg-type]
    with here.browser(here.campus_url) as browser:
        page = browser.get(path).text
    assert f'src="{here.site.url}/lti/login?iss=' in page
    assert f"user={here.student.id}" in path
    settings = tool_settings(desk)  # type: ignore[arg-type]
    assert (settings.client_id, settings.frame_ancestors) == (CLIENT, (here.campus_url,))


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PUT", "/canvas/tool", {"clientId": "1"}),
        ("PUT", "/canvas/tool", {"key": {"title": "x"}, "clientId": "1", "deploymentId": "1"}),
        ("POST", "/canvas/tool-page", {"clientId": CLIENT, "bannerId": "nobody", "term": "202680", "crn": "10001"}),
    ],
)
def test_what_the_desk_cannot_do_it_says(desk: Desk, method: str, path: str, said: dict[str, Any]) -> None:
    answer = desk.client.request(method, path, json=said)
    assert (answer.status_code, "error" in answer.json()) == (400, True)
