"""What an LMS administrator copies from the page is what the service answers and takes."""

import json
import re
import tomllib
from pathlib import Path

from graphs.lti_settings import LtiSettings
from service.web.lti.registration import registration

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "course-tool.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.+?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_json_of_the_developer_key_is_the_one_that_is_answered() -> None:
    assert json.loads(block("json")) == registration("https://provost.example.edu")


def test_the_settings_are_taken_as_they_stand() -> None:
    assert LtiSettings.model_validate(tomllib.loads(block("toml"))["lti"]).client_id == "10000000000042"
