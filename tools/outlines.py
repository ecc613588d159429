"""Makes geoloc/countries/data/{borders.npz,outlines.geojson} from Natural Earth.

Source: Natural Earth 4.1, Admin 0, 1:10 million, public domain (naturalearthdata.com), as TopoJSON
in the npm package world-atlas 2.0.2 (ISC). To make the two files again:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz package/countries-10m.json
    python tools/outlines.py package/countries-10m.json

Natural Earth draws who holds the ground and gives overseas parts to their state. ISO 3166 lists
territories. Where the two differ this follows ISO 3166, so that a place has the code under which
data sets file its photos: Réunion is RE and not FR, Crimea is in UA, Northern Cyprus in CY,
Somaliland in SO, Western Sahara up to 27° 40' north in EH. Kosovo has the user-assigned code XK.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from iso3166 import countries_by_numeric
from shapely import MultiPolygon, Point, Polygon
from shapely.affinity import scale, translate
from shapely.geometry import box

from geoloc.settings import PROJECT

DATA = PROJECT / "geoloc" / "countries" / "data"
WORLD = box(-180, -90, 180, 90)

# Natural Earth's entries without an ISO number -> the code that ISO 3166 files them under.
# Siachen, the Spratlys, Scarborough Reef, Bajo Nuevo and Serranilla are left out: ISO gives
# them to nobody and nobody photographs streets there.
WITHOUT_NUMBER = {
    "Kosovo": "XK",
    "Somaliland": "SO",
    "N. Cyprus": "CY",
    "Cyprus U.N. Buffer Zone": "CY",
    "Akrotiri": "CY",
    "Dhekelia": "CY",
    "USNB Guantanamo Bay": "CU",
    "Baikonur": "KZ",
    "Coral Sea Is.": "AU",
    "Clipperton I.": "FR",
    "Indian Ocean Ter.": "CX",
}

# (holder in Natural Earth, code in ISO 3166, box west, south, east, north around the part)
OVERSEAS = (
    ("FR", "GF", (-55, 2, -51, 6)),
    ("FR", "GP", (-62, 15.7, -60.9, 16.6)),
    ("FR", "MQ", (-61.4, 14.3, -60.7, 15.0)),
    ("FR", "RE", (55, -21.5, 56, -20.7)),
    ("FR", "YT", (44.9, -13.1, 45.4, -12.5)),
    ("NO", "SJ", (5, 74, 35, 81)),
    ("NO", "SJ", (-10, 70.7, -7, 71.3)),
    ("NO", "BV", (3, -55, 4, -54)),
    ("NL", "BQ", (-69, 11.9, -68, 12.4)),
    ("NL", "BQ", (-63.4, 17.4, -62.9, 17.7)),
    ("NZ", "TK", (-173, -9.6, -171, -8.4)),
    ("CX", "CC", (96, -13, 97, -11)),
    ("RU", "UA", (32.4, 44.3, 36.65, 46.25)),
)
WESTERN_SAHARA = box(-18, 20, -8.667, 27.667)  # what Natural Earth gives Morocco of EH
VATICAN = Point(12.4534, 41.9034)  # collapses to a line in the source's quantised coordinates
VATICAN_RADIUS = 0.0037  # degrees of latitude: 0.44 km²

DIGITS = 6  # neighbours share their vertices only if both are rounded alike
DRAWN_TOLERANCE = 0.15  # degrees: corners of triangles smaller than its square are cut
DRAWN_AREA = 0.05  # square degrees: smaller islands are drawn only when a country has no larger
DRAWN_STEP = 4.0  # degrees: d3 draws edges as great circles, long ones would leave the parallel
KM_PER_DEGREE = 111.195


def main(source: Path) -> None:
    """Write outlines and borders of all countries from Natural Earth's."""
    topology = json.loads(source.read_text())
    territories = by_iso(by_natural_earth(topology))
    codes = sorted(territories)
    shapes = [territories[code] for code in codes]
    write_borders(codes, shapes)
    write_outlines(codes, shapes)


def by_natural_earth(topology: dict) -> dict[str, list[Polygon]]:
    """The polygons of each of Natural Earth's countries."""
    arcs = list(absolute_arcs(topology))
    parts = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        number, label = geometry.get("id"), geometry["properties"]["name"]
        code = countries_by_numeric[number].alpha2 if number else WITHOUT_NUMBER.get(label)
        if code is None:
            continue
        nested = geometry["arcs"]
        for rings in nested if geometry["type"] == "MultiPolygon" else [nested]:
            parts[code].extend(flat_parts([joined(arcs, ring) for ring in rings]))
    return parts


def absolute_arcs(topology: dict) -> Iterator[np.ndarray]:
    """TopoJSON keeps each arc as steps on an integer grid."""
    transform = topology["transform"]
    for arc in topology["arcs"]:
        lonlat = np.cumsum(arc, axis=0) * transform["scale"] + transform["translate"]
        yield np.round(lonlat, DIGITS)


