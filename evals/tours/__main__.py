"""``python -m evals.tours [NAME ...]``: execute the tours anew and write their outputs into ``notebooks/``."""

import sys
import tempfile
import time
from pathlib import Path

from evals.tours.executing import execute_tour, find_tours, write_tour


def main(names: list[str]) -> None:
    """Execute those tours whose names begin as given, all where none is."""
    for file in find_tours():
        if not names or any(file.name.startswith(name) for name in names):
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="provost-tours-") as folder:
                write_tour(execute_tour(file, Path(folder)), file)
            sys.stdout.write(f"{file.name}: {time.monotonic() - began:.1f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
