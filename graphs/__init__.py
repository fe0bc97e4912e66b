"""In which order: one thin graph per workflow, the governed change they share, and the composition root.

LangGraph reads ``LANGGRAPH_STRICT_MSGPACK`` once, when it is first imported, so it is set here, before any module of
this package can import it; ``graphs.checkpoints`` refuses to start where something else came first.
"""

import os

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"

GRAPH_VERSION = 1
"""Compatibility number of the graphs: raised when threads of an older version cannot be continued by the new graphs."""
