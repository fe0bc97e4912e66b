"""Who is at risk and why, by what the caller may see: names for the advisor, numbers for the chair (S260, R126)."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import AccessDenied
from domain.ids import RecordHandle, SectionKey
from domain.principals import Principal, Role
from domain.rules.alerts import may_see_score
from graphs.advising.matching import key_in, match_sections
from graphs.advising.numbers import NumberLook
from graphs.advising.sight import Sight
from graphs.desks.alerts import StudentCase, read_caseload
from privacy.access.relations import DEPARTMENT
from store.alerts import Alert
from tools.catalog.reading import Fact, Reading

_MOST = 30
_NUMBERS = frozenset({Role.DEPARTMENT_CHAIR, Role.REGISTRAR, Role.INSTRUCTIONAL_DESIGNER})


@dataclass(frozen=True)
class RiskLook:
    """Looks up risk for one conversation."""

    sight: Sight

    def list(self, caller: Principal, section: str) -> Reading:
        """Return the caller's students with something to see, or numbers about a department.

        Raises AccessDenied for anybody else: a student is shown what helps and no score.
        """
        if Role.ADVISOR in caller.roles and caller.person is not None:
            return self._caseload(caller, section)
        if caller.roles & _NUMBERS:
            return self._numbers(caller)
        if not may_see_score(caller.roles):
            fix = "Ask for your learning path, which shows what your classes offer."
            raise AccessDenied("A risk score is not shown to the student it is about (R126).", field="risk", fix=fix)
        self._refuse(caller)
        fix = "Ask which students have not handed in what was due, or ask the assigned advisor."
        raise AccessDenied("Risk is for the assigned advisor (R21).", field="risk", fix=fix)

    def _caseload(self, caller: Principal, section: str) -> Reading:
        cases = read_caseload(self.sight.provost, caller, named=False)
        if section.strip():
            meant = self._meant(section, cases)
            cases = tuple(case for case in cases if any(alert.section in meant for alert in case.alerts))
        rows: list[Fact] = [_case(case) for case in cases[:_MOST]]
        sources = (self.sight.from_us("risk scores and alerts of your caseload", "/caseload"),)
        facts: dict[str, Fact] = {
            "scope": f"{len(cases)} of your students, highest risk first",
            "students": rows,
            "more": max(0, len(cases) - _MOST),
            "read_at": self.sight.now(),
        }
        return Reading(facts, sources)

    def _meant(self, words: str, cases: Sequence[StudentCase]) -> frozenset[SectionKey]:
        """Return which of the alerts' classes the words mean."""
        keys = {alert.section for case in cases for alert in case.alerts}
        if (key := key_in(words)) is not None:
            return frozenset(keys & {key})
        sections = [found for each in keys if (found := self.sight.provost.sis.read_section(each)) is not None]
        return frozenset(each.key for each in match_sections(words, sections))

    def _numbers(self, caller: Principal) -> Reading:
        people = self._department(caller)
        alerted = {alert.person for alert in self.sight.provost.alerts.open_ones()}
        groups = {
            ("with an open alert", "students"): people & alerted,
            ("without one", "students"): people - alerted,
        }
        counted = NumberLook(self.sight).count(caller, "risk", groups)
        rows: list[Fact] = [{"student": group, "says": f"{number} students"} for group, number in counted.items()]
        scope = "Your department in numbers; names are for the assigned advisors"
        facts: dict[str, Fact] = {"scope": scope, "students": rows, "read_at": self.sight.now()}
        return Reading(facts, (self.sight.from_us("open alerts, in numbers"),))

    def _department(self, caller: Principal) -> frozenset[RecordHandle]:
        codes = [scope.removeprefix(DEPARTMENT) for scope in caller.scopes if scope.startswith(DEPARTMENT)]
        return NumberLook(self.sight).people_of(codes)

    def _refuse(self, caller: Principal) -> None:
        """Put the refusal on record for the caller's own students, whom the question was about."""
        people = [person for section in self.sight.taught(caller) for person in self.sight.roster(section.key).rows]
        if people:
            self.sight.ask(caller, ("risk",), people)


def _case(case: StudentCase) -> dict[str, Fact]:
    newest = case.alerts[0] if case.alerts else None
    score = f"risk {case.score} of 100" if case.score else "no score on view"
    alert = f"{newest.level.value} alert in {newest.section}, {newest.state.value}" if newest else "no alert"
    why = ". ".join(_reasons(newest)) or "No reason on record"
    return {"student": case.person, "says": f"{score}, {alert}. {why}."}


def _reasons(alert: Alert | None) -> list[str]:
    return [reason.text for reason in alert.detail.reasons[:3]] if alert and alert.detail else []
