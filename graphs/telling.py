"""Who is told what of runs that ended badly, and of silence, by a governed message (S57 to S59, F107)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

import structlog

from domain.calendar import TermPhase, local_day, term_phase
from domain.errors import ProvostError, SourceSilent
from domain.findings import Finding
from domain.ids import RunId
from domain.plans import Plan
from domain.principals import Principal
from governance.actions import known_actions
from governance.phases import lowered_phases
from governance.policy import Phase
from graphs.foundation import Foundation
from graphs.notices import finding_of, findings_of, plan_notice
from graphs.reports import RunReport

_log = structlog.get_logger(__name__)
_SENDS = "messages:send_message"
_SILENCE = RunId("silence")


class Telling:
    """Tells the staff; ``carry_out`` runs a planned message through governance."""

    def __init__(self, base: Foundation, agent: Principal, carry_out: Callable[[Plan], object]) -> None:
        self._base, self._agent, self._carry_out = base, agent, carry_out
        self._proposes = agent.scopes - {_SENDS}

    def notify_of(self, report: RunReport) -> None:
        """Tell the staff what is new in a run; its writes are read again only where some ended badly."""
        badly = report.outcomes.refused + report.outcomes.unverified + report.outcomes.uncertain
        intents = self._base.outbox.for_run(report.run_id) if badly else ()
        if not report.dry_run:
            self.notify(report.run_id, findings_of(report, intents))

    def notify(self, about: RunId, findings: Iterable[Finding], job: str = "roster") -> None:
        """Tell the staff what is new today; a shadow tells nobody, and a notice that fails fails no run.

        What was planned is kept, so recovery carries it out once the inbox can be reached again.
        """
        if not self._base.settings.notices.recipients or self._in_shadow():
            return
        try:
            plan = plan_notice(self._base, about, findings, self._agent.id, job)
            if plan is not None:
                self._carry_out(plan)
        except ProvostError as failure:
            _log.warning("a notice was not sent", code=failure.code, run=about)

    def notify_of_silence(self, last_event: datetime | None) -> bool:
        """Tell the staff once a day where no event came for as long as the setting says; returns whether it is so.

        ``last_event`` is None where there never was one; the first run of the installation counts in its place.
        """
        hours, since = self._base.settings.operations.silence_hours, last_event or self._base.runs.first_started()
        if not hours or since is None or not self._term_is_live():
            return False
        if self._base.clock.now() - since < timedelta(hours=hours):
            return False
        fix = "See that the application subscribes to the resources, and run provost doctor."
        said = f"No event came for more than {hours} hours."
        self.notify(_SILENCE, [finding_of(SourceSilent(said, field="feed", fix=fix))], "silence")
        return True

    def _term_is_live(self) -> bool:
        institution = self._base.institution
        today = local_day(self._base.clock.now(), institution.zone)
        phases = {term_phase(one.term, institution, today) for one in institution.calendars if one.published}
        return TermPhase.LIVE in phases

    def _in_shadow(self) -> bool:
        """Tell whether all that a roster run may propose is rehearsed only, so that nobody is told of it (E12)."""
        lowered = lowered_phases(self._base.kill_switch.phases.overrides())
        mine = [action for action in known_actions() if any(fnmatchcase(action, scope) for scope in self._proposes)]
        return all(self._base.policy.phase_of(action, lowered) is Phase.SHADOW for action in mine)
