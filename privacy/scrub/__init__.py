"""Replaces identifiers by codes before text leaves, and puts them back for those who may see them (S229, S230)."""

from privacy.scrub.scrubber import ConversationScrubber, ScrubbedValue
from privacy.scrub.streaming import StreamRestore
from privacy.scrub.tool_edge import Argument, ToolEdge

__all__ = ["Argument", "ConversationScrubber", "ScrubbedValue", "StreamRestore", "ToolEdge"]
