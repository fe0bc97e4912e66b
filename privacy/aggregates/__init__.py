"""Numbers about many people that tell nothing about one of them (S102, R29, E16)."""

from privacy.aggregates.door import Aggregates, NumberQuestion, ShownTable
from privacy.aggregates.suppression import hide_cells
from privacy.aggregates.table import Cell, CountTable, Place

__all__ = ["Aggregates", "Cell", "CountTable", "NumberQuestion", "Place", "ShownTable", "hide_cells"]
