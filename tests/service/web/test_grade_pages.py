"""The grade sheet in the console: who sees it, what a grader may do there, and what does not count."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from domain.grade_holds import HoldState
from domain.ids import PrincipalId, RunId
from domain.principals import PrincipalKind, Role
from service.web.app import create_app
from service.web.visitors import csrf_of
from store.ledger.reading import read_entries
from store.sessions import Sessions
from tests.graphs.grading_house import SECTION, GradingHouse, open_house

pytestmark = pytest.mark.xdist_group("service web")
PORT = 8000
SHEET = f"/sections/{SECTION}/grades/final"


class Accepted:
    """A queue that notes what it accepted; ``carry`` does what a worker would."""

    def __init__(self) -> None:
        self.work: list[tuple[str, str, Mapping[str, str]]] = []
        self.state = "accepted"

    def enqueue(self, workflow: str, event_id: str, payload: Mapping[str, str]) -> None:
        self.work.append((workflow, event_id, payload))

    def status(self, event_id: str) -> str:
        return self.state if event_id in {run for _, run, _ in self.work} else "unknown"

    def carry(self, house: GradingHouse) -> None:
        for workflow, run, payload in self.work:
            house.provost.work_from(workflow, RunId(run), payload)
        self.state = "done"


class Console:
    """The served pages over an SIS and an LMS in memory."""

    def __init__(self, house: GradingHouse, *, queue: bool = True) -> None:
        self.house, self.queue = house, Accepted()
        self.app = create_app(house.provost, queue=self.queue if queue else None, port=PORT)  # type: ignore[arg-type]
        self.sessions = Sessions(house.provost.database, lasts=timedelta(hours=1), idle=timedelta(hours=1))
        for name, role, person in (
            ("ida", Role.INSTRUCTOR, house.teacher_handle),
            ("ruth", Role.REGISTRAR, house.registrar_handle),
            ("sam", Role.INSTRUCTOR, house.people[0]),
            ("fay", Role.STUDENT, house.people[0]),
            ("dana", Role.ADVISOR, None),
            ("root", Role.ADMIN, None),
        ):
            house.provost.principals.add(PrincipalId(name), PrincipalKind.PERSON, [role], person=person)

    def browser(self, who: str, viewing: str = "") -> "Browser":
        token = self.sessions.begin(PrincipalId(who), "oidc")
        if viewing:
            self.sessions.view_as(token, viewing)
        return Browser(self.app, token)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in read_entries(self.house.provost.database, after=0, limit=1000)]


class Browser(TestClient):
    """Somebody's browser: it carries their session, and each form its token."""

    def __init__(self, app: Any, token: str) -> None:
        origin = f"http://127.0.0.1:{PORT}"
        super().__init__(app, base_url=origin, headers={"Origin": origin}, cookies={"provost": token})
        self.token = token

    def see(self, path: str = SHEET) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def act(self, what: str, **fields: str) -> Any:
        data = {"csrf": csrf_of(self.token), **fields}
        return self.post(f"{SHEET}/{what}", data=data, follow_redirects=False)


def hash_in(page: str) -> str:
    (found,) = re.findall(r'name="sheet_hash" value="([0-9a-f]{64})"', page)
    return found


def hold_in(page: str) -> str:
    (found,) = re.findall(r'name="hold" value="([^"]+)"', page)
    return found


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    house = open_house(tmp_path)
    yield Console(house)
    house.close()


def test_r92_a_grader_looks_attests_once_and_sends_and_the_receipts_are_shown(console: Console) -> None:
    ida, house = console.browser("ida"), console.house
    assert ida.get(f"/sections/{SECTION}/grades", follow_redirects=False).headers["location"] == SHEET
    page = ida.see()
    assert "Nobody has attested this sheet." in page
    assert page.count(">goes</span>") == 12
    assert "Send 12 grades" not in page
    assert ida.act("send").status_code == 409, "nothing is sent that nobody stands for"
    for _ in range(2):
        done = ida.act("attest", sheet_hash=hash_in(page))
        assert (done.status_code, done.headers["location"]) == (303, f"{SHEET}?said=attested")
    assert console.kinds().count("grades.attested") == 1, "nothing is attested twice"
    assert "Send 12 grades" in ida.see()
    sent = ida.act("send")
    ((workflow, _, payload),) = console.queue.work
    assert (workflow, dict(payload)) == ("grade_passback", {"section": str(SECTION), "column": "final"})
    begun = ida.see(sent.headers["location"])
    assert "Accepted; a worker takes it up next." in begun
    assert "may go" not in begun
    assert "Send 12 grades" not in begun
    console.queue.carry(house)
    waits = ida.see(sent.headers["location"])
    assert "12 grades wait for the registrar" in waits
    assert 'action="' + SHEET not in waits, "what was asked is not asked again"
    (asked,) = house.provost.approvals.find()
    house.provost.answer(asked.id, house.registrar, "approve", plan_hash=asked.plan.plan_hash)
    after = ida.see()
    assert "Every grade of this sheet is in the student system." in after
    assert after.count(">in the record</span>") == after.count(">accepted</span>") == 12
    assert house.provost.ledger.verify().ok


