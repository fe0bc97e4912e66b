"""S219 to S221: what the scope file does not name is gone before anybody reads it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from domain.errors import ConfigurationError
from domain.identities import Identity, PersonKind
from domain.ids import SisPersonId
from domain.ports import Capabilities, Fetch
from domain.records import AcademicHistory, Hold, HoldCategory, Person
from domain.scope import COLLECTIONS, DataScope, blanked
from tests.tools.people import ANN, AS_OF, IDA, SmallSis
from tests.tools.sis_campus import StillClock
from tools.scoped import ScopedRelationships, ScopedSis
from tools.sis.relationships import SisRelationships

PEOPLE = ("legal_name", "preferred_name", "login", "prior_sis_ids")
REGISTRATIONS = ("status", "grade_mode", "registered_on", "status_on")


def scope_of(**collections: Sequence[str]) -> DataScope:
    said = {"people": PEOPLE, "registrations": REGISTRATIONS, **collections}
    return DataScope(version=1, systems={"banner": {name: tuple(fields) for name, fields in said.items()}})


class Banner(SmallSis):
    """A system with holds and histories."""

    def capabilities(self) -> Capabilities:
        reads = frozenset({"people", "people.confidential", "holds", "histories"})
        return Capabilities(system="banner", version="1", reads=reads)

    def read_holds(self) -> Fetch[Hold]:
        rows = tuple(Hold(person=ANN.sis_id, category=kind, start_on=date(2026, 8, 1)) for kind in HoldCategory)
        return Fetch(source="banner", rows=rows, complete=True, read_at=AS_OF, expected=len(rows))

    def read_histories(self) -> Fetch[AcademicHistory]:
        row = AcademicHistory(person=ANN.sis_id, gpa=Decimal("1.9"), prior_withdrawals=2, advisor=IDA.sis_id)
        return Fetch(source="banner", rows=(row,), complete=True, read_at=AS_OF)


def test_fields_out_of_scope_are_blank_one_by_one_and_in_lists() -> None:
    sis = ScopedSis(Banner(), scope_of())
    (row,) = [one for one in sis.read_people().rows if one.sis_id == ANN.sis_id]
    assert row == sis.read_person(ANN.sis_id) == ANN.model_copy(update={"email": None, "confidential": True})
    assert sis.read_person(SisPersonId("A00000404")) is None


def test_with_everything_in_scope_nothing_is_copied() -> None:
    banner = Banner()
    sis = ScopedSis(banner, scope_of(people=(*PEOPLE, "email", "confidential")))
    assert sis.read_people().rows[0] is banner.read_people().rows[0]


def test_a_collection_out_of_scope_is_not_read_and_never_empty() -> None:
    class Untouched(Banner):
        def read_holds(self) -> Fetch[Hold]:
            raise AssertionError("holds were read")

        def read_histories(self) -> Fetch[AcademicHistory]:
            raise AssertionError("histories were read")

    sis = ScopedSis(Untouched(), scope_of())
    for fetch in (sis.read_holds(), sis.read_histories()):
        assert (fetch.rows, fetch.complete, len(fetch.findings)) == ((), False, 1)
    assert sis.capabilities().reads == {"people"}


def test_r28_holds_of_offices_out_of_scope_are_left_out() -> None:
    sis = ScopedSis(Banner(), scope_of(holds=("academic", "financial")))
    found = sis.read_holds()
    assert {row.category for row in found.rows} == {HoldCategory.ACADEMIC, HoldCategory.FINANCIAL}
    assert found.expected is None


def test_parts_of_a_history_are_left_out() -> None:
    (row,) = ScopedSis(Banner(), scope_of(histories=("gpa",))).read_histories().rows
    assert (row.gpa, row.prior_withdrawals, row.advisor) == (Decimal("1.9"), None, None)


def test_what_is_out_of_scope_makes_no_relationship() -> None:
    banner = Banner()
    known = SisRelationships(banner, StillClock())
    assert known.read_advisees(IDA.sis_id).rows == (ANN.sis_id,)
    assert known.read_confidential([ANN.sis_id]).complete
    narrow = ScopedRelationships(known, scope_of(histories=("gpa",)), "banner")
    for fetch in (
        narrow.read_advisees(IDA.sis_id),
        narrow.read_advisors(ANN.sis_id),
        narrow.read_confidential([ANN.sis_id]),
    ):
        assert (fetch.rows, fetch.complete) == ((), False)


def test_a_system_that_is_not_named_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="sis is not in scope") as refused:
        ScopedSis(SmallSis(), scope_of())
    assert refused.value.field == "systems.sis"


def test_every_field_of_an_identity_can_be_left_out() -> None:
    """What the privacy directory reads is named like the rest."""
    assert COLLECTIONS["identities"].fields == Identity.model_fields.keys() - {"sis_id", "kind"}
    whole = Identity(
        sis_id=ANN.sis_id, kind=PersonKind.STUDENT, phones=("555",), born_on=date(2001, 1, 1), national_ids=("x",)
    )
    bare = blanked(whole, scope_of().blanks("banner", "identities"))
    assert bare == Identity(sis_id=ANN.sis_id, kind=PersonKind.STUDENT, confidential=True)


@pytest.mark.parametrize(
    ("collections", "said"),
    [
        ({"people": PEOPLE[1:]}, "without legal_name"),
        ({"people": (*PEOPLE, "shoe_size")}, "no field shoe_size"),
        ({"shoes": ()}, "no collection shoes"),
        ({"registrations": ()}, "without grade_mode"),
    ],
)
def test_a_file_that_cannot_do_is_said(collections: dict[str, tuple[str, ...]], said: str) -> None:
    assert any(said in fault.message for fault in scope_of(**collections).faults())


def test_a_system_without_what_rosters_need_is_said() -> None:
    scope = DataScope(version=1, systems={"canvas": {"users": ("name", "sortable_name", "login")}})
    assert [fault.message for fault in scope.faults()] == ["Rosters cannot be compared without enrollments."]


def test_only_fields_that_records_have_are_known() -> None:
    assert COLLECTIONS["people"].fields == Person.model_fields.keys() - {"sis_id"}
    assert COLLECTIONS["histories"].fields == AcademicHistory.model_fields.keys() - {"person"}
