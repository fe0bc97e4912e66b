"""How fast a system may be asked: what the operator set for it as a whole, and what it says of a token's allowance."""

from graphs.settings import Settings
from tools.wire import Auth, Budget, Budgets, CostBudget, NoBudget, Pace, SharedBudget, Turns


def banner_budget(settings: Settings, turns: Turns) -> Budget:
    """Return Banner's rate; Ethos names no allowance of its own."""
    return _pace("banner", settings.banner.requests_per_second, turns)


def canvas_budget(settings: Settings, auth: Auth, turns: Turns) -> Budget:
    """Return Canvas's rate, and the allowance of one token, which whoever shares the turns keeps together (R73)."""
    allowed = SharedBudget(CostBudget(), turns, f"canvas {auth.lane}")
    return Budgets(_pace("canvas", settings.canvas.requests_per_second, turns), allowed)


def _pace(system: str, per_second: float, turns: Turns) -> Budget:
    return Pace(turns, system, per_second) if per_second else NoBudget()
