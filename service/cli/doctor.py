"""``provost doctor``: look at credentials, scopes, clock, TLS, database and queue, and say what to fix."""

import json
import sys
from pathlib import Path

import click


@click.command(help="Check credentials, scopes, clock, TLS, database and queue; say what to fix. Changes nothing.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the checks to this file.")
def command(json_file: Path | None) -> None:
    """Look at every part of the installation; exit 1 where one has to be fixed."""
    from service.cli import FAILED
    from service.doctor import examine
    from service.logs import configure_logs
    from service.screens.doctor import print_examination

    configure_logs("console", "error")
    found = examine()
    print_examination(found)
    if json_file:
        json_file.write_text(json.dumps(found.summary(), indent=2) + "\n", encoding="utf-8")
    if not found.ok:
        sys.exit(FAILED)
