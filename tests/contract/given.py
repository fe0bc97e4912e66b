"""The contract over a reader that somebody hands in; collected by ``tests.contract.entry`` only."""

import pytest

pytest.register_assert_rewrite("tests.contract.sis_spec")

from tests.contract.sis_spec import SisSpec  # noqa: E402 what failed is worded only in modules registered before


class TestGivenReader(SisSpec):
    """The fixtures ``reader`` and ``campus`` come from the entry."""
