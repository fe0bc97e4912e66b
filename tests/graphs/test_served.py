"""``langgraph.json`` names graphs that load and show their stages."""

import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GRAPHS = json.loads((ROOT / "langgraph.json").read_text())["graphs"]


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_every_graph_of_the_file_loads(name: str) -> None:
    path, _, variable = GRAPHS[name].partition(":")
    module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    graph = getattr(module, variable)
    assert graph.name == name
    assert len(graph.get_graph(xray=True).nodes) > 4


def test_s156_the_spine_shows_by_name() -> None:
    from graphs.governed_change import build_part
    from graphs.served import roster_sync_graph

    nodes = [*roster_sync_graph.get_graph(xray=True).nodes, *build_part().get_graph().nodes]
    for stage in ("detect", "enrich", "propose", "decide", "approve", "record", "apply", "verify"):
        assert any(node.rpartition(":")[2] == stage for node in nodes)
