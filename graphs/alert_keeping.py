"""What a run writes into the book of alerts: what was raised, what stands, what went out, what is over."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from agents.early_alert.good_news import TOPIC as GOOD_NEWS
from agents.early_alert.proposal import Enriched, Routed, case_of, marker_of
from agents.early_alert.signalled import Signalled, Signals
from domain.alerting import AlertState
from domain.errors import InvalidRecord
from domain.ids import PrincipalId, RunId
from domain.rules.alert_policy import CloseReason
from graphs.governing import Ended
from store.alerts import Alert, AlertBook, AlertDetail, EventKind, NewAlert, Shown
from store.casedesk import LocalCaseDesk

NUDGE = "nudge "
_SENT_BY_PEOPLE = (NUDGE, GOOD_NEWS)


@dataclass(frozen=True)
class AlertKeeping:
    """The book and the desk, for one run; ``actor`` is the agent."""

    book: AlertBook
    desk: LocalCaseDesk
    actor: PrincipalId

    def raise_alerts(self, run: RunId, signals: Signals, enriched: Enriched) -> None:
        """Put new alerts into the book before anybody is told, so that a crash tells nobody twice (R121)."""
        details = {each.id: detail_of(each) for each in signals.alerts}
        routed = (*enriched.routed, *enriched.held_back)
        self.book.add([_entry(each, details.get(each.id), run, signals, enriched) for each in routed], self.actor)
        for id_, signalled in signals.refreshed.items():
            self.book.update(id_, detail_of(signalled), self.actor)
        for news in enriched.good_news:
            self.book.note(news.alert, EventKind.GOOD_NEWS, self.actor)

    def settle(self, enriched: Enriched, now: datetime) -> None:
        """Open the alerts whose case or ticket stands, drop those that were not let through."""
        standing = self._standing(enriched.routed, now)
        self.book.settle([each.id for each in enriched.routed if each.id in standing], AlertState.OPEN, self.actor)
        missing = [each.id for each in enriched.routed if each.id not in standing]
        self.book.settle(missing, AlertState.DROPPED, self.actor)

    def standing(self, enriched: Enriched, now: datetime) -> tuple[Routed, ...]:
        """Return the alerts whose case or ticket stands at the desk."""
        there = self._standing(enriched.routed, now)
        return tuple(each for each in enriched.routed if each.id in there)

    def _standing(self, routed: Iterable[Routed], now: datetime) -> frozenset[str]:
        cases = {each.id: case_of(each, now) for each in routed}
        images = self.desk.observe(list(cases.values()))
        return frozenset(id_ for id_, case in cases.items() if images[case.change_id].satisfies(case.after))

    def note_messages(self, ended: Iterable[Ended]) -> None:
        """Write down which drafts a person sent; contact keeps further alerts quiet for a while (R127)."""
        for part in ended:
            topic = next((each for each in _SENT_BY_PEOPLE if part.topic.startswith(each)), "")
            if topic:
                sent = part.outcomes.verified + part.outcomes.already > 0
                kind = EventKind.MESSAGE_SENT if sent else EventKind.MESSAGE_NOT_SENT
                word = "" if sent else part.state
                self.book.note(part.topic.removeprefix(topic), kind, self.actor, word=_word_of(topic, word))

    def end(self, ids: Iterable[str], why: CloseReason) -> None:
        """Close alerts whose section or term is over, or whose student left, at the desk as well (R119, R134)."""
        for id_ in ids:
            self.book.close(id_, why, self.actor)
            try:
                self.desk.close(marker_of("case", id_), self.actor)
            except InvalidRecord:
                continue


def _word_of(topic: str, state: str) -> str:
    """Return what an event says of a message: the nudge of an alert by its state alone, good news by its name."""
    return state if topic == NUDGE else f"{topic}{state}".strip()


def detail_of(signalled: Signalled) -> AlertDetail:
    """Return everything that made an alert, as the book keeps it."""
    score = signalled.score
    return AlertDetail(
        risk=signalled.risk,
        model=score.model,
        week=score.week,
        base=score.base,
        parts={family.value: part for family, part in score.parts.items()},
        reasons=tuple(
            Shown(signal=each.signal, seen=each.seen, section_median=each.section_median, text=each.text)
            for each in score.reasons
        ),
        gaps=tuple(family.value for family in score.gaps),
        features=signalled.features,
        inputs=signalled.inputs,
    )


def overdue(alerts: Iterable[Alert], today: date) -> Iterator[Alert]:
    """Yield the open alerts that nobody answered by their day (R128, S98)."""
    return (alert for alert in alerts if alert.is_open and alert.due_on < today)


def _entry(routed: Routed, detail: AlertDetail | None, run: RunId, signals: Signals, enriched: Enriched) -> NewAlert:
    people: Mapping[str, Signalled] = {each.id: each for each in signals.alerts}
    one, held = people.get(routed.id), routed in enriched.held_back
    advisor = one.advisor if one else routed.owner
    made = detail or AlertDetail(risk=Decimal(0), model="", week=0, base=0, parts={}, reasons=_plain(routed))
    return NewAlert(
        id=routed.id,
        person=routed.person,
        section=routed.section,
        owner=routed.owner or routed.queue,
        advisor=advisor or "",
        issue=routed.issue,
        level=routed.level,
        party=routed.party,
        channel=routed.channel,
        intervention=routed.intervention,
        route=routed.route,
        state=AlertState.HELD_BACK if held else AlertState.PROPOSED,
        marker=routed.marker,
        run=run,
        raised_on=signals.today,
        due_on=routed.due_on,
        propensity=one.propensity if one else Decimal(1),
        detail=made.model_copy(update={"citations": routed.citations}),
    )


def _plain(routed: Routed) -> tuple[Shown, ...]:
    return tuple(Shown(signal="", seen=None, section_median=None, text=reason) for reason in routed.reasons)
