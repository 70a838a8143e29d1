"""Pictures for a phone: small multiples of the sensors that matter, the causal graph, plots that were asked for."""

from workers.charts.bars import draw_bars
from workers.charts.causal import draw_graph
from workers.charts.forms import Panel, draw_histograms, draw_scatter
from workers.charts.overview import Mark, Strip, draw_strips

__all__ = ["Mark", "Panel", "Strip", "draw_bars", "draw_graph", "draw_histograms", "draw_scatter", "draw_strips"]
