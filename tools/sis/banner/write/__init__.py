"""The one door to changing anything in Banner; only the composition root opens it, and only the gate walks through."""

from tools.sis.banner.write.grader import BannerGrader

__all__ = ["BannerGrader"]
