"""Writes a throw-away installation for a simulated campus: institution, policy and settings in one folder.

The institution file is made from the calendar that the campus's registrar publishes; credentials are those the campus
hands out. Everything can be deleted at any time, and the next trial or demonstration starts from nothing.
"""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from domain.institution import Institution
from evals.installation_drops import drop_policy_content
from graphs.settings import DEMO_SETTINGS

ROOT = Path(__file__).resolve().parents[1]
REGISTRATION_CODES = {"RE": "registered", "RW": "registered", "DD": "dropped", "DW": "dropped", "WW": "withdrawn"}
POPULATIONS = {"F1": "international", "ATHL": "athlete", "VETB": "veteran", "SCHL": "scholarship"}
DEPARTMENTS = (
    *("ACCT", "ANTH", "ART", "BIOL", "BUS", "CHEM", "CS", "ECON", "EDUC", "ENGL", "ENGR", "GEOL", "HIST"),
    *("MATH", "MUS", "NURS", "PHIL", "PHYS", "POLS", "PSYC", "SOC", "SPAN", "STAT", "THEA"),
    *("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG"),
)
"""Departments of the synthetic campus, then the modules of the Open University records."""


def write_installation(
    handle: Mapping[str, Any], home: Path = DEMO_SETTINGS.parent, *, policy_file: Path = ROOT / "provost.policy.yaml"
) -> Path:
    """Write a fresh installation for the campus that ``handle`` describes and return its settings file.

    Whatever was in ``home`` is removed first; ``policy_file`` is the policy that is copied into it.
    """
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    institution = home / "institution.yaml"
    institution.write_text(yaml.safe_dump(institution_content(handle["calendar"]), sort_keys=False), encoding="utf-8")
    Institution.model_validate(yaml.safe_load(institution.read_text(encoding="utf-8")))
    if handle["calendar"]["terms"]:
        drops = yaml.safe_dump(drop_policy_content(handle["calendar"]), sort_keys=False)
        (home / "drop-policy.yaml").write_text(drops, encoding="utf-8")
    policy = home / "policy.yaml"
    shutil.copy(policy_file, policy)
    for name in ("access", "scope", "alerts"):
        shutil.copy(ROOT / f"provost.{name}.yaml", home / f"{name}.yaml")
    settings = home / "provost.toml"
    settings.write_text(_toml(settings_content(handle, home, institution, policy)), encoding="utf-8")
    settings.chmod(0o600)
    return settings


def settings_content(handle: Mapping[str, Any], home: Path, institution: Path, policy: Path) -> dict[str, Any]:
    """Return the settings of the installation, by group."""
    offset = (datetime.fromisoformat(handle["as_of"]) - datetime.now(UTC)).total_seconds()
    drops = (home / "drop-policy.yaml").resolve()
    return {
        "home": str(home.resolve()),
        **({"drop_policy_file": str(drops)} if drops.exists() else {}),
        "policy_file": str(policy.resolve()),
        "institution_file": str(institution.resolve()),
        "access_file": str((home / "access.yaml").resolve()),
        "scope_file": str((home / "scope.yaml").resolve()),
        "alerts_file": str((home / "alerts.yaml").resolve()),
        "clock_offset_seconds": offset,
        "banner": {name: handle["ethos"][name] for name in ("url", "read_key", "write_key") if name in handle["ethos"]},
        "canvas": {
            "url": handle["canvas"]["url"],
            "account": str(handle["canvas"]["account_id"]),
            "read_token": handle["canvas"]["read_token"],
            "write_token": handle["canvas"]["write_token"],
            "import_look_seconds": 0.02,
        },
        "tls": {"ca_file": handle["ca_file"]},
    }


def institution_content(calendar: Mapping[str, Any]) -> dict[str, Any]:
    """Return the institution file made from the published calendar."""
    return {
        "name": "Northfield University (simulated)",
        "time_zone": calendar["timeZone"],
        "calendars": [_term(term) for term in calendar["terms"]],
        "registration_codes": REGISTRATION_CODES,
        "populations": POPULATIONS,
        "traits": {"FGEN": "first_generation"},
        "programme_hours": {"UG": "120", "GR": "36"},
        "departments": [{"department": code, "account": f"sis_account_id:dept:{code}"} for code in DEPARTMENTS],
        "pre_semester": [{"effective_term": "201810", "gpa_below": "2.0", "prior_withdrawals_at_least": 3}],
        "grading": {"pass_from": "60", "ungraded_is_zero": False},
    }


def _term(term: Mapping[str, Any]) -> dict[str, Any]:
    parts = [_part(part) for part in term["partsOfTerm"]]
    return {"term": term["code"], "title": term["title"], "published": term["schedulePublished"], "parts": parts}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": part["code"],
        "start_on": part["startOn"],
        "end_on": part["endOn"],
        "census_on": part["censusOn"],
        "add_drop_end_on": part["addDropEndOn"],
        "withdraw_end_on": part["withdrawDeadlineOn"],
        "grades_open_on": part["gradesOpenOn"],
        "grades_close_on": part["gradesDueOn"],
    }


def _toml(content: Mapping[str, Any]) -> str:
    plain = [f"{key} = {json.dumps(value)}" for key, value in content.items() if not isinstance(value, dict)]
    for group, values in content.items():
        if isinstance(values, dict):
            plain.append(f"\n[{group}]")
            plain.extend(f"{key} = {json.dumps(value)}" for key, value in values.items())
    return "\n".join(plain) + "\n"
