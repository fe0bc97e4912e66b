"""The graphs as tools of the LangGraph family load them: their shape, nodes and schemas, by ``langgraph.json``.

Compiled without checkpoints and without an installation: such a tool shows and checks them. A run needs the ports that
only ``graphs.assembly`` puts together, and goes through the command line, the worker or the API.
"""

from graphs.governed_change import governed_change
from graphs.roster_sync import roster_sync

roster_sync_graph = roster_sync().compile(name="roster_sync")
governed_change_graph = governed_change().compile(name="governed_change")
