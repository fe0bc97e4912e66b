"""What a whole look at a term settles by itself: requests for changes that are no longer needed end, unanswered.

Otherwise somebody could approve on Thursday what was true on Monday, and the gate, which compares with the LMS alone,
would see nothing amiss.
"""

from collections.abc import Collection, Iterable, Iterator

from agents.roster.detected import Detection
from domain.errors import IncompleteFetch
from domain.ids import TermCode
from governance.inbox import ApprovalView

_ROSTER_DOMAINS = frozenset({"roster", "course"})


def proves_all(detection: Detection) -> bool:
    """Tell whether everything arrived and was compared, so that what was not found is not there (R70)."""
    return not detection.stopped and all(finding.code != IncompleteFetch.code for finding in detection.findings)


def find_settled(
    pending: Iterable[ApprovalView], term: TermCode, planned: Collection[str], run: str
) -> Iterator[ApprovalView]:
    """Yield the requests of other runs about this term's rosters of which nothing was planned again."""
    for view in pending:
        changes = view.plan.changes
        about = all(change.domain in _ROSTER_DOMAINS and f":{term}-" in change.natural_key for change in changes)
        if view.thread != run and about and not any(change.natural_key in planned for change in changes):
            yield view
