"""Makes a kernel strict before the first cell: a warning is an error, and nothing beyond loopback is reached."""

import ipaddress
import logging
import sys
import warnings
from typing import Any

from domain.errors import PolicyDenied


def be_strict() -> None:
    """Hold for the rest of the process."""
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", module=r"ipykernel\.")  # what the kernel says of itself is not the tour's
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # says that it builds its cache, once
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        require_loopback(str(arguments[1][0]))
    if event == "socket.getaddrinfo" and arguments[0] is not None:
        require_loopback(str(arguments[0]))


def require_loopback(host: str) -> None:
    """Raise PolicyDenied for any host but this one."""
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise PolicyDenied("A tour reached for the network.", field="host", fix="Stay on loopback.")
