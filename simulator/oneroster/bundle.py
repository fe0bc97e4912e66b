"""Writing bundles: a folder of CSV files or a zip, with the manifest that a reader checks first."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from simulator.banner.state import BannerState
from simulator.oneroster.layout import KNOWN, VERSIONS, columns_of, files_of
from simulator.oneroster.records import RosterRows

Bundle = Mapping[str, bytes]
"""File name to content."""


def make_bundle(banner: BannerState, version: str) -> dict[str, bytes]:
    """A bulk bundle of the campus as it stands; ValueError for a version that is neither 1.1 nor 1.2."""
    if version not in VERSIONS:
        raise ValueError(f"OneRoster {version} is not written here; use 1.1 or 1.2.")
    with banner.lock:
        rows = RosterRows(banner)
        bundle = {f"{file}.csv": _csv(columns_of(file, version), rows, file).encode() for file in files_of(version)}
    return {"manifest.csv": _manifest(version).encode(), **bundle}


def _csv(columns: tuple[str, ...], rows: RosterRows, file: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows.of(file))
    return text.getvalue()


def _manifest(version: str) -> str:
    """Which files there are, each `bulk` or `absent`."""
    present = files_of(version)
    lines = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", version)]
    lines += [(f"file.{file}", "bulk" if file in present else "absent") for file in KNOWN[version]]
    lines += [("source.systemName", "Banner Student"), ("source.systemCode", "BANNER")]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def write_folder(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle as a folder of files, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in bundle.items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(bundle: Bundle, path: Path) -> Path:
    """Write a bundle as a zip with the files at its root, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return path


def export_bundles(banner: BannerState, folder: Path) -> list[Path]:
    """Both versions into a folder, each as `oneroster-<version>/` and as `oneroster-<version>.zip`."""
    paths: list[Path] = []
    for version in VERSIONS:
        bundle = make_bundle(banner, version)
        paths.append(write_folder(bundle, folder / f"oneroster-{version}"))
        paths.append(write_zip(bundle, folder / f"oneroster-{version}.zip"))
    return paths
