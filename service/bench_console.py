"""Benchmark of the console: bytes of a first paint, and the time a page takes with a full inbox and a whole campus.

1,000 requests wait, 50,000 students are known with a score each, and one in 53 has an alert. The other systems are
in memory and answer at once, so that what is measured is ours; ``baseline_s`` is the time a page may take, ``ratio``
the share of it that 95 of 100 requests stay under. A row about bytes compares with 100 kB.
"""

import re
import resource
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from evals.bench import BenchRow
from evals.bench.measuring import seconds_of
from service.bench_campus import BenchHouse, furnish, open_house

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STUDENTS, REQUESTS = 50_000, 1_000
TIMES, WARM = 40, 3
MAY_TAKE_S, MAY_WEIGH_KB = 0.3, 100.0
_LINKED = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def run(students: int = STUDENTS, requests: int = REQUESTS, *, large: bool = False) -> list[BenchRow]:
    """Measure every page; ``large`` is no different here."""
    del large
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder)) as house:
        furnish(house, students, requests)
        with _client(house) as client:
            rows = [_measure(client, who, path, students) for who, path in pages_of(house)]
    return [_paint(rows), *(row for row, _ in rows)]


def pages_of(house: BenchHouse) -> Sequence[tuple[str, str]]:
    """Return who looks at which page."""
    student = house.advisees[0]
    return (
        ("registrar", "/"),
        ("advisor", "/"),
        ("registrar", "/approvals"),
        ("advisor", "/approvals"),
        ("registrar", f"/approvals/{house.request}"),
        ("advisor", "/caseload"),
        ("advisor", f"/students/{student}"),
        ("registrar", f"/students/{student}/audit"),
        ("instructor", "/sections"),
        ("instructor", f"/sections/{house.section}"),
        ("registrar", "/sync"),
        ("advisor", "/chat"),
    )


def _measure(client: "TestClient", who: str, path: str, size: int) -> tuple[BenchRow, float]:
    """Return how long a page takes and how many kB its first paint is, everything it links included."""
    client.cookies.set("who", who)
    answer = client.get(path)
    answer.raise_for_status()
    linked = sum(len(client.get(found).content) for found in set(_LINKED.findall(answer.text)))
    times = [seconds_of(lambda: client.get(path)) for _ in range(WARM + TIMES)][WARM:]
    p95 = quantiles(times, n=20, method="inclusive")[18]
    name = re.sub(r"(per|apr|run)_\w+", r"\1", path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = BenchRow(
        case=f"{name} as {who}", size=size, ours_s=p95, baseline_s=MAY_TAKE_S, ratio=p95 / MAY_TAKE_S, limit=1.0,
        peak_mib=peak,
    )  # fmt: skip
    return row, (len(answer.content) + linked) / 1000


def _paint(rows: Sequence[tuple[BenchRow, float]]) -> BenchRow:
    """Return the heaviest first paint of all pages."""
    heaviest, weight = max(((row["case"], weight) for row, weight in rows), key=lambda one: one[1])
    return BenchRow(
        case=f"first paint in kB, heaviest: {heaviest}", size=len(rows), kilobytes=weight, ratio=weight / MAY_WEIGH_KB,
        limit=1.0,
    )  # fmt: skip


@contextmanager
def _client(house: BenchHouse) -> Iterator["TestClient"]:
    """Open the pages over the house; a cookie says who looks."""
    from fastapi import FastAPI, Request
    from fastapi.staticfiles import StaticFiles
    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.responses import Response
    from starlette.testclient import TestClient

    from console.pages import routers
    from console.templating import STATIC
    from console.visiting import Visitor

    app = FastAPI()
    app.state.provost = house.provost
    for router in routers():
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.middleware("http")
    async def visit(request: Request, following: RequestResponseEndpoint) -> Response:
        request.state.visitor = Visitor(house.people[request.cookies["who"]], "token")
        return await following(request)

    with TestClient(app) as client:
        yield client
