"""Bundles gone bad, as they arrive in life: cut off, in the wrong encoding, or with half of the rows gone."""

from __future__ import annotations

from pathlib import Path

from simulator.oneroster.bundle import Bundle


def truncate_file(bundle: Bundle, name: str) -> dict[str, bytes]:
    """The bundle with one file cut in the middle of a row."""
    content = bundle[name]
    middle = content.index(b",", len(content) * 2 // 3)
    return {**bundle, name: content[: middle + 1]}


def encode_as(bundle: Bundle, name: str, encoding: str = "cp1252") -> dict[str, bytes]:
    """The bundle with one file in another encoding; letters that it lacks become question marks."""
    return {**bundle, name: bundle[name].decode().encode(encoding, errors="replace")}


def lose_half(bundle: Bundle, name: str) -> dict[str, bytes]:
    """The bundle with every second row of one file missing."""
    header, *rows = bundle[name].splitlines(keepends=True)
    return {**bundle, name: header + b"".join(rows[::2])}


def empty_file(bundle: Bundle, name: str) -> dict[str, bytes]:
    """The bundle with nothing but the header in one file."""
    return {**bundle, name: bundle[name].splitlines(keepends=True)[0]}


def repeat_rows(bundle: Bundle, name: str) -> dict[str, bytes]:
    """The bundle with the first rows of one file given twice."""
    rows = bundle[name].splitlines(keepends=True)
    return {**bundle, name: b"".join([*rows, *rows[1:4]])}


def truncate_zip(path: Path) -> Path:
    """Cut a zip as an interrupted transfer does, in place, and return its path."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path
