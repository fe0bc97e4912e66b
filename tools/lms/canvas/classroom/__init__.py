"""What happens in classes, as Canvas tells it: work, marks, discussion, clicks, things to read."""

from tools.lms.canvas.classroom.connector import CanvasClassroom
from tools.lms.canvas.classroom.engagement import Part

__all__ = ["CanvasClassroom", "Part"]