def joined(arcs: list[np.ndarray], ring: list[int]) -> np.ndarray:
    """One closed ring (n, 2) lon, lat; a negative index ~i is arc i backwards."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def flat_parts(rings: list[np.ndarray]) -> list[Polygon]:
    """The polygons on a flat map of a ring and its holes that live on a sphere."""
    flat = [unrolled(ring) for ring in rings if len(np.unique(ring, axis=0)) > 2]
    if not flat:
        return []
    polygon = shapely.make_valid(Polygon(flat[0], flat[1:]))
    turns = [shapely.intersection(translate(polygon, turn), WORLD) for turn in (-360, 0, 360)]
    return polygons_of(shapely.transform(shapely.union_all(turns), lambda c: np.round(c, DIGITS)))


def unrolled(ring: np.ndarray) -> np.ndarray:
    """The ring without jumps across the antimeridian; closed along the pole if it goes round."""
    lon = np.unwrap(ring[:, 0], period=360)
    ring = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) < 180:
        return ring
    pole = np.copysign(90, ring[:, 1].mean())
    return np.vstack([ring, [lon[-1], pole], [lon[0], pole], ring[0]])


def polygons_of(shape: shapely.Geometry) -> list[Polygon]:
    """The polygons among a shape's parts; lines and points are left out."""
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]


def by_iso(parts: dict[str, list[Polygon]]) -> dict[str, MultiPolygon]:
    """The shape of each ISO 3166-1 country, overseas parts with codes of their own apart."""
    for holder, code, bounds in OVERSEAS:
        inside = [p for p in parts[holder] if box(*bounds).contains(p.representative_point())]
        assert inside, f"nothing of {holder} lies in {bounds}"
        parts[holder] = [part for part in parts[holder] if part not in inside]
        parts[code].extend(inside)
    shapes = {code: shapely.union_all(pieces) for code, pieces in parts.items()}
    shapes["EH"] = shapes["EH"].union(shapes["MA"].intersection(WESTERN_SAHARA))
    shapes["MA"] = shapes["MA"].difference(WESTERN_SAHARA)
    squeeze = 1 / np.cos(np.radians(VATICAN.y))
    shapes["VA"] = scale(VATICAN.buffer(VATICAN_RADIUS, quad_segs=3), xfact=squeeze)
    shapes["IT"] = shapes["IT"].difference(shapes["VA"])
    return {code: MultiPolygon(polygons_of(shape)) for code, shape in shapes.items()}


def write_borders(codes: list[str], shapes: list[MultiPolygon]) -> None:
    """Every polygon at full detail as steps on a grid of 1e-4 degrees (11 m), for lookups."""
    owners, rings, polygons, steps = [], [0], [0], []
    for code, shape in zip(codes, shapes, strict=True):
        for polygon in polygons_of(shape):
            for ring in (polygon.exterior, *polygon.interiors):
                grid = np.rint(shapely.get_coordinates(ring) * 1e4).astype(np.int32)
                steps.append(np.diff(grid, axis=0, prepend=np.zeros((1, 2), np.int32)))
                rings.append(rings[-1] + len(grid))
            owners.append(codes.index(code))
            polygons.append(len(rings) - 1)
    np.savez_compressed(
        DATA / "borders.npz",
        codes=np.array(codes),
        owners=np.array(owners, np.int16),
        polygons=np.array(polygons, np.int32),
        rings=np.array(rings, np.int32),
        steps=np.concatenate(steps).T.copy(),
    )


def write_outlines(codes: list[str], shapes: list[MultiPolygon]) -> None:
    """Write simplified outlines, as maps draw them."""
    lighter = shapely.coverage_simplify([large_parts(shape) for shape in shapes], DRAWN_TOLERANCE)
    features = []
    for code, drawn, true in zip(codes, lighter, shapes, strict=True):
        properties = {"code": code, "km2": round(square_kilometres(true), 1)}
        geometry = {"type": "MultiPolygon", "coordinates": rounded(drawn)}
        features.append(
            {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}
        )
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, separators=(",", ":"))
    (DATA / "outlines.geojson").write_text(text + "\n")


def large_parts(shape: MultiPolygon) -> MultiPolygon:
    """A shape without the islands that are too small to be drawn, but for its largest."""
    parts = sorted(polygons_of(shape), key=lambda part: part.area, reverse=True)
    return MultiPolygon(parts[:1] + [part for part in parts[1:] if part.area >= DRAWN_AREA])


def rounded(shape: MultiPolygon) -> list[list[list[list[float]]]]:
    """Rings in 0.01 degree, outer ones clockwise: d3, and so plotly, fills the other side else."""
    digits = 2 if shape.area > DRAWN_AREA else 4
    polygons = []
    for part in polygons_of(shapely.set_precision(shape, 10.0**-digits)):
        fine = shapely.segmentize(shapely.geometry.polygon.orient(part, -1.0), DRAWN_STEP)
        rings = [fine.exterior, *fine.interiors]
        polygons.append(
            [np.round(shapely.get_coordinates(ring), digits).tolist() for ring in rings]
        )
    return polygons


def square_kilometres(shape: MultiPolygon) -> float:
    """Area by Lambert's equal-area cylinder."""

    def cylinder(lonlat: np.ndarray) -> np.ndarray:
        height = np.degrees(np.sin(np.radians(lonlat[:, 1])))
        return np.column_stack([lonlat[:, 0], height])

    return shapely.transform(shape, cylinder).area * KM_PER_DEGREE**2


if __name__ == "__main__":
    main(Path(sys.argv[1]))
