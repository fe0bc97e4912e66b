"""The hands: typed tools and the connectors behind them, reading and writing kept apart."""
