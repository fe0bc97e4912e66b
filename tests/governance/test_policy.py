"""The policy file: what is shipped is sound, what is doubtful governs nothing, and every answer is in words."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from domain.errors import ConfigurationError
from governance import policy as policy_module
from governance.actions import GATE_ORDER, ObjectType, gate_order, known_actions, known_changes, object_of
from governance.explanation import explain_policy
from governance.policy import Phase, Policy, Step
from governance.policy_check import find_faults
from governance.policy_file import check_policy, load_policy
from tests.governance.plans import policy_of

SHIPPED = Path(__file__).parents[2] / "provost.policy.yaml"


def write(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def shipped() -> dict:
    return yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_policy_is_sound():
    assert check_policy(SHIPPED) == ()
    assert load_policy(SHIPPED).phase_of("roster:enrol") is Phase.CLOSED_LOOP


@pytest.mark.parametrize("action", known_actions())
def test_the_shipped_policy_speaks_about_every_action(action: str):
    policy = load_policy(SHIPPED)
    kind = action.split(":")[1]
    assert policy.rung(action) is not None
    assert policy.rule(action, "any") is not None
    assert policy.limits_of(object_of(kind))
    assert "denied" not in explain_policy(policy, *action.split(":"))


def test_every_policy_key_is_described():
    models = [one for one in vars(policy_module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    for model in models:
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"
            assert field.description.endswith("."), f"{model.__name__}.{name}"


BROKEN = {
    "unknown key": (lambda one: one.update(allow_all=True), "allow_all"),
    "unknown key deep": (lambda one: one["rules"][0].update(aprover="x"), "rules.0.aprover"),
    "missing key": (lambda one: one["rules"][0].pop("approver_role"), "rules.0.approver_role"),
    "phase 5": (lambda one: one["ladder"][0].update(phase=5), "ladder.0.phase"),
    "other version": (lambda one: one.update(version=2), "version"),
    "floor above one": (lambda one: one["rules"][0].update(confidence_floor="1.5"), "rules.0.confidence_floor"),
    "mistyped glob": (lambda one: one["rules"][0].update(actions=["roster:enroll"]), "rules.roster-removal.actions"),
    "mistyped rung": (lambda one: one["ladder"][0].update(match="rooster:*"), "ladder.0.match"),
    "repeated id": (lambda one: one["rules"][1].update(id="roster-removal"), "rules.roster-removal"),
    "unreachable rule": (lambda one: one["rules"].append({**one["rules"][0], "id": "late"}), "rules.late"),
    "unreachable rung": (lambda one: one["ladder"].append({**one["ladder"][0]}), "ladder.12.match"),
    "no rule for a phase": (lambda one: one["rules"].pop(0), None),
    "no metric": (lambda one: one["ladder"][0].update(steps=[]), "ladder.0.steps"),
    "metric not shown": (lambda one: one["ladder"][0]["steps"][0].pop("shown"), "ladder.0.steps"),
    "metric not reached": (lambda one: one["ladder"][0]["steps"][0].update(shown="0.5"), "ladder.0.steps"),
    "metric without a place": (lambda one: one["ladder"][0]["steps"][0].update(shown_in=""), "ladder.0.steps"),
    "no limit": (lambda one: one["limits"].pop(2), "limits"),
    "only a removal limit": (lambda one: one["limits"].pop(0), "limits"),
    "an agent approves": (
        lambda one: one["rules"][0].update(approver_role="agent"),
        "rules.roster-removal.approver_role",
    ),
    "a student waives": (lambda one: one["waiver"].update(approver_role="student"), "waiver.approver_role"),
    "nobody rolls back": (lambda one: one["rollback"].update(approver_role="unknown"), "rollback.approver_role"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_s237_a_doubtful_policy_governs_nothing(tmp_path: Path, name: str):
    content = shipped()
    spoil, key = BROKEN[name]
    spoil(content)
    path = write(tmp_path, yaml.safe_dump(content))
    faults = check_policy(path)
    if key is None:
        assert faults == ()
        return
    assert key in {fault.key for fault in faults}
    assert all(fault.message.endswith(".") and fault.fix for fault in faults)
    with pytest.raises(ConfigurationError) as refused:
        load_policy(path)
    assert refused.value.field == faults[0].key


def test_an_action_that_may_write_and_that_no_rule_governs_is_a_fault():
    policy = policy_of(
        rules=[{"id": "a", "actions": ["*"], "topics": ["x"], "approver_role": "registrar", "confidence_floor": 0}]
    )
    assert {fault.key for fault in find_faults(policy)} == {"rules"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nversion: 1\n", "stands twice"),
        ("version: [1\n", "not valid YAML"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_yaml_says_where(tmp_path: Path, text: str, words: str):
    with pytest.raises(ConfigurationError, match=words):
        check_policy(write(tmp_path, text))


def test_a_file_of_another_shape_or_encoding_or_none_at_all(tmp_path: Path):
    assert check_policy(write(tmp_path, "- 1\n"))[0].key == "policy"
    assert check_policy(write(tmp_path, ""))[0].key == "policy"
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")
    (tmp_path / "policy.yaml").write_bytes(b"version: \xff\xfe")
    with pytest.raises(ConfigurationError, match="not valid YAML"):
        load_policy(tmp_path / "policy.yaml")


@pytest.mark.parametrize(
    ("better", "value", "good"),
    [("higher", "0.99", True), ("higher", "0.98", False), ("lower", "0.99", True), ("lower", "1", False)],
)
def test_s237_a_metric_meets_its_target_in_its_direction(better: str, value: str, good: bool):
    step = Step(phase=2, metric="m", target="0.99", better=better, go_back="Back.")
    assert step.meets(Decimal(value)) is good
    assert not step.meets(Decimal("NaN"))
    assert not step.reached


def test_explaining_says_phase_rule_limits_and_the_way_back():
    words = explain_policy(load_policy(SHIPPED), "roster", "deactivate")
    for part in ("phase 4", "roster-removal", "registrar", "1500 enrolment removals", "To go back"):
        assert part in words


def one_rule(**more) -> list[dict]:
    return [{"id": "one", "actions": ["*"], "approver_role": "admin", "confidence_floor": 0, **more}]


def one_rung(**more) -> list[dict]:
    return [{"match": "*", "phase": 0, "since": date(2026, 11, 1), **more}]


UNMEASURED = {"phase": 3, "metric": "m", "target": 1, "go_back": "Lower it."}
EXPLAINED = [
    (policy_of(), "roster:enroll", "is no action"),
    (policy_of(ladder=one_rung(match="person:*")), "roster:enrol", "no ladder entry"),
    (policy_of(rules=one_rule(actions=["person:*"])), "roster:enrol", "no rule"),
    (policy_of(limits=[]), "roster:enrol", "No limit is set"),
    (policy_of(rules=one_rule(deny=True)), "roster:enrol", "Rule one refuses"),
    (policy_of(ladder=one_rung()), "tickets:create_ticket", "shadow"),
    (policy_of(ladder=one_rung(phase=3, steps=[UNMEASURED])), "roster:enrol", "nothing was shown"),
    (policy_of(rules=one_rule(two_persons=True)), "alerts:open_case", "two persons"),
]


@pytest.mark.parametrize(("policy", "action", "words"), EXPLAINED, ids=[words for _, _, words in EXPLAINED])
def test_explaining_what_is_not_permitted(policy: Policy, action: str, words: str):
    assert words in explain_policy(policy, *action.split(":"))


def test_every_kind_has_a_place_in_the_order_and_an_object_type():
    assert sorted(GATE_ORDER) == sorted(known_changes())
    assert {object_of(kind) for kind in GATE_ORDER} == set(ObjectType)
    assert gate_order("enrol") < gate_order("deactivate") < gate_order("create_ticket")


def test_r3_r52_ids_come_first_containers_before_rows_and_removals_after_additions():
    order = list(GATE_ORDER)
    for earlier, later in [
        ("change_sis_id", "create_person"),
        ("create_person", "enrol"),
        ("create_course", "create_section"),
        ("create_section", "enrol"),
        ("cross_list", "enrol"),
        ("enrol", "deactivate"),
        ("move_section", "deactivate"),
        ("change_role", "deactivate"),
        ("deactivate", "archive_course"),
        ("archive_course", "send_message"),
    ]:
        assert order.index(earlier) < order.index(later)


def test_r66_a_policy_that_bounds_no_counts_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    del content["plausible"]
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_policy(file)
    assert refused.value.field == "plausible"
