"""Pictures for a phone: small multiples of the sensors that matter, the causal graph, plots that were asked for."""

from workers.charts.causal import draw_graph
from workers.charts.overview import Mark, Strip, draw_strips

__all__ = ["Mark", "Strip", "draw_graph", "draw_strips"]
