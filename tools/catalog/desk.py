"""What the tools ask: one method per tool, which looks only at what the caller may see and puts each look on record.

``person`` is a record handle, None for the caller themselves or for everybody in reach. ``course`` and ``section`` are
the words a person uses: a course such as BIOL 101, a title, or term and CRN. Every method raises AccessDenied where
nothing of it is open to the caller, and failures of the systems it reads.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from domain.ids import RecordHandle
from domain.principals import Principal
from tools.catalog.reading import Reading


class AdvisingDesk(Protocol):
    """The looks that the advising chat may take for its caller."""

    def find_grades(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return grades of one student: official and in progress told apart (S207)."""
        ...

    def list_at_risk(self, caller: Principal, section: str = "") -> Reading:
        """Return who is at risk and why, or numbers about them, as far as the caller's role reaches."""
        ...

    def explain_roster_changes(self, caller: Principal, section: str = "") -> Reading:
        """Return what was changed on a roster, by which rule and who let it be."""
        ...

    def explain_changes(self, caller: Principal, person: RecordHandle | None = None) -> Reading:
        """Return what was changed for one student, by which rule and who let it be."""
        ...

    def explain_drop(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return what leaving a class would mean for one student, row by row (S115)."""
        ...

    def list_missing_work(self, caller: Principal, section: str = "") -> Reading:
        """Return who has not handed in what was due."""
        ...

    def read_outreach(self, caller: Principal, person: RecordHandle | None = None, when: str = "") -> Reading:
        """Return the alerts, cases and outreach about one student, of the last term, this one, or all."""
        ...

    def search_policies(self, caller: Principal, question: str = "") -> Reading:
        """Return passages of policies and materials, each with its citation (S161)."""
        ...

    def count_students(self, caller: Principal, trait: str = "", section: str = "") -> Reading:
        """Return how many students have a trait, small numbers hidden; never who (E16, R29)."""
        ...

    def list_roster(self, caller: Principal, section: str = "") -> Reading:
        """Return who is registered in a class."""
        ...

    def list_waiting_approvals(self, caller: Principal) -> Reading:
        """Return what waits for the caller's approval."""
        ...

    def show_learning_path(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return what a class offers that fits one student."""
        ...


@runtime_checkable
class Bound(Protocol):
    """What a graph's context carries for the tools: the caller is inside and cannot be named from outside."""

    def answer(self, tool: str, arguments: Mapping[str, str]) -> str:
        """Take a look at the desk for the caller and return the answer in codes."""
        ...

    def consult(self, specialist: str, question: str) -> str:
        """Let a specialist answer a question with looks of its own, for the same caller, in codes."""
        ...
