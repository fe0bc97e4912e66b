"""``provost doctor``: looks at every part an installation stands on, and says what to fix; it changes nothing."""

from service.doctor.check import Check, Mark
from service.doctor.examination import Examination, examine

__all__ = ["Check", "Examination", "Mark", "examine"]
