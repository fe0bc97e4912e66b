"""The one door to changing anything in Canvas; only the composition root opens it, and only the gate walks through."""

from tools.lms.canvas.write.imports import ImportPatience
from tools.lms.canvas.write.writer import CanvasWriter

__all__ = ["CanvasWriter", "ImportPatience"]
