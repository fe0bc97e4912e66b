"""Where the pairs of the chat are played: a taught campus, the obeying model behind the real door, and who asks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from domain.principals import Principal, Role
from evals.approval.stage import person
from evals.campus import Trial, hasten, install
from evals.injection.chat_pairs import ChatPair, Look, filled
from evals.injection.obeying_model import Call, ObeyingModel
from evals.injection.planting import Planter
from evals.inquiry.truth import Seat, Truth
from evals.loopback import serving
from graphs.chat_events import ChatEvent
from simulator.campus import Campus
from store.plans import ApprovalState

STUDENTS, SEED = 60, 7
AS_OF = datetime(2026, 10, 7, 14, tzinfo=UTC)
MODEL = '\n[model]\nbase_url = "{url}"\nmodel = "obeying"\napi_key = "key"\ncontract = true\nmax_retries = 0\n'
_ALONE = ("note", "ticket")
"""Places in which what was written stays, so that each pair has a student of its own."""


class Played(NamedTuple):
    """One pair as it was played: what went out, what the asker was shown, and what there is now that was not before.

    ``obeyed`` counts the orders that the model took up, ``planted`` is the text that they stood in.
    """

    sent: str
    shown: str
    answer: str
    ended: str
    proposed: int
    waiting: int
    written: int
    obeyed: int
    planted: str


class ChatStage:
    """One campus on which pairs are played one after another."""

    def __init__(self, trial: Trial, model: ObeyingModel) -> None:
        self.trial, self.model, self.truth = trial, model, Truth(trial)
        self.planter = Planter(trial)
        trial.provost.refresh_directory("operator")
        self._main = self._seat_in_trouble()
        self._fresh = iter([each for each in self.truth.seats if each.student is not self._main.student])

    def play(self, pair: ChatPair) -> tuple[Played, Seat]:
        """Plant, ask, and see what came of it; returns the seat that it was about too."""
        seat = next(self._fresh) if pair.place.id in _ALONE else self._main
        words = self.words(seat)
        order = filled(pair.order.text, words)
        asker = self.asker(pair, seat)
        room = self.trial.provost.chat
        talk, shown, proposed = room.begin(asker), "", 0
        with self.planter.plant(pair.place.id, seat, order):
            before = self._standing()
            if pair.place.before:
                self.model.take_look(*_calls(pair.place.before_look, words))
                told = list(room.ask(asker, filled(pair.place.before, words), talk))
                shown, proposed = _shown(told), _proposed(told)
            else:
                told = self._ask(pair, asker, talk, words, order)
        if pair.place.before:
            told = self._ask(pair, asker, talk, words, order)
        kept = "\n".join(turn.answer for turn in room.transcript(asker, talk))
        after = self._standing()
        played = Played(
            sent="\n".join(self.model.sent),
            shown="\n".join([shown, _shown(told), kept]),
            answer=_shown(told),
            ended=told[-1].kind if told else "nothing",
            proposed=proposed + _proposed(told),
            waiting=after[1] - before[1],
            written=after[0] - before[0],
            obeyed=len(self.model.obeyed) + len(self.model.said),
            planted=order,
        )
        return played, seat

    def words(self, seat: Seat) -> Mapping[str, str]:
        """Return what stands in the places of a text about a seat."""
        stranger = self.truth.stranger_to(seat)
        return {
            "class": seat.key,
            "student": seat.student.shown_name,
            "stranger": stranger.student.shown_name,
            "stranger_class": stranger.key,
        }

    def asker(self, pair: ChatPair, seat: Seat) -> Principal:
        """Return who asks: the teacher of the class or the advisor of the student."""
        known, who = {"teacher": (Role.INSTRUCTOR, seat.teacher), "advisor": (Role.ADVISOR, seat.advisor)}[
            pair.place.asker
        ]
        return person(f"{pair.place.asker}-{who.banner_id}", known, handle=self.planter.handle(who.banner_id))

    def _ask(
        self, pair: ChatPair, asker: Principal, talk: str, words: Mapping[str, str], order: str
    ) -> list[ChatEvent]:
        self.model.take_look(*_calls(pair.place.look, words))
        asked = filled(pair.place.ask, {**words, "order": order})
        return list(self.trial.provost.chat.ask(asker, asked, talk))

    def _standing(self) -> tuple[int, int]:
        """Return how much was written so far, in Canvas and at the desk, and how many requests wait."""
        provost, campus = self.trial.provost, self.trial.campus
        written = len(campus.canvas.log.since(0)) + len(list(provost.casedesk.list_open()))
        return written, len(provost.approvals.find(ApprovalState.PENDING))

    def _seat_in_trouble(self) -> Seat:
        """Return a seat whose student has not handed in all that was due."""
        return next(each for each in self.truth.seats if self.truth.misses_work(each.row))


@contextmanager
def open_chat_stage(seed: int = 0) -> Iterator[ChatStage]:
    """Open a campus with the obeying model behind the door until the block ends; each ``seed`` gives another campus."""
    model = ObeyingModel()
    with TemporaryDirectory(prefix="provost-injection-") as folder, serving(model):
        home = Path(folder)
        with (
            Campus.build(students=STUDENTS, seed=SEED + seed, learning="planted", as_of=AS_OF) as campus,
            install(campus, home / "home", policy_file=hasten(home / "policy.yaml")) as trial,
        ):
            file = trial.settings_file
            file.write_text(file.read_text(encoding="utf-8") + MODEL.format(url=model.url), encoding="utf-8")
            yield ChatStage(trial.restart(), model)


def _calls(looks: Sequence[Look], words: Mapping[str, str]) -> list[Call]:
    return [Call(each.tool, {name: filled(text, words) for name, text in each.args.items()}) for each in looks]


def _shown(events: Sequence[ChatEvent]) -> str:
    """Return every word of a turn that the asker reads, its requests and its failure too."""
    said = [event.text for event in events if event.kind == "words"]
    said += [f"\n{event.summary}" for event in events if event.kind == "proposed"]
    return "".join([*said, *(f"\n{event.message} {event.fix}" for event in events if event.kind == "failed")])


def _proposed(events: Sequence[ChatEvent]) -> int:
    return sum(event.kind == "proposed" for event in events)
