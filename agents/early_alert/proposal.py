"""Turns signals into changes: scores to show, cases and tickets for people, and messages that wait for a person.

Scores and cases only tell staff, at our own desk. A message to a student is always proposed, whatever the policy says,
so that a person sends it (S140, S167); one to faculty names nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from agents.early_alert.drafts import Draft, read_sentences
from agents.early_alert.good_news import plan_good_news
from agents.early_alert.scoring import RiskScore
from agents.early_alert.signalled import Distressed, GoodNews, ShownScore, Signals
from domain.alerting import AlertLevel, Channel, Intervention, IssueType, Party
from domain.changes import Change, CreateTicket, OpenCase, SendMessage, SetRiskScore, Tier, digest
from domain.evidence import Evidence
from domain.ids import RecordHandle, RuleId, SectionKey
from domain.images import Image
from domain.records import Record

SCORES = "risk scores"
CASES = "early alerts"
_MARKER_LENGTH = 20
_BASIS = "alert policy on a calibrated score"
_SOURCE = "canvas"


class Routed(Record):
    """One alert on its way to people: who, where, until when, what is suggested, and what is drafted.

    ``resources`` are what the class offers that may help, as kinds and addresses, for the advisor to pass on or not.
    """

    id: str
    person: RecordHandle
    section: SectionKey
    course: str
    issue: IssueType
    level: AlertLevel
    route: str
    party: Party
    channel: Channel
    intervention: Intervention
    owner: RecordHandle | None
    queue: str
    due_on: date
    reasons: tuple[str, ...]
    citations: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    draft: Draft | None = None

    @property
    def marker(self) -> str:
        """The correlation marker of the case or ticket."""
        return marker_of("case", self.id)


class Enriched(Record):
    """The alerts with everything that was gathered about them; ``left`` are open ones of who left the class since."""

    routed: tuple[Routed, ...] = ()
    held_back: tuple[Routed, ...] = ()
    good_news: tuple[GoodNews, ...] = ()
    left: tuple[str, ...] = ()
    counts: Mapping[str, int] = Field(default_factory=dict)


def marker_of(kind: str, alert: str) -> str:
    """Return the marker by which a case, ticket or message is found again."""
    return f"provost-{digest(['early alert', kind, alert])[:_MARKER_LENGTH]}"


def plan_telling(signals: Signals, enriched: Enriched) -> tuple[Change, ...]:
    """Return the scores to show and the cases and tickets to open."""
    scores = [_score(each, signals.read_at) for each in signals.scores]
    return (*scores, *(case_of(each, signals.read_at) for each in enriched.routed))


def plan_writing(routed: Sequence[Routed], news: Sequence[GoodNews] = ()) -> tuple[SendMessage, ...]:
    """Return the messages for the alerts that stand, drafts to students and notices to faculty, and good news."""
    return (*(message for each in routed for message in _messages(each)), *plan_good_news(news))


def _score(shown: ShownScore, read_at: datetime) -> SetRiskScore:
    before = Image(fields={"score": shown.before}) if shown.before is not None else Image.absent()
    return SetRiskScore(
        rule=RuleId("S165"),
        tier=Tier.AUTO,
        topic=SCORES,
        before=before,
        after=Image(fields={"score": str(shown.score)}),
        confidence_basis=_BASIS,
        evidence=(_evidence(shown.section, shown.person, f"risk {shown.score} of 100", read_at),),
        person=shown.person,
        score=Decimal(shown.score),
        reasons=shown.reasons,
    )


def case_of(routed: Routed, read_at: datetime) -> OpenCase | CreateTicket:
    """Return the case, or the ticket, that one alert becomes (S139, S211)."""
    template, tag = read_sentences(), read_sentences().tags[routed.issue]
    common = {
        "rule": RuleId("R131" if routed.issue is IssueType.DISTRESS else "S213"),
        "tier": Tier.AUTO,
        "topic": CASES,
        "before": Image.absent(),
        "after": Image(fields={"marker": routed.marker}),
        "confidence_basis": _BASIS,
        "evidence": (_evidence(routed.section, routed.person, "; ".join(routed.reasons[:1]), read_at),),
        "person": routed.person,
        "section": routed.section,
        "marker": routed.marker,
    }
    cited = (f"See {citation}." for citation in routed.citations)
    offered = (f"The class offers {resource}." for resource in routed.resources)
    reasons = (*routed.reasons, *cited, *offered)
    outreach = template.outreach[routed.intervention]
    if routed.channel is Channel.TICKET:
        body = "\n".join((f"{routed.level} {routed.id}, due {routed.due_on}", *reasons, outreach))
        return CreateTicket(**common, title=tag, body=body, queue=routed.queue)
    told = (f"{routed.level} {routed.id}", *reasons)
    return OpenCase(**common, tag=tag, reasons=told, outreach=outreach, due_on=routed.due_on, assignee=routed.owner)


def _messages(routed: Routed) -> Iterator[SendMessage]:
    if routed.draft is not None:
        yield _message(routed, "nudge", routed.person, (routed.draft.subject, routed.draft.body))
    if routed.channel is Channel.LMS_INBOX and routed.owner is not None:
        said = {"section": str(routed.section), "alert": routed.id, "day": routed.due_on.isoformat()}
        words = read_sentences().faculty
        subject, body = words["subject"].format(**said), words["body"].format(**said)
        yield _message(routed, "notice to faculty", routed.owner, (subject, body))


def _message(routed: Routed, kind: str, to: RecordHandle, said: tuple[str, str]) -> SendMessage:
    """Return one message; whatever goes to the student is proposed, so that a person sends it."""
    marker, tier = marker_of(kind, routed.id), Tier.PROPOSE if to == routed.person else Tier.AUTO
    rule, topic = "S140" if tier is Tier.PROPOSE else "S213", f"{kind} {routed.id}"
    return SendMessage.once(to, said, marker, rule=rule, tier=tier, topic=topic, confidence_basis=_BASIS)


def distress_reasons(one: Distressed) -> tuple[str, ...]:
    """Say where the words stand and nothing of what they are (R131)."""
    return (f"A text of {one.at:%Y-%m-%d %H:%M} UTC in {one.source}, record {one.record}, needs a person now.",)


def score_reasons(course: str, score: RiskScore) -> tuple[str, ...]:
    """Word a score: the whole, the parts that add up to it, the top reasons beside the section, what is missing."""
    parts = ", ".join(f"{family.value} {part:+.2f}" for family, part in score.parts.items())
    gaps = ", ".join(family.value for family in score.gaps)
    return (
        f"{course}: risk {score.score} of 100 that the course is failed or left, week {score.week}, "
        f"model {score.model}.",
        f"In log-odds: base {score.base:+.2f}, {parts}.",
        *(reason.text for reason in score.reasons),
        *((f"Nothing is known for the whole section of: {gaps}.",) if gaps else ()),
    )


def _evidence(section: SectionKey, person: RecordHandle, shows: str, read_at: datetime) -> Evidence:
    return Evidence(source=_SOURCE, record=f"activity {section} {person}", shows=shows, read_at=read_at)
