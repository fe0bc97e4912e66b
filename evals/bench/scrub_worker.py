"""What a worker pays for a directory: run as a process of its own, prints the MiB it gained."""

import json
import sys
from pathlib import Path

from privacy.detect.matcher import Matcher
from privacy.detect.words import common_words
from privacy.directory.files import load_directory
from privacy.directory.nicknames import other_names
from privacy.vocabulary import Scope


def resident_mib() -> float:
    """Resident memory of this process in MiB, mapped pages of the directory included."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Read file, key and messages from standard input; load, find, and print the gain."""
    told = json.load(sys.stdin)
    before = resident_mib()
    common_words()
    other_names("robert")
    matcher = Matcher(load_directory(Path(told["file"]), bytes.fromhex(told["key"])))
    for text in told["messages"]:
        matcher.find(text, Scope())
    sys.stdout.write(f"{resident_mib() - before:.1f}\n")


if __name__ == "__main__":
    main()
