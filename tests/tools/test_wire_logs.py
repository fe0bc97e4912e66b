"""No log line names a person: not ours, not those of the library underneath."""

import logging

import pytest
import structlog

from domain.errors import ProvostError
from tests.tools.test_wire_client import connect, in_turn
from tests.tools.wire_server import Reply, serve

PLANTED = ("A00123456", "Zoë", "Quartermaine", "zquarter", "secret-token", "8675309")


def test_no_planted_name_id_or_token_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    body = '{"errors":[{"message":"Zoë Quartermaine (A00123456) is taken"}]}'.encode()
    replies = in_turn(Reply(body=body), Reply(500, body), Reply(drop=True), Reply(422, body))
    errors = []
    with caplog.at_level(logging.DEBUG), serve(replies) as server, connect(server, "secret-token") as client:
        for method in ("GET", "GET", "POST"):
            try:
                client.request(
                    method,
                    "/api/v1/users/sis_login_id:zquarter/8675309",
                    params=(("search_term", "Quartermaine"),),
                    form=(("user[name]", "Zoë Quartermaine"),),
                )
            except ProvostError as error:
                errors.append(str(error))
    structlog.reset_defaults()
    text = caplog.text + "".join(errors)
    assert "wire_request" in text
    assert "/api/v1/users/:id/:id" in text
    assert errors
    assert [word for word in PLANTED if word in text] == []
