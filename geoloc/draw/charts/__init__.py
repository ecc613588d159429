"""Charts of a model's answer and of a model's card, as plotly figures.

Figures carry everything that they draw (outlines, flags), so they need no internet. Bars and colour
scale are left to the page's theme, light or dark; only neutral, translucent greys are set here. A
page should pass its text colour as `ink`: the grey that Streamlit writes charts in has a contrast
of 3.6:1 on white, too little for WCAG AA.
"""

from geoloc.draw.charts.answer import probability_bars
from geoloc.draw.charts.balance import class_sizes
from geoloc.draw.charts.confusion import confused_pairs, confusion_matrix
from geoloc.draw.charts.curves import learning_curves
from geoloc.draw.charts.distance import distance_curve, error_rows, within, within_bars
from geoloc.draw.charts.intervals import Compared, comparison, continent_rows, recall_rows
from geoloc.draw.charts.layers import architecture, shape_text
from geoloc.draw.charts.look import interval, percent, photos_text, whole_percent
from geoloc.draw.charts.metres_off import MetresOff, metres_off
from geoloc.draw.charts.places import places_map
from geoloc.draw.charts.reliability import reliability_curve
from geoloc.draw.charts.splits import split_bars, total_by_country
from geoloc.draw.charts.world import photos_map, probability_map, recall_map
from geoloc.draw.charts.world_pin import world_pin_map

__all__ = [
    "Compared",
    "MetresOff",
    "architecture",
    "class_sizes",
    "comparison",
    "confused_pairs",
    "confusion_matrix",
    "continent_rows",
    "distance_curve",
    "error_rows",
    "interval",
    "learning_curves",
    "photos_map",
    "metres_off",
    "percent",
    "photos_text",
    "places_map",
    "probability_bars",
    "probability_map",
    "recall_map",
    "recall_rows",
    "reliability_curve",
    "shape_text",
    "split_bars",
    "total_by_country",
    "whole_percent",
    "within",
    "within_bars",
    "world_pin_map",
]
