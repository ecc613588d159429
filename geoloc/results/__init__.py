"""Answers to keep: the same as CSV for spreadsheets, JSON for programs, and GeoJSON for maps.

Every format takes `geoloc.results.locate.PlaceAnswer`s, each of one photo or of several of one
place, and gives the bytes of a file in UTF-8. `columns` says what each column and property means.
Names of files come from strangers: each is written without what could do harm. `geoloc locate
--json` writes the objects of `record`.
"""

from geoloc.results.csv_table import as_csv
from geoloc.results.fields import columns
from geoloc.results.geojson import as_geojson
from geoloc.results.json_list import as_json, record

__all__ = ["as_csv", "as_geojson", "as_json", "columns", "record"]
