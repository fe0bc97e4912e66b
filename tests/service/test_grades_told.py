"""A whole grading run, from an instructor's word to other systems: each posted grade is told once, signed (S154)."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from evals.campus import Trial, hasten, install
from graphs.web_settings import HookSettings, Receiver
from service.engine import WorkQueue, engine_url
from service.hook_passes import pass_out, try_again
from service.web.serving import working
from simulator.banner.tables import Section
from simulator.campus import Campus
from simulator.server import Face
from store.hooks import DeliveryState, HookOutbox
from store.ledger.reading import read_entries
from tests.workflows.grading_week import GRADING_DAY, TERM, attest, in_banner, key_of, richest_section, send

pytestmark = pytest.mark.xdist_group("grades told")
SECRETS = {name: "whsec_" + letter * 43 + "=" for name, letter in (("success", "A"), ("degree-audit", "E"))}
MOST_SECONDS = 60.0


@dataclass
class Heard:
    """Systems that are told of events, by name: the headers and the body of each call."""

    calls: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def application(self) -> Starlette:
        async def hear(request: Request) -> Response:
            self.calls.append((request.path_params["name"], dict(request.headers), (await request.body()).decode()))
            return Response(status_code=204)

        return Starlette(routes=[Route("/told/{name}", hear, methods=["POST"])])

    def by(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [(headers, body) for who, headers, body in self.calls if who == name]


@dataclass
class Told:
    """What came of the run: the section, the grades that Banner took, and who heard what."""

    trial: Trial
    section: Section
    run: str
    posted: dict[str, str]
    heard: Heard
    queue: WorkQueue

    def payloads(self, name: str) -> list[dict[str, Any]]:
        """What one system was told, each signature verified."""
        return [Webhook(SECRETS[name]).verify(body, headers) for headers, body in self.heard.by(name)]

    def delivered(self) -> Counter[str]:
        """How many deliveries to whom the ledger has on record."""
        entries = read_entries(self.trial.provost.database, after=0, limit=1000, kinds=("hook.delivered",))
        return Counter(entry.actor for entry in entries)


def receivers(url: str) -> tuple[Receiver, ...]:
    """One that is told by handle, one that is told the SIS id too, one that did not ask for grades."""
    plain = Receiver(name="success", url=f"{url}/told/success", secret=SECRETS["success"], kinds=("grade.posted",))
    named = Receiver(
        name="degree-audit", url=f"{url}/told/degree-audit", secret=SECRETS["degree-audit"], kinds=("grade.posted",),
        scopes=("person:sis_id",),
    )  # fmt: skip
    return (plain, named, plain.model_copy(update={"name": "alerts", "kinds": ("student.at_risk",)}))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A grading run to its end, whose grades a worker tells to whoever asked; the pass runs twice over."""
    folder, heard = tmp_path_factory.mktemp("told"), Heard()
    policy = hasten(folder / "policy.yaml")
    with (
        Campus.build(students=120, seed=3, term=TERM, as_of=GRADING_DAY, learning="planted") as campus,
        Face(heard.application(), campus.authority, "receivers") as face,
        install(campus, folder / "home", policy_file=policy) as trial,
    ):
        provost = trial.restart(hooks=HookSettings(receivers=receivers(face.url)), poll_seconds=0.2).provost
        queue = WorkQueue(engine_url(provost.settings.database, provost.settings.home))
        try:
            section, before = richest_section(trial), pass_out(provost, queue)
            assert before == 0, "nothing was posted yet"
            held = in_banner(trial, section)
            attest(trial, section)
            report = send(trial, section)
            posted = {who: letter for who, letter in in_banner(trial, section).items() if who not in held}
            pass_out(provost, queue)
            pass_out(provost, queue)
            result = Told(trial, section, report.run_id, posted, heard, queue)
            with working(provost):
                until(lambda: sum(result.delivered().values()) >= 2 * len(posted))
            yield result
        finally:
            queue.close()


def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition, up to a limit; the assertions that follow say what is missing."""
    deadline = time.monotonic() + MOST_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_s154_each_posted_grade_is_told_once_to_whoever_asked_and_signed(told: Told) -> None:
    assert len(told.posted) >= 10
    ids = told.trial.provost.identities
    for name in SECRETS:
        said = told.payloads(name)
        assert {one["type"] for one in said} == {"grade.posted"}
        assert sorted(ids.person(one["data"]["person"]) for one in said) == sorted(told.posted)
        assert {(one["data"]["section"], one["data"]["run"]) for one in said} == {(str(key_of(told.section)), told.run)}
        assert len({headers["webhook-id"] for headers, _ in told.heard.by(name)}) == len(told.posted)
    assert told.heard.by("alerts") == []


def test_s154_a_signature_counts_for_its_receiver_and_its_bytes_only(told: Told) -> None:
    headers, body = told.heard.by("success")[0]
    for secret, altered in ((SECRETS["degree-audit"], body), (SECRETS["success"], body.replace(told.run, "run_other"))):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(altered, headers)


def test_s155_nothing_personal_is_told_beyond_the_handle_and_what_the_scope_names(told: Told) -> None:
    assert {frozenset(one["data"]) for one in told.payloads("success")} == {frozenset({"person", "section", "run"})}
    ids = told.trial.provost.identities
    named = told.payloads("degree-audit")
    assert {frozenset(one["data"]) for one in named} == {frozenset({"person", "section", "run", "sis_id"})}
    assert all(one["data"]["sis_id"] == ids.person(one["data"]["person"]) for one in named)
    people = told.trial.campus.banner.persons.values()
    secret = {form for one in people for form in (one.first, one.last, one.email, one.login, one.phone) if form}
    by_id = {one.banner_id for one in people}
    for name, forms in (("success", secret | by_id), ("degree-audit", secret)):
        words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)")
        assert [body for _, body in told.heard.by(name) if words.search(body)] == []
    with told.trial.provost.database.snapshot() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM hook_delivery").scalars().all()
    assert not any(sis_id in body for sis_id in by_id for body in kept), "an SIS id is never kept for sending"
    assert all(set(json.loads(body)) == {"type", "timestamp", "data"} for body in kept)


def test_r25_who_was_told_is_on_record_and_a_later_pass_tells_nothing_again(told: Told) -> None:
    number = len(told.posted)
    assert told.delivered() == {"receiver:success": number, "receiver:degree-audit": number}
    provost, before = told.trial.provost, len(told.heard.calls)
    assert (pass_out(provost, told.queue), try_again(provost, told.queue)) == (0, 0)
    outbox = HookOutbox(provost.database)
    assert (outbox.standing(DeliveryState.WAITING), outbox.standing(DeliveryState.QUEUED)) == ((), ())
    assert len(told.heard.calls) == before == 2 * number
    person = provost.identities.handles([next(iter(told.posted))])
    lines = [line for line in provost.ledger.export(person=next(iter(person.values()))) if "hook.delivered" in line]
    assert len(lines) == 2, "the student's file says who was told"
    assert provost.ledger.verify().ok
