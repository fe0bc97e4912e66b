"""What tracers and the readers of structured answers see of a request: codes, as the provider does (S228)."""

import asyncio

import pytest
from langchain_core.callbacks import CallbackManager
from pydantic import BaseModel

from domain.errors import (
    ConfigurationError,
    InvalidRecord,
)
from tests.privacy.models.asking import CONVERSATION, Watcher, clean, find
from tests.privacy.models.conftest import OpenSite, Site
from tests.privacy.models.provider_server import Say


def test_s228_tracers_see_what_the_provider_sees(site: Site) -> None:
    watcher = Watcher()
    config = {"callbacks": [watcher], "tags": ["Ana Diaz"], "metadata": {"who": "Ana Diaz"}, "run_name": "Ana Diaz"}
    bound = site.door.bind_tools([find])
    bound.invoke(CONVERSATION, config)
    asyncio.run(bound.ainvoke(CONVERSATION, config))
    list(bound.stream(CONVERSATION, config))
    manager = CallbackManager(
        [watcher], [watcher], inheritable_metadata={"who": "Ana Diaz"}, inheritable_tags=["Ana Diaz"]
    )
    site.door.invoke(CONVERSATION, {"callbacks": manager})
    assert len([seen for seen in watcher.seen if "Looking up" in seen]) >= 4
    for seen in watcher.seen:
        clean(seen)


def test_random_names_of_a_run_stay_and_whoever_is_named_beside_them_does_not(site: Site) -> None:
    node, run = "model:6f1c9a52-7302-4abc-9def-845519026673", "cnv_0123456789abcdef0123456789abcdef"
    watcher = Watcher()
    labels = {"checkpoint_ns": node, "thread_id": run, "who": f"{run} Ana Diaz {node}"}
    site.door.invoke(CONVERSATION, {"callbacks": [watcher], "metadata": labels})
    seen = " ".join(watcher.seen)
    clean(seen)
    assert seen.count(node) >= 2
    assert seen.count(run) >= 2


def test_tracers_of_structured_answers_see_codes_too(open_site: OpenSite) -> None:
    class Answer(BaseModel):
        """An answer."""

        label: str

    site = open_site(Say(calls=(("Answer", {"label": "ok"}),)))
    watcher = Watcher()
    structured = site.door.with_structured_output(Answer, method="function_calling")
    assert structured.invoke("About Ana Diaz", {"callbacks": [watcher]}) == Answer(label="ok")
    assert asyncio.run(structured.ainvoke("About Ana Diaz", {"callbacks": [watcher]})) == Answer(label="ok")
    raw = site.door.with_structured_output(Answer, include_raw=True).invoke("x")
    assert (raw["parsed"], raw["parsing_error"]) == (Answer(label="ok"), None)
    for seen in watcher.seen:
        clean(seen)
    assert site.server.bodies[0]["tool_choice"] == "required"
    with pytest.raises(ConfigurationError):
        site.door.with_structured_output(Answer, method="json_schema")


def test_an_answer_that_does_not_fit_its_schema_is_named_without_its_text(open_site: OpenSite) -> None:
    class Answer(BaseModel):
        """An answer."""

        number: int

    site = open_site(Say(calls=(("Answer", {"number": "Ana Diaz"}),)))
    with pytest.raises(InvalidRecord) as misfit:
        site.door.with_structured_output(Answer).invoke("x")
    clean(f"{misfit.value!s} {misfit.value.__context__!r}")
    assert site.door.with_structured_output({"title": "Answer", "type": "object", "properties": {}}).invoke("x")
