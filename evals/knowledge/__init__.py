"""A labelled set of campus texts and questions, and how well the knowledge base finds the right text."""

from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
"""Texts of a made-up university: policies, courses, questions and answers, and what is for staff alone."""
