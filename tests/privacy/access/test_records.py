"""S224, R25: every look is on record, in one append, before anything is shown."""

import json
from pathlib import Path

import pytest
from sqlalchemy import event

from domain.errors import LedgerUnavailable
from domain.principals import Role
from privacy.access import Question
from privacy.access.recording import NAMED_IN_A_DENIAL, UNKNOWN
from store.ledger import Ledger
from tests.privacy.access.campus import Campus, Remembering, door, handles, open_ledger, principal, student

FIVE_HUNDRED = handles(*range(500))
ADVISOR = principal(Role.ADVISOR, "A1")


@pytest.fixture
def campus() -> Campus:
    return Campus(advisors={student(number): "A1" for number in range(500)})


def test_s224_a_list_of_500_students_costs_one_append(campus: Campus, tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    commits: list[int] = []
    event.listen(ledger._database.engine, "commit", lambda _: commits.append(1))
    seen = door(campus, ledger).visible(ADVISOR, FIVE_HUNDRED, "grade", "term review")
    assert (len(seen), len(commits)) == (500, 1)
    entry = one_entry(ledger, "per_s499")
    assert (entry["kind"], entry["actor"], entry["seq"]) == ("read", "advisor-A1", 1)
    assert entry["body"] == {
        "agent": "none",
        "purpose": "term review",
        "what": "grade",
        "records": 500,
        "rule": "advisor-caseload",
        "basis": "school_official",
    }


def one_entry(ledger: Ledger, who: str) -> dict:
    (line,) = ledger.export(person=who)  # type: ignore[arg-type]
    found: dict = json.loads(line)
    return found


def test_several_fields_permitted_alike_are_one_entry(campus: Campus) -> None:
    ledger = Remembering()
    door(campus, ledger).ask(
        Question(reader=ADVISOR, fields=("grade", "gpa", "name"), people=FIVE_HUNDRED, purpose="x")
    )
    ((draft,),) = ledger.appends
    assert (draft.body["what"], draft.body["records"], len(draft.subjects)) == ("grade, gpa, name", 500, 500)


def test_permits_and_denials_of_one_question_go_in_together(campus: Campus) -> None:
    ledger = Remembering()
    door(campus, ledger).visible(ADVISOR, handles(1, 2, 900, 901), "grade", "term review")
    (drafts,) = ledger.appends
    assert [(draft.kind, draft.body["records"], draft.body["rule"]) for draft in drafts] == [
        ("read", 2, "advisor-caseload"),
        ("denied", 2, "R21"),
    ]


def test_a_denied_look_at_everybody_is_one_entry_that_names_a_page(campus: Campus) -> None:
    ledger = Remembering()
    crowd = handles(*range(3000))
    assert not door(campus, ledger).visible(principal(Role.INSTRUCTOR, "T1"), crowd, "grade", "curiosity")
    ((draft,),) = ledger.appends
    assert (draft.kind, draft.body["records"], len(draft.subjects)) == ("denied", 3000, NAMED_IN_A_DENIAL)


def test_a_word_that_is_no_field_is_not_copied_into_the_ledger(campus: Campus) -> None:
    ledger = Remembering()
    door(campus, ledger).visible(ADVISOR, handles(1), "Zoë Muñoz's grade", "curiosity")
    ((draft,),) = ledger.appends
    assert (draft.body["what"], "Muñoz" in repr(draft)) == (UNKNOWN, False)


def test_s37_what_cannot_be_recorded_is_not_shown(campus: Campus) -> None:
    class Full:
        def append_many(self, drafts: object) -> None:
            raise LedgerUnavailable("The ledger could not take the entry.")

    with pytest.raises(LedgerUnavailable):
        door(campus, Full()).visible(ADVISOR, handles(1), "grade", "term review")


def test_s174_the_agent_stands_in_the_record(campus: Campus) -> None:
    ledger = Remembering()
    agent = principal(Role.AGENT, "", "grade:see", name="agent.advising")
    asked = Question(reader=ADVISOR, fields=("grade",), people=handles(1), purpose="chat", agent=agent, run="run_1")
    door(campus, ledger).ask(asked)
    ((draft,),) = ledger.appends
    assert (draft.actor, draft.body["agent"], draft.run) == ("advisor-A1", "agent.advising", "run_1")
