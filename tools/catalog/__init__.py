"""The tools that agents see: typed, bound to the caller's identity, and listed with the trust that is put in each.

A tool takes words and codes only. Who asks travels in the graph's context, never in an argument: a model cannot name
another caller. ``reading`` is what a look brings back, ``desk`` what the tools ask, ``registry`` the list of all.
"""

import os

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"  # read once, when LangGraph is first imported, as in graphs
