"""The early alert specialist at work in one run: reads through the connectors, keeps the book, plans; it has no hands.

A dry run reads and plans the same and writes nothing into the book; the activity files are brought up to date all the
same, as they only mirror what was read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agents.early_alert.choosing import Moment
from agents.early_alert.drafts import Wording
from agents.early_alert.proposal import CASES, Enriched, Routed, plan_telling, plan_writing
from agents.early_alert.routing import Cite, Router, Titles
from agents.early_alert.signalled import Signalled, Signals
from domain.alert_settings import AlertSettings
from domain.alerting import Channel, Party
from domain.calendar import local_day
from domain.changes import Change
from domain.errors import ProvostError
from domain.findings import Finding, Severity
from domain.ids import RecordHandle, SectionKey
from domain.institution import Institution
from domain.learning_ports import LearningReader
from domain.plans import Plan
from domain.ports import Clock
from domain.principals import Principal
from domain.rules.alert_policy import CloseReason
from graphs.alert_keeping import AlertKeeping, overdue
from graphs.alert_people import AlertPeople
from graphs.alert_sight import AlertSight
from graphs.early_alert import AlertRequest
from graphs.governing import Ended
from graphs.reports import Progress, ProgressSink, Stage
from graphs.workflow import Found

Suggest = Callable[[RecordHandle, SectionKey], tuple[str, ...]]
"""Given a student and a section, returns what the class offers that may help, as kinds and addresses."""


@dataclass(frozen=True)
class AlertWork:
    """What the specialist needs of an installation; fits ``graphs.early_alert.AlertSpecialist``.

    ``sight`` and ``classroom`` are None where the LMS cannot tell about classes; ``safe`` returns a title, or nothing
    where it may name somebody; ``cite`` asks the knowledge base where it is open; ``suggest`` finds a learning path.
    """

    sight: AlertSight | None
    classroom: LearningReader | None
    people: AlertPeople
    keeping: AlertKeeping
    settings: AlertSettings
    institution: Institution
    clock: Clock
    principal: Principal
    safe: Callable[[str], str]
    cite: Cite
    word: Wording | None = None
    suggest: Suggest | None = None
    progress: ProgressSink = lambda _: None

    def detect(self, request: AlertRequest) -> Signals:
        """Read what is new, score, choose, and see who is for people alone."""
        now = self.clock.now()
        moment = Moment(self.settings, now, local_day(now, self.institution.zone))
        if self.sight is None:
            nothing = Signals(term=request.term, today=moment.today, read_at=now, stopped=True)
            return nothing.model_copy(update={"findings": (_blind(),)})
        if request.whom is not None:
            found = self.sight.look_at_students(request.run, request.whom, moment)
        else:
            found = self.sight.look_at_term(request.run, request.term, moment)
        self.progress(Progress(stage=Stage.DETECT, label="alerts", done=len(found.alerts)))
        return found

    def enrich(self, request: AlertRequest, signals: Signals) -> Enriched:  # noqa: ARG002 named by the port
        """Route every alert, with what helped before, what is due and what the knowledge base says (S161)."""
        book = self.keeping.book
        earlier = book.of_term(signals.term)
        router = Router(self.settings, book.tried(), earlier, signals.today, self.word, self.cite)
        here = self.people.still_registered(signals.alerts)
        gone = _seats(signals.alerts) - _seats(here)
        kept, graded = self.people.still_ungraded(here)
        routed = [(each, self._with_path(each, router.route(each, self._titles(each)))) for each in kept]
        known = {alert.id for alert in earlier}
        people = [router.hand_over(one) for one in signals.distressed if one.id not in known]
        self.progress(Progress(stage=Stage.ENRICH, label="alerts", done=len(routed) + len(people)))
        return Enriched(
            routed=(*people, *(path for each, path in routed if not each.held_back)),
            held_back=tuple(path for each, path in routed if each.held_back),
            good_news=signals.good_news,
            left=tuple(each.id for each in earlier if each.is_open and (each.section, each.person) in gone),
            counts={"graded already": graded, "registration ended": len(gone), "for people": len(people)},
        )

    def propose(self, request: AlertRequest, signals: Signals, enriched: Enriched) -> Plan:
        """Put the alerts into the book, end those of who left, and return the scores, cases and tickets."""
        if not request.dry_run:
            self.keeping.raise_alerts(request.run, signals, enriched)
            self.keeping.end(sorted({*signals.left, *enriched.left}), CloseReason.LEFT)
        changes = plan_telling(signals, enriched)
        self.progress(Progress(stage=Stage.PROPOSE, label="changes", done=len(changes)))
        return self._plan(request, changes)

    def settle(self, request: AlertRequest, enriched: Enriched) -> None:
        """See which alerts stand at the desk."""
        if not request.dry_run:
            self.keeping.settle(enriched, self.clock.now())

    def draft(self, request: AlertRequest, enriched: Enriched) -> Plan:
        """Return the messages for the alerts that stand; a dry run shows all that would be drafted."""
        standing = enriched.routed if request.dry_run else self.keeping.standing(enriched, self.clock.now())
        return self._plan(request, plan_writing(standing, enriched.good_news))

    def conclude(self, request: AlertRequest, signals: Signals, enriched: Enriched, ended: list[Ended]) -> Found:
        """Write down which messages went out, end what is over, and return what was found."""
        if not request.dry_run:
            self.keeping.note_messages(ended)
            self.keeping.end(signals.over, CloseReason.TERM_ENDED)
        late = sum(1 for _ in overdue(self.keeping.book.open_ones(), signals.today))
        drafts = sum(each.draft is not None for each in enriched.routed)
        counts = {**signals.counts, **enriched.counts, "over": len(signals.over), "overdue": late, "drafts": drafts}
        counts["left the class"] = len({*signals.left, *enriched.left})
        counts["scores shown anew"] = len(signals.scores)
        shown = {name: number for name, number in counts.items() if number}
        return Found(counts=shown, findings=signals.findings, stopped=signals.stopped)

    def _with_path(self, signalled: Signalled, routed: Routed) -> Routed:
        """Add what the class offers to a case that an advisor will read; nothing of it goes to the student (S172)."""
        for_advisor = routed.channel is Channel.CASE_DESK and routed.party is Party.ADVISOR and not signalled.held_back
        if self.suggest is None or not for_advisor:
            return routed
        return routed.model_copy(update={"resources": self.suggest(routed.person, routed.section)})

    def _titles(self, signalled: Signalled) -> Titles:
        """Return the titles of the work that an alert may name; a title that may name somebody is left out."""
        wanted = {item.lms_id for item in signalled.work}
        if not wanted or self.classroom is None:
            return {}
        rows = self.classroom.read_assignments(signalled.section).rows
        return {row.id: self.safe(row.name) for row in rows if row.id in wanted}

    def _plan(self, request: AlertRequest, changes: tuple[Change, ...]) -> Plan:
        who, now = self.principal.id, self.clock.now()
        return Plan(run=request.run, topic=CASES, requested_by=who, made_at=now, changes=changes)


def _seats(signalled: Iterable[Signalled]) -> frozenset[tuple[SectionKey, RecordHandle]]:
    return frozenset((each.section, each.person) for each in signalled)


def _blind() -> Finding:
    return Finding(
        code="PV700",
        severity=Severity.STOP,
        subject="learning management system",
        message="It cannot be asked what happens in classes, so nobody is scored.",
        fix="Connect an LMS whose reader tells of work and activity; docs/early-alert.md says what is read.",
    )


def checked_title(look: Callable[[str], bool]) -> Callable[[str], str]:
    """Return what lets a title through only where a look finds nobody in it; a look that fails lets nothing through."""

    def safe(title: str) -> str:
        try:
            return title if look(title) else ""
        except ProvostError:
            return ""

    return safe
