"""The desk that the tools of the chat ask: one look per question, put together from the looks by topic."""

from typing import TYPE_CHECKING

from domain.ids import RecordHandle
from domain.principals import Principal
from graphs.advising.drops import DropLook
from graphs.advising.grades import GradeLook
from graphs.advising.numbers import NumberLook
from graphs.advising.outreach import OutreachLook
from graphs.advising.paths import PathLook
from graphs.advising.policies import PolicyLook
from graphs.advising.risk import RiskLook
from graphs.advising.rosters import RosterLook
from graphs.advising.sight import Sight
from graphs.advising.work import WorkLook
from tools.catalog.reading import Reading

if TYPE_CHECKING:
    from graphs.assembly import Provost


class Desk:
    """Fits ``tools.catalog.desk.AdvisingDesk`` for one conversation of one installation."""

    def __init__(self, provost: "Provost", conversation: str) -> None:
        self.sight = Sight(provost, conversation)

    def find_grades(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return grades of one student: official and in progress told apart (S207)."""
        return GradeLook(self.sight).find(caller, course, person)

    def list_at_risk(self, caller: Principal, section: str = "") -> Reading:
        """Return who is at risk and why, or numbers about them, as far as the caller's role reaches."""
        return RiskLook(self.sight).list(caller, section)

    def explain_roster_changes(self, caller: Principal, section: str = "") -> Reading:
        """Return what was changed on a roster, by which rule and who let it be."""
        return RosterLook(self.sight).explain_changes_in(caller, section)

    def explain_changes(self, caller: Principal, person: RecordHandle | None = None) -> Reading:
        """Return what was changed for one student, by which rule and who let it be."""
        return RosterLook(self.sight).explain_changes_of(caller, person)

    def explain_drop(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return what leaving a class would mean for one student, row by row (S115)."""
        return DropLook(self.sight).explain(caller, course, person)

    def list_missing_work(self, caller: Principal, section: str = "") -> Reading:
        """Return who has not handed in what was due."""
        return WorkLook(self.sight).list_missing(caller, section)

    def read_outreach(self, caller: Principal, person: RecordHandle | None = None, when: str = "") -> Reading:
        """Return the alerts, cases and outreach about one student, of the last term, this one, or all."""
        return OutreachLook(self.sight).read(caller, person, when)

    def search_policies(self, caller: Principal, question: str = "") -> Reading:
        """Return passages of policies and materials, each with its citation (S161)."""
        return PolicyLook(self.sight).search(caller, question)

    def count_students(self, caller: Principal, trait: str = "", section: str = "") -> Reading:
        """Return how many students have a trait, small numbers hidden; never who (E16, R29)."""
        return NumberLook(self.sight).count_trait(caller, trait, section)

    def list_roster(self, caller: Principal, section: str = "") -> Reading:
        """Return who is registered in a class."""
        return RosterLook(self.sight).list(caller, section)

    def list_waiting_approvals(self, caller: Principal) -> Reading:
        """Return what waits for the caller's approval."""
        return RosterLook(self.sight).list_waiting(caller)

    def show_learning_path(self, caller: Principal, course: str = "", person: RecordHandle | None = None) -> Reading:
        """Return what a class offers that fits one student."""
        return PathLook(self.sight).show(caller, course, person)
