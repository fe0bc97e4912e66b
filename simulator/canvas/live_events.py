"""Canvas Live Events over HTTPS: each event is one signed JWT, the whole body of a request.

Delivery is best effort, as Canvas says of its own: events may come twice, in another order, or not at all. The keys are
published at `JWKS_PATH` of the Canvas face and can be changed while events are under way.
"""

from __future__ import annotations

import json
from datetime import datetime
from random import Random

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from simulator.canvas.refusals import Json

JWKS_PATH = "/live-events/jwks"
SHARD = 10_000_000_000_000
ACCOUNT = SHARD + 1


class LiveEvents:
    """Signs events; `chance` decides which come twice and in what order, `loss` how many never come."""

    def __init__(self, seed: int = 0, *, twice: float = 0.1, loss: float = 0.0) -> None:
        self._chance, self._twice, self._loss = Random(f"live events {seed}"), twice, loss
        self._keys: list[RSAKey] = []
        self.rotate()

    def rotate(self, *, keep: int = 1) -> None:
        """Sign with a new key from now on; of the old ones so many stay published."""
        number = 1 + max((int(key.kid.partition("-")[2]) for key in self._keys if key.kid), default=0)
        new = RSAKey.generate_key(2048, {"kid": f"live-{number}", "use": "sig", "alg": "RS256"})
        self._keys = [new, *self._keys[:keep]]

    def published(self) -> Json:
        """The key set, public halves only."""
        found: Json = json.loads(json.dumps(KeySet(list(self._keys)).as_dict(private=False)))
        return found

    def sign(self, name: str, body: dict[str, object], at: datetime, **metadata: object) -> str:
        """One event as the body of a request."""
        said = {"event_name": name, "event_time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        root = {"root_account_id": str(ACCOUNT), "producer": "canvas", "job_tag": None}
        payload = {"metadata": {**said, **root, **metadata}, "body": body}
        key = self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, payload, key, algorithms=["RS256"])

    def grade_change(self, course: int, student: int, score: float, at: datetime) -> str:
        """A mark that changed; course and student by their local ids, which the event names globally."""
        body: dict[str, object] = {
            "assignment_id": str(SHARD + 1),
            "student_id": str(SHARD + student),
            "grade": str(score),
            "score": score,
            "points_possible": 100.0,
        }
        context = {"context_type": "Course", "context_id": str(SHARD + course), "user_id": str(SHARD + 2)}
        return self.sign("grade_change", body, at, **context)

    def delivered(self, events: list[str]) -> list[str]:
        """The events as they arrive: some twice, some never, in no order."""
        arriving = [event for event in events if self._chance.random() >= self._loss]
        arriving += [event for event in arriving if self._chance.random() < self._twice]
        self._chance.shuffle(arriving)
        return arriving
