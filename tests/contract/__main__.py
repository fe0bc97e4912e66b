"""``python -m tests.contract MODULE:NAME``: see ``tests.contract.entry``."""

import sys

from tests.contract.entry import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
