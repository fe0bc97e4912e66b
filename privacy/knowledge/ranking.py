"""Ranked lists made one by reciprocal rank: what both searches place high comes first, whatever their scales."""

from collections.abc import Mapping, Sequence

FLATNESS = 20
"""How little the first places count over the following ones; chosen on the tuning half of evals/knowledge."""


def fuse(lists: Mapping[str, Sequence[str]], weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return all ids of the lists with their joint scores, best first; ties keep the order of the lists."""
    joint: dict[str, float] = {}
    for name, ids in lists.items():
        for rank, each in enumerate(ids, start=1):
            joint[each] = joint.get(each, 0.0) + weights[name] / (FLATNESS + rank)
    return sorted(joint.items(), key=lambda pair: -pair[1])
