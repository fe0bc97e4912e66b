"""Everybody on a campus is a canary: after every graph path their identifiers are nowhere but sealed (PRIVACY.md 6.6).

Nothing that is kept may hold them in clear: provider requests, checkpoints, database, vectors, directory, keys, logs
and reports are searched byte by byte. What holds names, and is not searched, is the folder of texts that people wrote.
"""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
import structlog
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from domain.errors import ProvostError, RefusedBySystem
from domain.materials import AccessClass
from domain.principals import Principal
from evals.campus import Trial
from graphs.reports import RunReport
from privacy.check.people_forms import common_words
from privacy.knowledge.folder import Head
from privacy.knowledge.vocabulary import SearchScope
from privacy.models.crossing import Crossing
from privacy.scrub.tool_edge import ToolEdge
from privacy.vault import new_conversation
from privacy.vocabulary import Scope, Sink
from service.logs import configure_logs
from simulator.banner.tables import STATUS_CODES, Person, StatusCode
from simulator.faults import FaultKind
from tests.privacy.models.provider_server import ProviderServer, Say, provider_server
from tests.workflows.canaries import every_file, identifiers, last_names, search, whole_words
from tests.workflows.conftest import Start
from tests.workflows.exact import approve_all, two_people
from tests.workflows.small_campus import rule, strike
from tests.workflows.test_leftover_models import FITS, puzzle
from tests.workflows.test_live_events import take_events

MODEL = '\n[model]\nbase_url = "{url}"\nmodel = "test-model"\napi_key = "key"\ncontract = true\nmax_retries = 0\n'
OUR_WORDS = frozenset({"registrar", "section", "student"})
"""Words of our own, should somebody be called so."""


@pytest.fixture
def provider() -> Iterator[ProviderServer]:
    with provider_server(Say(calls=(("classify", FITS),))) as server:
        yield server


def run_everything(trial: Trial, people: tuple[Principal, ...]) -> list[str]:
    """Reconcile, carry live events through faults, answer approvals, roll back; return what is reported."""
    reports: list[str] = []
    first = trial.reconcile()
    assert first.outcomes.verified > 0
    trial.campus.live(8)
    strike(trial, rule(FaultKind.HTTP_5XX, "ethos"), rule(FaultKind.SILENT_NO_OP_WRITE, "canvas", method="POST"))
    live: list[RunReport] = []
    for event in take_events(trial):
        try:
            live.append(trial.provost.run_event(event))
        except ProvostError as failure:
            reports.append(str(failure))
    trial.campus.faults.clear()
    assert live
    trial.provost.inbox(people[0])
    answers = approve_all(trial, first.held[:2], people)
    assert answers
    undone = trial.provost.rollback(first.run_id, people[0], reason="tried")
    trial.provost.recover()
    return [*reports, *(each.model_dump_json() for each in (first, *live, *answers, undone))]


def talk(trial: Trial, provider: ProviderServer, person: Person, reader: Principal) -> str:
    """Ask, stream, and let a tool fail, all about one person; return what a reader who may see them was shown."""
    provost, boundary = trial.provost, trial.provost.boundary
    conversation = new_conversation()
    crossing = Crossing(conversation=conversation, scope=Scope(), actor="user:ada", purpose="advising")
    door = provost.chat_model().within(crossing)
    asked = f"Is {person.first} {person.last} ({person.banner_id}, {person.email}) on track? Call {person.phone}."
    provider.script = [Say("Noted.")]
    door.invoke([HumanMessage(asked)], {"tags": [asked], "metadata": {"asked": asked}, "run_name": asked})
    coded = boundary.scrubber.scrub(asked, conversation, crossing.scope)
    provider.script = [Say(coded.text)]
    stream = boundary.scrubber.stream(conversation, reader, Sink.SCREEN)
    shown = "".join(stream.over(str(chunk.text) for chunk in door.stream([HumanMessage(asked)])))

    def fail() -> object:
        raise RefusedBySystem(f"No grade of {person.first} {person.last}.", field=person.banner_id)

    edge = ToolEdge(boundary.scrubber, boundary.vault, provost.access, provost.identities)
    with pytest.raises(RefusedBySystem) as failed:
        edge.call(fail, conversation, crossing.scope)
    call = {"name": "grades", "args": {"of": person.banner_id}, "id": "c1", "type": "tool_call"}
    told = ToolMessage(f"{failed.value} {person.email}", tool_call_id="c1")
    door.invoke([HumanMessage(asked), AIMessage("", tool_calls=[call]), told])
    provider.script = [Say(status=400, body=json.dumps({"error": {"message": asked}}))]
    with pytest.raises(ProvostError) as refused:
        door.invoke([HumanMessage(asked)])
    structlog.get_logger().error("work did not end well", error=refused.value, exc_info=refused.value)
    return shown


