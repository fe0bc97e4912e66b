"""Opens the ground of a tour: a small simulated campus on loopback and a fresh installation on it.

Everything lies in one temporary folder, which goes when the tour is closed, also where a cell has failed before.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from domain.ids import PrincipalId, SisPersonId
from domain.principals import Principal, PrincipalKind, Role
from evals.campus import POLICY, Trial, open_trial

STUDENTS, SEED = 300, 7
NOBODY = SisPersonId("")


@contextmanager
def open_tour(*, students: int = STUDENTS, seed: int = SEED, policy: str = "") -> Iterator[Trial]:
    """Start a campus and an installation on it, until the block ends; the log says warnings and errors only.

    ``policy`` is the text of the policy in force; without one it is the shipped policy.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="provost-tour-") as folder:
        file, home = Path(folder) / "policy.yaml", Path(folder) / "installation"
        file.write_text(policy or POLICY.read_text(encoding="utf-8"), encoding="utf-8")
        with open_trial(home, students=students, seed=seed, policy_file=file) as trial:
            yield trial


def add_person(trial: Trial, role: Role, sis_id: SisPersonId = NOBODY) -> Principal:
    """Give a role and return its holder as a signed token proves them; such tokens count on loopback only.

    ``sis_id`` says which person of the campus it is, where that matters.
    """
    provost, name = trial.provost, PrincipalId(f"tour-{role.value.replace('_', '-')}{sis_id and '-' + sis_id}")
    person = provost.identities.handles([sis_id])[sis_id] if sis_id else None
    token = provost.principals.add(name, PrincipalKind.PERSON, [role], person=person, demo=True)
    return provost.principals.verify(token, loopback=True)
