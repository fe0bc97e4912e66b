"""What a plain script does: every seat of the registration file is added, every other student of the LMS is removed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.lms import LmsRole, LmsState
from domain.records import RegistrationStatus
from evals.campus import Trial
from evals.roster.nights import Item
from evals.score import Named, Score, score


class Naive(NamedTuple):
    """What the script finds, and how many planted items its additions and removals would settle."""

    score: Score
    settled: int
    added: frozenset[tuple[str, str]]
    removed: frozenset[tuple[str, str]]

    def settles(self, item: Item) -> bool:
        """Tell whether the script would bring a planted item to what it should be."""
        keys, before = item["keys"], item["before"]
        seat = (keys.get("sisSectionId", ""), keys.get("bannerId", ""))
        if item["object"] != "enrollment" or "fromSisSectionId" in keys:
            return False
        plain = before and [(row["role"], row["state"]) for row in before["enrollments"]]
        if seat in self.added:
            return plain == [("StudentEnrollment", "active")]
        return seat in self.removed and before is None


def compare_plainly(trial: Trial, key: Mapping[str, Sequence[Item]]) -> Naive:
    """Compare the two rosters of the running term as sets, before anything is written."""
    provost, term = trial.provost, trial.term
    taken = provost.sis.read_registrations(term).rows
    wanted = {
        (row.section.sis_section_id, str(row.person)) for row in taken if row.status is RegistrationStatus.REGISTERED
    }
    sections = provost.lms.read_sections(provost.lms.read_courses(term).rows).rows
    there = {
        (row.section_key.sis_section_id, str(row.person))
        for row in provost.lms.read_enrollments(sections).rows
        if row.section_key and row.person and row.role is LmsRole.STUDENT and row.state is LmsState.ACTIVE
    }
    added, removed = frozenset(wanted - there), frozenset(there - wanted)
    found = [Named("naive", section=section, person=who) for section, who in (*added, *removed)]
    naive = Naive(score(key, found, provost.course_of(term)), 0, added, removed)
    return naive._replace(settled=sum(naive.settles(item) for item in key["real"]))
