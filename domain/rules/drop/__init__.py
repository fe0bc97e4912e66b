"""Rules about leaving a class: pure functions over the policy tables (R48 to R50, R99 to R116)."""