def learn(trial: Trial, texts: Path, person: Person, keeper: Principal) -> None:
    """Take in a text that names a person, ask for it, and find them nowhere in the answer."""
    texts.mkdir()
    body = f"## Tutoring\n{person.first} {person.last} leads the zanzibar tutoring. Write to {person.email}.\n"
    (texts / "tutoring.md").write_text(body, encoding="utf-8")
    knowing = trial.provost.knowledge
    report = knowing.ingest_folder(texts, "canaries", Head(access=AccessClass.PUBLIC), keeper)
    assert (report.added, report.refused) == (1, ())
    asked = f"Does {person.first} {person.last} lead the zanzibar tutoring?"
    (passage, *_) = knowing.base.search(asked, keeper, SearchScope())
    assert person.last not in passage.text


def use_everything(trial: Trial, provider: ProviderServer, texts: Path) -> list[str]:
    """Go every way that the installation has, and return what is reported."""
    people = two_people(trial)
    assert trial.provost.refresh_directory("user:operator").complete
    reports = run_everything(trial, people)
    students = [one for one in trial.campus.banner.persons.values() if "student" in one.roles and one.first]
    shown = [talk(trial, provider, one, people[0]) for one in students[:5]]
    assert all(one.last in text for one, text in zip(students, shown, strict=False))
    learn(trial, texts, students[7], people[0])
    trial.provost.refresh_directory("user:operator")
    assert trial.provost.ledger.verify().ok
    return reports


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_s229_no_canary_is_anywhere_in_clear(
    start: Start, provider: ProviderServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(STATUS_CODES, "ZZ", StatusCode("ZZ", "Odd", True, "dropped"))
    trial = start(220, 21)
    puzzle(trial, MODEL.format(url=provider.url))
    with redirect_stderr(StringIO()) as said:
        configure_logs("json", "debug")
        reports = use_everything(trial, provider, tmp_path / "texts")
    exported = "".join(trial.provost.ledger.export())
    canaries = identifiers(trial.campus)
    assert len(canaries) > 1_000
    trial.provost.close()

    home = trial.settings_file.parent
    found = {str(name): hits for name, data in every_file(home) if (hits := search(data, canaries))}
    assert found == {}
    told = {"provider": provider.everything, "logs": said.getvalue(), "reports": "\n".join(reports), "ledger": exported}
    assert len(provider.heard) > 20
    assert "wire_request" in told["logs"]
    lone = last_names(trial.campus, common_words() | OUR_WORDS)
    assert {name: search(text.encode(), canaries) for name, text in told.items()} == {name: [] for name in told}
    assert {name: whole_words(text, lone) for name, text in told.items()} == {name: [] for name in told}


def test_the_search_finds_a_planted_canary(start: Start) -> None:
    """The search itself is tried, so that finding nothing means that there is nothing."""
    trial = start(80, 21)
    canaries = identifiers(trial.campus)
    one = next(one for one in trial.campus.banner.persons.values() if one.first)
    planted = b"\x00\xff" * 50 + f"{one.first} {one.last}".upper().encode() + b"\x01" + one.email.encode() + b"\x02"
    assert {f"{one.first} {one.last}".lower(), one.email.lower()} <= set(search(planted, canaries))
    assert search(b"\x00\xff" * 500, canaries) == []
    assert whole_words(f"met {one.last} today", {one.last.lower()}) == [one.last.lower()]
