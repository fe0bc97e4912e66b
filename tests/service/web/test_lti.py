"""The learning path inside a course, over real HTTP with a Canvas that vouches: who sees what, and who sees nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.errors import Unreachable
from domain.ids import SisPersonId
from graphs.lti_settings import LtiSettings
from graphs.path_work import PathWork
from service.doctor.check import look
from service.doctor.course_tool import look_at_course_tool
from service.web.limits import Allowance
from simulator.canvas.lti_platform import CLAIM
from tests.service.web.course import CLIENT, CourseSite, lti_settings, open_course
from tests.service.web.site import open_site

pytestmark = pytest.mark.xdist_group("service web")
FEW = settings(max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseSite]:
    with open_course(tmp_path_factory.mktemp("course")) as opened:
        yield opened


def count(here: CourseSite) -> int:
    return len(here.site.kinds())


def test_s96_a_student_sees_their_own_path_of_the_class_and_the_look_is_on_record(here: CourseSite) -> None:
    before = count(here)
    answer = here.launch()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "set-cookie" not in answer.headers
    assert answer.text.count('<h2 id="class-') == 1
    assert f'<a href="{here.campus_url}/courses/{here.course.id}/' in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    handle = here.trial.provost.identities.find(here.sis_id)
    assert here.on_record(before) == ({"read", "path.recommended"}, {f"lti:{handle}"}, {handle})


def test_only_the_lms_that_is_named_may_frame_it_and_no_other_page_may_be_framed(here: CourseSite) -> None:
    headers = here.launch().headers
    assert f"frame-ancestors {here.campus_url}" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    with here.browser() as client:
        for path in ("/sign-in", "/lti/config.json", "/lti/jwks.json", "/lti/elsewhere", "/healthz"):
            headers = client.get(path).headers
            assert headers["x-frame-options"] == "DENY", path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path


def test_where_the_class_cannot_be_told_all_running_ones_are_shown(here: CourseSite) -> None:
    def untold(claims: dict[str, Any]) -> None:
        claims[f"{CLAIM}custom"] = {"section_sourcedids": "$Canvas.course.sectionSisSourceIds"}

    text = here.launch(change=untold).text
    assert text.count('<h2 id="class-') > 1
    assert "did not say which class this is" in text


def test_a_class_that_the_sis_does_not_list_the_student_in_shows_nothing(here: CourseSite) -> None:
    def elsewhere(claims: dict[str, Any]) -> None:
        claims[f"{CLAIM}custom"] = {"section_sourcedids": "202680-99999"}

    answer = here.launch(change=elsewhere)
    assert "The student system does not list you in this class." in answer.text
    assert "<h2" not in answer.text


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("TeacherEnrollment", "As you teach or help in this course"),
        ("TaEnrollment", "As you teach or help in this course"),
        ("DesignerEnrollment", "As you teach or help in this course"),
        ("ObserverEnrollment", "somebody who observes a student"),
        ("StudentViewEnrollment", "test student of the student view"),
        ("", "You are not a student of this course."),
    ],
)
def test_whoever_is_no_student_here_gets_a_sentence_and_no_data(here: CourseSite, kind: str, says: str) -> None:
    user = here.canvas.create_user(f"Somebody {kind}", unique_id=f"somebody-{kind}", sis_user_id=None)
    if kind:
        here.enrol(user, kind, here.student if kind.startswith("Observer") else None)
    before = count(here)
    answer = here.launch(here.hint(user))
    assert answer.status_code == 200
    assert says in answer.text
    assert count(here) == before, "nobody's record was looked at"


def test_somebody_who_teaches_and_studies_in_a_course_is_staff_there(here: CourseSite) -> None:
    def both(claims: dict[str, Any]) -> None:
        claims[f"{CLAIM}roles"].append("http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor")

    def elsewhere(claims: dict[str, Any]) -> None:
        claims[f"{CLAIM}roles"].append("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor")

    assert "<h2" not in here.launch(change=both).text
    assert "<h2" in here.launch(change=elsewhere).text


def test_r30_nobody_sees_it_while_acting_as_the_student(here: CourseSite) -> None:
    admin = here.canvas.create_user("An Admin", unique_id="admin")
    answer = here.launch(here.hint(acting=admin))
    assert "while somebody else acts as the student" in answer.text
    assert "<h2" not in answer.text


def test_without_a_student_number_or_with_an_unknown_one_nothing_is_shown(here: CourseSite) -> None:
    kept = here.tool
    try:
        here.tool = here.platform.tools[CLIENT] = replace(kept, privacy_level="anonymous")
        assert "did not pass on your student number" in here.launch().text
    finally:
        here.tool = here.platform.tools[CLIENT] = kept
    handle = str(here.trial.provost.identities.find(here.sis_id))
    for word in ("A99999999", handle):

        def named(claims: dict[str, Any], word: str = word) -> None:
            claims[f"{CLAIM}lis"]["person_sourcedid"] = word

        answer = here.launch(change=named)
        assert "Your student number is not known here so far." in answer.text, "a handle is no student number"


def test_r122_an_lms_that_does_not_answer_is_not_a_course_without_anything(
    here: CourseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unreachable("Canvas is away.")

    monkeypatch.setattr(PathWork, "show", away)
    answer = here.launch()
    assert answer.status_code == 200
    assert "Your path could not be made just now." in answer.text
    monkeypatch.undo()
    monkeypatch.setattr(type(here.trial.provost.readers.classroom), "read_resources", away)
    assert "What the course offers could not be read just now." in here.launch().text
    monkeypatch.undo()
    monkeypatch.setattr("agents.paths.choosing.find_needs", lambda _known: iter(()))
    assert "Nothing to recommend now" in here.launch().text


def test_one_student_who_opens_it_again_and_again_is_asked_to_wait(here: CourseSite) -> None:
    state = here.site.app.state
    kept = state.launching
    try:
        state.launching = replace(kept, allowance=Allowance(1))
        assert [here.launch().status_code for _ in range(2)] == [200, 429]
    finally:
        state.launching = kept


def test_of_two_who_bring_the_same_launch_at_once_one_is_shown_it(here: CourseSite) -> None:
    with here.browser() as client, ThreadPoolExecutor(4) as pool:
        form = here.vouch(here.login(client, here.hint()))
        answers = list(pool.map(lambda _: here.post(client, form).status_code, range(4)))
    assert sorted(answers) == [200, 401, 401, 401]


@FEW
@given(data=st.data())
def test_s96_no_student_but_the_one_whom_the_token_names_ever_appears(here: CourseSite, data: st.DataObject) -> None:
    known = (user for user in here.enrolled(here.course) if here.canvas.sis_user_id(user))
    students = sorted(known, key=lambda user: user.id)
    user, other = (data.draw(st.sampled_from(students)) for _ in range(2))
    sections = sorted(one.sis_section_id for one in here.canvas.sections.values() if one.sis_section_id)
    words = data.draw(st.lists(st.sampled_from([*sections, "", "*", "202680-"]), max_size=3))
    course = data.draw(st.sampled_from([*sections, str(here.course.sis_course_id)]))

    def stretched(claims: dict[str, Any]) -> None:
        theirs = here.canvas.sis_user_id(other)
        claims[f"{CLAIM}custom"] |= {"section_sourcedids": ",".join(words), "person": theirs, "student": theirs}
        claims[f"{CLAIM}lis"]["course_offering_sourcedid"] = course
        claims |= {"sub": theirs, "email": f"{theirs}@uni.example", "name": other.name, "person": theirs}

    before = count(here)
    text = here.launch(here.hint(user), stretched).text
    assert not [word for word in here.ids() if word in text], "no name and no number of anybody"
    sis = SisPersonId(str(here.canvas.sis_user_id(user)))
    handle = here.trial.provost.identities.handles([sis])[sis]
    assert here.on_record(before)[1:] == ({f"lti:{handle}"}, {handle})


def test_the_doctor_reads_the_keys_and_says_where_no_lms_may_frame_it(here: CourseSite) -> None:
    lti, given = here.trial.provost.settings.lti, here.trial.provost.settings
    assert [(one.part, one.mark.value) for one in look_at_course_tool(given)] == [("course tool", "ok")]
    framed = given.model_copy(update={"lti": lti.model_copy(update={"frame_ancestors": ()})})
    assert [one.mark.value for one in look_at_course_tool(framed)] == ["ok", "note"]
    wrong = given.model_copy(update={"lti": lti.model_copy(update={"jwks_url": f"{here.campus_url}/nowhere"})})
    assert [one.mark.value for one in look("course tool", lambda: look_at_course_tool(wrong))] == ["fix"]
    assert not list(look_at_course_tool(given.model_copy(update={"lti": LtiSettings()})))


def test_an_installation_without_the_tool_has_its_registration_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_site(tmp_path_factory.mktemp("off")) as site, site.client() as client:
        for answer in (client.get("/lti/login"), client.post("/lti/login"), client.post("/lti/launch")):
            assert (answer.status_code, answer.headers["x-frame-options"]) == (404, "DENY")
            assert "PV801" in answer.text
        key = client.get("/lti/config.json").json()
        assert key["target_link_uri"] == f"{site.url}/lti/launch"
        assert key["scopes"] == []
        assert client.get("/lti/jwks.json").json() == {"keys": []}


def test_one_address_begins_only_so_many_launches_in_a_minute(tmp_path_factory: pytest.TempPathFactory) -> None:
    lti = LtiSettings.model_validate(lti_settings("https://127.0.0.1:9", launches_per_minute=2))
    with open_site(tmp_path_factory.mktemp("few"), lti=lti) as site, site.client() as client:
        assert [client.get("/lti/login").status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame_ancestors": ["*"]},
        {"frame_ancestors": ["https://*.instructure.com"]},
        {"frame_ancestors": ["http://canvas.example.edu"]},
        {"frame_ancestors": ["https://canvas.example.edu; script-src *"]},
        {"jwks_url": "http://canvas.example.edu/keys"},
        {"authorization_url": "javascript:alert(1)"},
        {"deployment_ids": []},
    ],
)
def test_settings_that_would_open_it_to_others_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"origin|https|deployment"):
        LtiSettings.model_validate(lti_settings("https://canvas.example.edu", **wrong))
