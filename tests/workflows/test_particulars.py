"""What the nightly comparison knows beside the rosters: opt-outs, holds, taken addresses, grace windows (R6 to R59)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.roster.tickets import CONFIDENTIAL
from domain.findings import Discrepancy, DiscrepancyType, Handling
from domain.ids import SisPersonId
from evals.campus import Trial
from simulator.banner.forms import apply_operation
from simulator.banner.tables import Person, Registration
from simulator.world.operations import Kind, Operation
from simulator.world.timetable import CANVAS
from tests.workflows.conftest import Start
from tests.workflows.exact import LEFT_TO_PEOPLE

D = DiscrepancyType


@pytest.fixture
def trial(start: Start) -> Trial:
    return start(60, 11)


def seats(trial: Trial) -> list[Registration]:
    """Students who sit in a class of the term, each once, with nothing wrong about them."""
    campus = trial.campus
    busy = {value for item in campus.answer_key()["real"] for value in item["keys"].values()}  # type: ignore[attr-defined]
    found: dict[str, Registration] = {}
    for row in campus.banner.registrations.values():
        ours = row.section.key.term == trial.term and row.section.platform == CANVAS and not row.section.has_labs
        clear = not {row.person.banner_id, "-".join(row.section.key)} & busy
        if ours and clear and row.status.registered and not row.audit and seat_of(trial, row) is not None:
            found.setdefault(row.person.guid, row)
    return list(found.values())


def seat_of(trial: Trial, row: Registration) -> Any:
    """The living student row of a registration in Canvas."""
    canvas = trial.campus.canvas
    user, section = canvas.user_by_sis(row.person.banner_id), canvas.section_by_sis("-".join(row.section.key))
    rows = canvas.enrollments_of_user(user.id) if user and section else ()
    return next((one for one in rows if one.section_id == section.id and one.workflow_state == "active"), None)  # type: ignore[union-attr]


def about(trial: Trial, found: tuple[Discrepancy, ...], person: Person, kind: DiscrepancyType) -> Discrepancy:
    """The one discrepancy of a kind about a person."""
    handle = trial.provost.identities.handles([SisPersonId(person.banner_id)])[SisPersonId(person.banner_id)]
    (one,) = [each for each in found if each.person == handle and each.type is kind]
    return one


def by_hand(trial: Trial) -> Any:
    return trial.campus.canvas.acting("hand", "test")


def test_r57_a_hold_is_named_where_somebody_took_access_away_and_takes_none(trial: Trial) -> None:
    row = seats(trial)[0]
    detail = {"category": "financial", "comment": "Balance due"}
    now = trial.campus.clock.now()
    apply_operation(trial.campus.banner, Operation(now, Kind.HOLD_PLACED, row.person.guid, detail=detail))
    with by_hand(trial):
        trial.campus.canvas.leave(seat_of(trial, row).id, "deactivate")
    found = about(trial, trial.reconcile(dry_run=True).discrepancies, row.person, D.STATUS_MISMATCH)
    assert found.details["wanted"] == "active"
    assert "hold stands" in found.evidence[-1].shows
    assert "financial" not in found.model_dump_json()


def test_r17_an_opt_out_keeps_the_class_out_of_a_tickets_title_and_r18_the_name_in_the_class(trial: Trial) -> None:
    quiet, open_ = seats(trial)[:2]
    quiet.person.confidential, open_.person.confidential = True, False
    for row in (quiet, open_):
        other = next(one.section for one in seats(trial) if one.section.course is not row.section.course)
        user = trial.campus.canvas.user_by_sis(row.person.banner_id)
        place = trial.campus.canvas.section_by_sis("-".join(other.key))
        assert user is not None
        assert place is not None
        with by_hand(trial):
            trial.campus.canvas.enroll(place.id, user.id, "StudentEnrollment", state="active")
    report = trial.reconcile()
    hidden = about(trial, report.discrepancies, quiet.person, D.MANUAL_ENROLLMENT)
    shown = about(trial, report.discrepancies, open_.person, D.MANUAL_ENROLLMENT)
    assert "directory" not in shown.details
    tickets = {str(each["person"]): each for each in trial.provost.casedesk.list_open()}
    assert str(shown.section) in tickets[str(shown.person)]["title"]
    assert tickets[str(hidden.person)]["title"] == "Students added by hand"
    assert CONFIDENTIAL in tickets[str(hidden.person)]["body"]
    seat = seat_of(trial, quiet)
    assert trial.campus.canvas.users[seat.user_id].name == quiet.person.shown_name


def test_r6_an_account_is_made_without_an_address_that_another_account_has(trial: Trial) -> None:
    row = seats(trial)[0]
    canvas, person = trial.campus.canvas, row.person
    user = canvas.user_by_sis(person.banner_id)
    assert user is not None
    with by_hand(trial):
        canvas.merge_users(user.id, canvas.create_user("Old records", unique_id="records@archive.example").id)
        for login in list(canvas.logins.values()):
            if login.sis_user_id == person.banner_id:
                canvas.update_login(login.id, sis_user_id=None, unique_id="archived")
        canvas.create_user("A relative", unique_id="relative@family.example", email=person.email.upper())
    found = about(trial, trial.reconcile().discrepancies, person, D.MISSING_ACCOUNT)
    assert "another account has it" in found.details["email"]
    made = canvas.user_by_sis(person.banner_id)
    assert made is not None
    assert made.email is None


def test_r59_without_a_grace_window_teaching_rights_made_by_hand_are_a_question_at_once(trial: Trial) -> None:
    row = seats(trial)[0]
    seat = seat_of(trial, row)
    with by_hand(trial):
        trial.campus.canvas.enroll(seat.section_id, seat.user_id, "TeacherEnrollment", state="active")
    in_grace = about(trial, trial.reconcile(dry_run=True).discrepancies, row.person, D.ROLE_MISMATCH)
    assert (in_grace.handling, bool(in_grace.details["grace_until"])) == (Handling.REPORT, True)
    _set_institution(trial, wrong_role_grace_days=0)
    at_once = about(trial, trial.reconcile(dry_run=True).discrepancies, row.person, D.ROLE_MISMATCH)
    assert (at_once.handling, at_once.rule) == (Handling.TICKET, "R59")
    assert at_once.handling in LEFT_TO_PEOPLE


def _set_institution(trial: Trial, **changed: object) -> None:
    file = Path(trial.settings_file).parent / "institution.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text(encoding="utf-8")), **changed}), encoding="utf-8")
    trial.restart()
