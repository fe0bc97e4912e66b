"""A whole campus: one world behind an Ethos face over Banner, a Canvas face, and the truth for scoring.

`Campus.build(...)` makes it in memory; `start()` (or a with block) opens its faces on loopback sockets. Canvas
is what the campus's faulty feed and busy people made of it; a faithful twin that nobody can see is kept beside
it. Whatever happens in Banner later reaches the twin at once and Canvas never, because carrying it there is the
job of whoever is being tried out.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from simulator.banner.face import EthosFace
from simulator.banner.forms import apply_operation
from simulator.banner.tokens import DEFAULT_SECONDS, LONGEST_MINUTES
from simulator.canvas.face import CanvasFace
from simulator.canvas.lti_platform import LtiPlatform
from simulator.canvas.wire.tokens import READ_SCOPES, WRITE_SCOPES
from simulator.clock import CampusClock
from simulator.control import ControlFace
from simulator.fault_middleware import CANVAS_THROTTLE, FaultMiddleware
from simulator.faults import FaultPlan
from simulator.oneroster.bundle import export_bundles
from simulator.server import Face
from simulator.tls import CertificateAuthority
from simulator.truth import Truth
from simulator.world.campus_world import World
from simulator.world.learning.campus_learning import OFF, teach
from simulator.world.live import LiveEvents
from simulator.world.oulad import build_oulad
from simulator.world.rehearsal import rehearse
from simulator.world.synthetic import DEFAULT_TERM, build_synthetic

DEFAULT_STUDENTS, DEFAULT_SEED = 2_000, 7
WEEK_HOURS = 7 * 24


class Campus:
    """One campus at its as-of time. `canvas` and `banner` are the states behind the faces."""

    def __init__(
        self,
        world: World,
        seed: int,
        *,
        learning: str = OFF,
        token_seconds: float = DEFAULT_SECONDS,
        longest_token_seconds: float = LONGEST_MINUTES * 60,
    ) -> None:
        self.world = world
        self.clock = CampusClock(world.as_of)
        rehearsed = rehearse(world, seed, self.clock)
        self.banner, self.canvas = rehearsed.banner, rehearsed.canvas
        self.truth = Truth(rehearsed)
        self.banner.listeners.append(self.truth.hear)
        self.learning = teach(learning, world, rehearsed, seed)
        self.faults = FaultPlan()
        self.ethos = EthosFace(
            self.banner,
            self.faults,
            token_seconds=token_seconds,
            longest_token_seconds=longest_token_seconds,
        )
        self.canvas_face = CanvasFace(self.canvas)
        self._live = LiveEvents(self.banner, Random(f"live {seed}"), rehearsed.causes)
        self._tokens = {
            "read_token": self.canvas_face.tokens.issue("reader", READ_SCOPES).value,
            "write_token": self.canvas_face.tokens.issue("writer", WRITE_SCOPES).value,
            "client_id": self.canvas_face.tokens.client_id,
            "client_secret": self.canvas_face.tokens.client_secret,
            "refresh_token": self.canvas_face.tokens.issue_refresh("writer", WRITE_SCOPES),
        }
        self.control = ControlFace(self)
        self.authority = CertificateAuthority()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._faces: dict[str, Face] = {}
        self._bundles: Path | None = None

    @classmethod
    def build(
        cls,
        *,
        students: int | None = None,
        seed: int = DEFAULT_SEED,
        term: str | None = None,
        as_of: datetime | None = None,
        world: str = "synthetic",
        data: Path | None = None,
        learning: str = OFF,
        token_seconds: float = DEFAULT_SECONDS,
        longest_token_seconds: float = LONGEST_MINUTES * 60,
    ) -> Campus:
        """A campus of a kind of world; without a number of students 2,000, or all that the records have.

        `learning` is off, clean or planted: whether anybody is taught anything, and whether things go wrong in it.
        ValueError or FileNotFoundError for arguments that make none. Token life times are in seconds; `longest`
        caps what a client may ask for.
        """
        with _collector_paused():
            built = _build_world(world, students=students, seed=seed, term=term, as_of=as_of, data=data)
            return cls(
                built,
                seed,
                learning=learning,
                token_seconds=token_seconds,
                longest_token_seconds=longest_token_seconds,
            )

    def start(self) -> Self:
        """Open the faces; they answer when this returns."""
        self._folder = tempfile.TemporaryDirectory(prefix="campus-")
        self.authority.write(Path(self._folder.name))
        ethos = FaultMiddleware(self.ethos.application(), self.faults, "ethos")
        canvas = FaultMiddleware(self.canvas_face, self.faults, "canvas", CANVAS_THROTTLE)
        self._faces = {
            "ethos": Face(ethos, self.authority, "ethos"),
            "canvas": Face(canvas, self.authority, "canvas"),
            "control": Face(self.control.application(), self.authority, "control"),
        }
        for face in self._faces.values():
            face.start()
        return self

    def stop(self) -> None:
        """Close the faces; calling it again does nothing."""
        if self._faces:
            with ThreadPoolExecutor() as pool:
                list(pool.map(Face.stop, self._faces.values()))
        self._faces = {}
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        """Open the faces."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the faces."""
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The certificate authority to trust, while the campus is open."""
        if self._folder is None:
            raise RuntimeError("The campus is not open; start it first.")
        return Path(self._folder.name) / "ca.pem"

    @property
    def lti(self) -> LtiPlatform:
        """Canvas as the platform of tools that open in its courses."""
        return self.canvas_face.lti

    @property
    def handle(self) -> dict[str, object]:
        """Addresses, credentials and the registrar's calendar: all that a client is given."""
        today = self.world.calendar.local_day(self.clock.now())
        return {
            "ethos": {
                "url": self._faces["ethos"].url,
                "read_key": self.ethos.reader.key,
                "write_key": self.ethos.writer.key,
            },
            "canvas": {
                "url": self._faces["canvas"].url,
                **self._tokens,
                "account_id": self.canvas.root_account.id,
            },
            "control": {"url": self._faces["control"].url, "token": self.control.token},
            "ca_file": str(self.ca_file),
            "term": self.world.term,
            "as_of": self.clock.now().astimezone(self.world.calendar.zone).isoformat(),
            "calendar": self.world.calendar.published(today),
            "oneroster": str(self._bundles) if self._bundles else None,
        }

    def export_oneroster(self, folder: Path) -> list[Path]:
        """Write OneRoster bundles of Banner as it stands; the handle names the folder from then on."""
        self._bundles = folder
        return export_bundles(self.banner, folder)

    def live(self, wanted: int) -> list[dict[str, object]]:
        """Let so many further things happen in Banner, announced on its queues; returns what was done."""
        done: list[dict[str, object]] = []
        for operation in self._live.draw(wanted):
            apply_operation(self.banner, operation)
            done.append(operation.described())
        return done

    def live_week(self) -> dict[str, object]:
        """Let a week pass: work is handed in and marked, and one student writes in distress; ValueError untaught.

        Returns the campus time and the message.
        """
        if self.learning is None:
            raise ValueError("Nobody is taught anything here; start the campus with learning clean or planted.")
        now = self.clock.advance(WEEK_HOURS)
        return {"now": now.isoformat(), "message": self.learning.write_in_distress()}

    def answer_key(self) -> dict[str, object]:
        """Every real and benign difference so far, and what still differs now; for scoring after a run.

        A campus that teaches adds `learning`, what was planted in its courses and written by its students.
        """
        key = self.truth.answer_key()
        return key if self.learning is None else {**key, "learning": self.learning.planted()}


def _build_world(
    kind: str,
    *,
    students: int | None,
    seed: int,
    term: str | None,
    as_of: datetime | None,
    data: Path | None,
) -> World:
    if kind == "synthetic":
        wanted = DEFAULT_STUDENTS if students is None else students
        return build_synthetic(wanted, seed, term or DEFAULT_TERM, as_of)
    if kind != "oulad":
        raise ValueError(f"There is no world called {kind!r}; use synthetic or oulad.")
    if data is None:
        raise ValueError("The oulad world needs the folder of its records; give --data DIR.")
    return build_oulad(data, seed=seed, term=term, as_of=as_of, students=students)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Building makes a million long-lived rows, over which the cycle collector would go again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
