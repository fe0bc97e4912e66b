"""The reference pages say what the code says: settings, error codes, policy keys and commands."""

import pytest

from domain.alert_settings import AlertSettings
from domain.drop_policy import DropPolicy
from domain.errors import error_codes
from domain.institution import Institution
from graphs.settings import Settings
from service.reference import FOLDER, model_fields, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_page_matches_the_code(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == pages()[name], f"Run `python -m service.reference` to bring docs/reference/{name} up to date."


def test_every_key_has_a_description() -> None:
    from domain.scope import DataScope
    from governance.policy import Policy
    from privacy.access.rules import AccessRules

    bare = [
        f"{model.__name__}.{key}"
        for model in (Settings, Institution, AlertSettings, DropPolicy, Policy, AccessRules, DataScope)
        for key, field in model_fields(model)
        if not field.description
    ]
    assert bare == []


def test_every_error_has_a_code_of_its_own_and_a_meaning() -> None:
    codes = error_codes()
    assert len(codes) > 25
    assert all(cls.__doc__ for cls in codes.values())
    names = [cls.__name__ for cls in codes.values()]
    assert len(set(names)) == len(names)