def test_r95_what_the_student_system_refused_is_told_with_its_reason_and_sent_again(console: Console) -> None:
    ida, house = console.browser("ida"), console.house
    house.sis.refuse = {house.people[2]}
    ida.act("attest", sheet_hash=hash_in(ida.see()))
    ida.act("send")
    console.queue.carry(house)
    (asked,) = house.provost.approvals.find()
    house.provost.answer(asked.id, house.registrar, "approve", plan_hash=asked.plan.plan_hash)
    page = ida.see()
    assert "1 grade was sent and not taken." in page
    assert page.count("Refused: PV207: Grade not valid for student level.") == 2, "with the student and among receipts"
    assert page.count("Read back as it was sent.") == 11
    assert "Send 1 grade<" in page


def test_r92_a_sheet_that_changed_meanwhile_is_not_attested(console: Console) -> None:
    ida, house = console.browser("ida"), console.house
    seen = hash_in(ida.see())
    house.lms.scores[house.people[2]] = [Decimal(95), Decimal(96), Decimal(97)]
    stale = ida.act("attest", sheet_hash=seen)
    assert stale.status_code == 409
    assert "The sheet is another than the one you looked at." in stale.text
    assert f'href="{SHEET}"' in stale.text
    assert "grades.attested" not in console.kinds()
    assert hash_in(ida.see()) != seen


def test_s86_s88_a_hold_says_what_was_expected_and_an_answer_changes_the_sheet(console: Console) -> None:
    ida, house = console.browser("ida"), console.house
    house.lms.scores[house.people[8]][2] = Decimal(0)
    before = ida.see()
    for words in ("Expected", "Seen</dt><dd>0<", "zero filled in", ">held</span>"):
        assert words in before
    hold = hold_in(before)
    assert console.browser("sam").act("answer", hold=hold, answer="released", reason="Mine.").status_code == 403
    silent = ida.act("answer", hold=hold, answer="released", reason="  ")
    assert (silent.status_code, "An answer needs a reason." in silent.text) == (422, True)
    for odd in ("open", "unheard-of"):
        assert ida.act("answer", hold=hold, answer=odd, reason="Why not.").status_code == 422
    unknown = ida.act("answer", hold=f"{SECTION}-000000000000", answer="released", reason="Why not.")
    assert (unknown.status_code, "There is no such hold." in unknown.text) == (422, True)
    assert "grades.hold_answered" not in console.kinds()
    assert hold_in(console.browser("ruth").see()) == hold, "the registrar may answer too"
    answered = ida.act("answer", hold=hold, answer="confirmed", reason="The paper was empty.")
    assert answered.headers["location"] == f"{SHEET}?said=answered"
    assert house.provost.grading.holds.read(hold).state is HoldState.CONFIRMED  # type: ignore[union-attr]
    after = ida.see()
    assert hash_in(after) != hash_in(before)
    assert ">held</span>" not in after
    assert "The paper was empty." in after


def test_r84_what_only_the_instructor_can_say_is_entered_shown_again_and_taken_back(console: Console) -> None:
    ida, house = console.browser("ida"), console.house
    failed, place = house.people[3], f"students/{house.people[3]}"
    house.lms.rows[failed] = {"current_letter": "F", "final_letter": "F"}
    assert "needs the last day of academic engagement" in ida.see()
    done = ida.act(place, letter="", last_engagement="2026-11-20", incomplete_default="", extension="")
    assert done.status_code == 303
    assert "Took part until 20 Nov 2026." in ida.see()
    assert 'value="2026-11-20"' in ida.see(f"{SHEET}/{place}")
    ida.act(place, letter="B", last_engagement="")
    assert "your own" in ida.see(f"{SHEET}/{place}")
    assert ida.act("students/per_stranger", letter="A").status_code == 422
    assert ida.act(place, last_engagement="some day").status_code == 422
    assert console.browser("ruth").act(place, letter="A").status_code == 403
    assert console.kinds().count("grades.entered") == 2


@pytest.mark.parametrize("who", ["sam", "fay", "dana"])
def test_s260_another_instructor_a_student_and_an_advisor_see_and_do_nothing(console: Console, who: str) -> None:
    other, student = console.browser(who), console.house.people[3]
    seen = hash_in(console.browser("ida").see())
    answers = [
        other.get(SHEET),
        other.get(f"{SHEET}/students/{student}"),
        other.act("attest", sheet_hash=seen),
        other.act("answer", hold=f"{SECTION}-000000000000", answer="released", reason="Why not."),
        other.act("send"),
        other.act(f"students/{student}", letter="A"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert not any(">goes</span>" in answer.text for answer in answers)
    assert not {"grades.attested", "grades.entered", "run.asked"} & set(console.kinds())


def test_r30_nobody_sees_answers_or_attests_while_they_look_as_another(console: Console) -> None:
    house = console.house
    house.lms.scores[house.people[8]][2] = Decimal(0)
    own = console.browser("ida").see()
    viewing = console.browser("root", viewing="ida")
    assert viewing.get(SHEET).status_code == 403
    refused = [
        viewing.act("attest", sheet_hash=hash_in(own)),
        viewing.act("answer", hold=hold_in(own), answer="released", reason="Why not."),
        viewing.act("send"),
        viewing.act(f"students/{house.people[3]}", letter="A"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_without_a_queue_the_page_says_which_command_is_next(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    ida = Console(house, queue=False).browser("ida")
    ida.act("attest", sheet_hash=hash_in(ida.see()))
    assert f"provost grades send {SECTION}" in ida.see()
    house.close()
