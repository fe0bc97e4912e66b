"""Recall at five on the labelled set: by vectors only, by keywords only, and by both.

``python -m evals.knowledge.recall`` prints it. The set is small, so a percent is a question: the held-back half has 51.
Tuning looked at the other half only. The glossary was written by who wrote the questions, so the figures with it are
better than a stranger's questions would give; those without it are the ones to trust.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domain.materials import AccessClass, Material
from evals.knowledge import CORPUS
from privacy.knowledge.chunking import cut
from privacy.knowledge.folder import Head, read_folder
from privacy.knowledge.hashing import HashingEmbedder
from privacy.knowledge.keywords import KeywordIndex
from privacy.knowledge.ranking import fuse
from privacy.knowledge.searching import NEAR, POOL, WEIGHTS
from privacy.knowledge.sections import sections_of
from privacy.knowledge.shelves import searched_text
from store.clock import SYSTEM_CLOCK

FOLDER = Path(__file__).parent
DEPTH = 5

Search = Callable[[str], Sequence[str]]
"""Returns chunk ids, best first."""


class Question(NamedTuple):
    """A question with the document that answers it."""

    question: str
    document: str
    half: str


def read_questions() -> list[Question]:
    """Return the labelled questions in order."""
    lines = (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Question(row["question"], row["document"], row["half"]) for row in rows]


def read_corpus() -> tuple[Material, ...]:
    """Return the texts of the made-up university."""
    return read_folder(CORPUS, Head(access=AccessClass.UNKNOWN), SYSTEM_CLOCK).rows


def recall(questions: Sequence[Question], find: Callable[[str], Sequence[str]]) -> float:
    """Return the share of questions whose document is among the first five that ``find`` returns."""
    return sum(each.document in find(each.question)[:DEPTH] for each in questions) / len(questions)


def searches(corpus: Sequence[Material], *, glossary: bool) -> Mapping[str, Callable[[str], list[str]]]:
    """Return the three ways to find documents, each from a question to documents, best first."""
    texts = {
        f"{material.key}#{place}": searched_text(material.title, chunk)
        for material in corpus
        for place, chunk in enumerate(cut(sections_of(material)))
    }
    ids, embedder, index = list(texts), HashingEmbedder(), KeywordIndex(texts, glossary=glossary)
    matrix = embedder.embed(list(texts.values()))

    def by_vectors(question: str) -> list[str]:
        near = matrix @ embedder.embed([question])[0]
        return [ids[place] for place in (-near).argsort(kind="stable")[:POOL] if near[place] > NEAR]

    def by_keywords(question: str) -> list[str]:
        return [id_ for id_, _ in index.find(question, texts.keys(), POOL)]

    def by_both(question: str) -> list[str]:
        lists = {"keywords": by_keywords(question), "vectors": by_vectors(question)}
        return [id_ for id_, _ in fuse(lists, WEIGHTS)]

    found = {"vectors": by_vectors, "keywords": by_keywords, "both": by_both}
    return {name: _documents(search) for name, search in found.items()}


def measure() -> dict[str, dict[str, float]]:
    """Return recall at five by search and half."""
    corpus, questions = read_corpus(), read_questions()
    halves = {half: [each for each in questions if each.half == half] for half in ("tuning", "held_back")}
    return {
        f"{name}{' with glossary' if glossary else ''}": {
            half: round(recall(asked, find), 3) for half, asked in halves.items()
        }
        for glossary in (False, True)
        for name, find in searches(corpus, glossary=glossary).items()
        if not (glossary and name == "vectors")
    }


def _documents(search: Search) -> Callable[[str], list[str]]:
    return lambda question: list(dict.fromkeys(id_.partition("#")[0] for id_ in search(question)))


def main() -> None:
    """Print one line for each search."""
    import click

    for name, scores in measure().items():
        click.echo(f"recall@{DEPTH}  {name:24}  " + "  ".join(f"{half} {score:.3f}" for half, score in scores.items()))


if __name__ == "__main__":
    main()
