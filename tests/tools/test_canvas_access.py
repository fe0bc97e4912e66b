"""What doctor learns of Canvas: token, clock, TLS, and which reads the credential may do (S222, S225)."""

from datetime import UTC, datetime, timedelta

from simulator.faults import FaultKind
from tests.tools.canvas_campus import CanvasCampus
from tests.tools.canvas_fixtures import campus, stage
from tools.lms.canvas.access import AccessCheck, check_access
from tools.lms.canvas.scopes import Mode

__all__ = ["campus", "stage"]


def checks(campus: CanvasCampus, token: str, mode: Mode, **more: object) -> dict[str, AccessCheck]:
    found = check_access(campus.client(token), "1", mode, **more)  # type: ignore[arg-type]
    return {check.name: check for check in found}


def test_a_sound_reading_credential_passes_every_check(campus: CanvasCampus) -> None:
    found = checks(campus, campus.read_token, Mode.READ)
    assert [name for name, check in found.items() if not check.ok] == []
    assert found["canvas tls"].seen == "TLSv1.3"
    assert "canvas write scopes" not in found


def test_a_sound_writing_credential_passes_and_lists_what_is_not_tried(campus: CanvasCampus) -> None:
    found = checks(campus, campus.write_token, Mode.WRITE)
    assert [name for name, check in found.items() if not check.ok] == []
    assert found["canvas write scopes"].seen.startswith("7 needed")


def test_a_missing_scope_is_named_with_a_fix(campus: CanvasCampus) -> None:
    token = campus.face.tokens.issue("half", ("url:GET|/api/v1/users/:user_id",)).value
    found = checks(campus, token, Mode.READ)
    assert not found["canvas users"].ok
    assert found["canvas users"].fix


def test_an_unknown_token_ends_the_checks(campus: CanvasCampus) -> None:
    found = checks(campus, "nonsense", Mode.READ)
    assert list(found) == ["canvas token"]
    assert not found["canvas token"].ok


def test_a_clock_that_is_off_is_found(campus: CanvasCampus) -> None:
    late = datetime.now(UTC) + timedelta(minutes=5)
    assert not checks(campus, campus.read_token, Mode.READ, now=lambda: late)["canvas clock"].ok


def test_a_system_that_is_down_is_one_failed_check(campus: CanvasCampus) -> None:
    campus.fault(FaultKind.HTTP_5XX, count=None)
    assert not checks(campus, campus.read_token, Mode.READ)["canvas token"].ok
