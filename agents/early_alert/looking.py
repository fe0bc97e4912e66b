"""One look at scored students: who is alerted about, with everything that made it, and which scores are shown anew."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from agents.early_alert.campus_days import SectionDays
from agents.early_alert.choosing import Chosen, Moment, Wish, alert_id, choose
from agents.early_alert.contenders import Contender, Field, find_contenders, issue_of_score
from agents.early_alert.features import Inputs
from agents.early_alert.good_news import find_good_news, risks_by_seat
from agents.early_alert.model import RiskModel
from agents.early_alert.numbering import Numbers
from agents.early_alert.proposal import score_reasons
from agents.early_alert.scoring import explain_score, score_all
from agents.early_alert.signalled import ShownScore, Signalled, Signals, risk_of
from agents.early_alert.work_due import open_work
from domain.alerting import AlertLevel
from domain.ids import RecordHandle, SectionKey
from domain.rules.alert_routing import level_of
from store.alerts import Alert

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import duckdb


@dataclass(frozen=True)
class Known:
    """What is known of people beside their activity: who advises and teaches, what is shown and was raised before.

    ``with_people`` wrote of distress and are left to people (R131).
    """

    advisors: Mapping[RecordHandle, RecordHandle]
    instructors: Mapping[SectionKey, RecordHandle]
    shown: Mapping[RecordHandle, str]
    earlier: Sequence[Alert]
    with_people: frozenset[RecordHandle] = frozenset()


@dataclass(frozen=True)
class Look:
    """The tables after a tick, or after one event, and by what they are judged."""

    connection: "duckdb.DuckDBPyConnection"
    inputs: Inputs
    numbers: Numbers
    model: RiskModel
    moment: Moment
    known: Known
    zone: "ZoneInfo"

    def signals(self) -> Signals:
        """Choose among everybody who was scored."""
        scores = score_all(self.inputs, self.model)
        field = find_contenders(self.connection, self.inputs, scores, self.model, self.moment.settings)
        rows = {self._wish(each): each.row for each in field.contenders}
        chosen = choose(tuple(rows), self.known.earlier, self.moment, self.known.with_people)
        alerts = [self._signalled(wish, rows[wish]) for wish in chosen.alerts]
        left_out = [self._signalled(wish, rows[wish], held_back=True) for wish in chosen.held_back]
        risks = risks_by_seat(self.connection, self.inputs, scores)
        news = find_good_news(risks, self.numbers, self.known.earlier, self.moment.settings)
        return Signals(
            term=self.numbers.term,
            today=self.moment.today,
            read_at=self.moment.now,
            alerts=(*alerts, *left_out),
            refreshed={id_: self._signalled(wish, rows[wish]) for id_, wish in chosen.refreshed.items()},
            scores=tuple(self._scores_to_show(field)),
            good_news=news,
            counts={**_counts(field, chosen), "good news": len(news)},
        )

    def _wish(self, one: Contender) -> Wish:
        person = self.numbers.handles[one.person]
        section = self.numbers.key_of(one.section)
        return Wish(person, section, risk_of(one.probability), self.known.advisors.get(person))

    def _signalled(self, wish: Wish, row: int, *, held_back: bool = False) -> Signalled:
        score, settings = explain_score(self.inputs, self.model, row), self.moment.settings
        issue, place = issue_of_score(score), self.numbers.places[wish.section.crn]
        days = SectionDays(place.starts_on, place.ends_on, self.zone)
        raw, values = self.inputs.raw[row], self.inputs.values[row]
        return Signalled(
            id=alert_id(wish.person, wish.section, issue, self.moment.today),
            person=wish.person,
            section=wish.section,
            course=place.course,
            advisor=wish.advisor,
            instructor=self.known.instructors.get(wish.section),
            issue=issue,
            level=level_of(wish.risk, settings.levels) or AlertLevel.WATCH,
            score=score,
            features={
                name: None if isnan(seen) else float(seen) for name, seen in zip(self.inputs.names, raw, strict=True)
            },
            inputs={name: float(value) for name, value in zip(self.inputs.names, values, strict=True)},
            work=open_work(self.connection, score.enrolment, days.of_date(self.moment.today), days),
            propensity=settings.holdout_share if held_back else 1 - settings.holdout_share,
            held_back=held_back,
        )

    def _scores_to_show(self, field: Field) -> Iterator[ShownScore]:
        """Yield each student's highest score where it moved enough, or begins to matter; others stay as they are."""
        settings = self.moment.settings
        least = 100 * float(settings.levels.watch_from)
        for number, one in field.best.items():
            person, score = self.numbers.handles[number], round(100 * one.probability)
            before = self.known.shown.get(person)
            moved = score >= least if before is None else abs(score - int(before)) >= settings.score_step
            if moved:
                section = self.numbers.key_of(one.section)
                explained = explain_score(self.inputs, self.model, one.row)
                reasons = score_reasons(self.numbers.places[section.crn].course, explained)
                yield ShownScore(person=person, section=section, score=score, before=before, reasons=reasons)


def _counts(field: Field, chosen: Chosen) -> dict[str, int]:
    """Return how many came into question and why others did not."""
    quiet = Counter({f"not alerted, {why}".replace("_", " "): number for why, number in chosen.silenced.items()})
    quiet.update({f"not alerted, {why}": number for why, number in field.refused.items()})
    found = {"at risk": len(field.contenders), "alerts": len(chosen.alerts)}
    return {**found, "left to chance": len(chosen.held_back), "updated": len(chosen.refreshed), **quiet}
