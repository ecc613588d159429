"""Leaflet by folium without internet: one script, one style sheet, the page's own colours.

folium would fetch Leaflet, jQuery, Bootstrap and Font Awesome from elsewhere. A map of this module
needs Leaflet alone, which the app serves from static/leaflet (version 1.9.4, BSD-2-Clause).
"""

from __future__ import annotations

from html import escape
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from geoloc.geo import Box, LatLon
from geoloc.text import _

SERVED_LEAFLET = "../../app/static/leaflet/"
"""Where Leaflet lies as seen from streamlit-folium's frame, when Streamlit serves static/."""


def corners(box: Box, beside: Box | None = None) -> list[list[float]]:
    """A box as Leaflet writes bounds: south-west, then north-east.

    Leaflet counts longitude on beyond 180, so that a box across the antimeridian is no band around
    the globe: its east is 180.2 and not -179.8.

    Args:
        box: what to write.
        beside: the box that the map shows, to which this one shall lie nearest.
    """
    west = at(LatLon(box.south, box.west), beside)[1]
    return [[box.south, west], [box.north, west + box.far_east - box.west]]


def at(place: LatLon, beside: Box | None = None) -> list[float]:
    """A place as Leaflet writes it, latitude first, where it lies nearest to a map's box."""
    lon = place.lon if beside is None else float(beside.unroll(place.lon))
    return [place.lat, lon]


def safe(text: str) -> str:
    """Text as HTML that may also stand in a JavaScript template string, where folium puts it."""
    return escape(text).replace("\\", "&#92;").replace("`", "&#96;").replace("$", "&#36;")


class OfflineMap(folium.Map):
    """A folium map whose only script and style sheet are Leaflet's own, from one folder."""

    def __init__(self, leaflet: str, **options: Any) -> None:
        super().__init__(font_size="0.75rem", **options)
        self.default_js = [("leaflet", f"{leaflet}leaflet.js")]
        self.default_css = [("leaflet_css", f"{leaflet}leaflet.css")]


class BoxView(MacroElement):
    """Shows the box, follows the page's theme, and leaves scrolling to the page.

    Streamlit hands its theme to a component as CSS variables; a page without them follows the
    system. One finger on a touch screen and the wheel of a mouse scroll the page until the map is
    touched with two fingers or clicked.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <style>
            :root { color-scheme: light dark; }
            /* streamlit-folium's page holds an empty line below the map. */
            body { overflow: hidden; }
            .leaflet-container {
                --paper: var(--background-color, Canvas);
                --tint: color-mix(in srgb, Canvas, CanvasText 5%);
                --raised: var(--secondary-background-color, var(--tint));
                --ink: var(--text-color, CanvasText);
                --accent: var(--primary-color, #d55e00);
                background: var(--raised);
                color: var(--ink);
                font-family: var(--font, system-ui), system-ui, sans-serif;
            }
            .leaflet-bar, .leaflet-touch .leaflet-bar {
                border: 1px solid color-mix(in srgb, var(--ink) 40%, transparent);
            }
            .leaflet-bar a, .leaflet-bar a:hover, .leaflet-bar a:focus,
            .leaflet-bar a.leaflet-disabled {
                background: var(--paper); color: var(--ink);
                border-color: color-mix(in srgb, var(--ink) 25%, transparent);
            }
            .leaflet-bar a.leaflet-disabled {
                color: color-mix(in srgb, var(--ink) 45%, var(--paper));
            }
            .leaflet-touch .leaflet-control-zoom, .leaflet-control-zoom {
                display: flex; overflow: hidden; border-radius: 6px;
            }
            .leaflet-bar a:first-child { border-right: 1px solid; border-bottom: 0; }
            .leaflet-bar a, .leaflet-touch .leaflet-bar a { border-radius: 0; }
            .leaflet-tooltip {
                background: var(--paper); color: var(--ink); border-color: var(--ink);
                white-space: normal; width: max-content; max-width: 150px; font-size: 13px;
            }
            .leaflet-tooltip-top::before { border-top-color: var(--ink); }
            .leaflet-tooltip-bottom::before { border-bottom-color: var(--ink); }
            .leaflet-tooltip-left::before { border-left-color: var(--ink); }
            .leaflet-tooltip-right::before { border-right-color: var(--ink); }
            .leaflet-container .leaflet-control-attribution,
            .leaflet-control-scale-line, .geoloc-key {
                background: color-mix(in srgb, var(--paper) 85%, transparent);
                color: var(--ink); text-shadow: none; border-color: var(--ink);
            }
            .leaflet-container .leaflet-control-attribution a {
                color: inherit; text-decoration: underline;
            }
            .geoloc-box {
                stroke: color-mix(in srgb, var(--ink) 65%, var(--paper)); stroke-dasharray: 4 5;
            }
            .geoloc-pin { fill: var(--accent); }
            .geoloc-error { stroke: var(--accent); fill: var(--accent); }
            .geoloc-pin.geoloc-doubted { fill: color-mix(in srgb, var(--ink) 55%, var(--paper)); }
            .geoloc-error.geoloc-doubted { stroke: var(--ink); fill: var(--ink); }
            .geoloc-view { fill: var(--paper); stroke: var(--ink); stroke-width: 1.6; }
            .geoloc-label {
                font-size: 14px; font-weight: 600; line-height: 20px; white-space: nowrap;
                text-shadow: 0 0 3px var(--paper), 0 0 3px var(--paper), 0 0 3px var(--paper);
            }
            .geoloc-pin.geoloc-hollow {
                fill: color-mix(in srgb, var(--paper) 70%, transparent); stroke: var(--accent);
            }
            .geoloc-pin.geoloc-hollow.geoloc-doubted {
                fill: color-mix(in srgb, var(--paper) 70%, transparent); stroke: var(--ink);
            }
            .geoloc-water { fill: color-mix(in srgb, #3a8fc4 45%, var(--paper)); fill-opacity: 1; }
            .geoloc-street { stroke: color-mix(in srgb, var(--ink) 28%, var(--paper)); }
            .geoloc-bridge { stroke: color-mix(in srgb, var(--ink) 60%, var(--paper)); }
            .geoloc-place, .geoloc-landmark, .geoloc-off {
                position: absolute; transform: translate(-50%, -50%); white-space: nowrap;
                line-height: 14px; text-shadow: 0 0 3px var(--paper), 0 0 3px var(--paper),
                    0 0 3px var(--paper), 0 0 3px var(--paper);
            }
            .geoloc-place { font-size: 12px; color: var(--ink); }
            .geoloc-place.geoloc-rank-1 { font-weight: 600; }
            .geoloc-landmark {
                font-size: 12px; color: color-mix(in srgb, var(--ink) 80%, #3a8fc4);
            }
            .geoloc-landmark::before { content: "• "; }
            .geoloc-off {
                font-size: 13px; font-weight: 600; padding: 2px 8px; border-radius: 4px;
                text-shadow: none; background: var(--paper); border: 1px solid var(--ink);
                transform: translate(-50%, 0);
            }
            /* Names that would crowd each other come with the zoom. */
            .leaflet-container:not(.geoloc-near) .geoloc-rank-2,
            .leaflet-container:not(.geoloc-nearest) .geoloc-rank-3 { display: none; }
            .geoloc-tiles-trouble {
                background: var(--paper); border: 1px solid var(--ink); border-radius: 4px;
                padding: 2px 8px;
            }
            .leaflet-control-layers {
                background: color-mix(in srgb, var(--paper) 85%, transparent); color: var(--ink);
                border: 1px solid color-mix(in srgb, var(--ink) 40%, transparent);
                border-radius: 6px; box-shadow: none;
            }
            .leaflet-control-layers-expanded { padding: 2px 8px; color: var(--ink); }
            .leaflet-control-layers label { font-size: 13px; }
            :fullscreen .leaflet-container { height: 100vh !important; }
            .geoloc-key {
                display: flex; flex-wrap: wrap; gap: 0 14px; padding: 2px 6px; border-radius: 4px;
                max-width: calc(100vw - 120px); line-height: 18px;
            }
            .geoloc-key span { display: flex; gap: 5px; align-items: center; }
            .geoloc-key svg { width: 14px; height: 14px; flex: none; }
        </style>
        {% endmacro %}

        {% macro script(this, kwargs) %}
        (function (map) {
            const box = {{ this.bounds|tojson }};
            // A frame in a closed tab has no size until it is opened, and a phone can be turned.
            let touched = false;
            const fit = () => {
                const { x, y } = map.getSize();
                // The key's room: it takes more lines on a phone.
                const top = 48, side = 16, bottom = x < 480 ? 112 : 60;
                if (touched || x <= 2 * side || y <= top + bottom) return;
                map.fitBounds(box, {
                    paddingTopLeft: [side, top], paddingBottomRight: [side, bottom], animate: false,
                });
            };
            for (const name of ["pointerdown", "wheel", "keydown"])
                map.getContainer().addEventListener(name, () => { touched = true; });
            map.on("resize", fit);
            fit();
            const place = map.getContainer().classList;
            const crowd = () => {
                const across = map.latLngToContainerPoint(box[1]).x
                    - map.latLngToContainerPoint(box[0]).x;
                place.toggle("geoloc-near", across > 600);
                place.toggle("geoloc-nearest", across > 1200);
            };
            map.on("zoomend resize", crowd);
            crowd();
            if (document.fullscreenEnabled) {
                const full = L.control({ position: "topright" });
                full.onAdd = () => {
                    const bar = L.DomUtil.create("div", "leaflet-bar");
                    const button = L.DomUtil.create("a", "", bar);
                    Object.assign(button, { href: "#", role: "button" });
                    button.innerHTML = '<svg viewBox="0 0 16 16" width="16" height="16" '
                        + 'aria-hidden="true" style="vertical-align:middle"><path fill="none" '
                        + 'stroke="currentColor" stroke-width="2" '
                        + 'd="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>';
                    button.title = {{ this.full|tojson }};
                    button.setAttribute("aria-label", button.title);
                    L.DomEvent.on(button, "click", event => {
                        L.DomEvent.stop(event);
                        if (document.fullscreenElement) document.exitFullscreen();
                        else document.documentElement.requestFullscreen();
                    });
                    return bar;
                };
                full.addTo(map);
                document.addEventListener("fullscreenchange", () => {
                    touched = false;
                    setTimeout(() => map.invalidateSize(), 100);
                });
            }
            if (L.Browser.mobile) map.dragging.disable();
            map.on("focus", () => map.scrollWheelZoom.enable());
            map.on("blur", () => map.scrollWheelZoom.disable());
            L.control.scale({ position: "bottomright", imperial: false }).addTo(map);
            map.getContainer().setAttribute("role", "region");
            map.getContainer().setAttribute("aria-label", {{ this.label|tojson }});
            for (const [way, text] of Object.entries({{ this.zooms|tojson }})) {
                const button = map.getContainer().querySelector(".leaflet-control-zoom-" + way);
                if (!button) continue;
                button.title = text;
                button.setAttribute("aria-label", text);
            }
            map.attributionControl.setPrefix(
                '<a href="https://leafletjs.com" target="_blank" rel="noopener">Leaflet</a>'
            );
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, box: Box, label: str) -> None:
        super().__init__()
        self._name = "View"
        self.bounds = corners(box)
        self.label = label
        self.zooms = {"in": _("Zoom in"), "out": _("Zoom out")}
        self.full = _("Full screen")


class PlainMarker(MacroElement):
    """A marker drawn as HTML, with an optional tooltip.

    folium's own marker is made with Leaflet's default icon and fetches its pictures before it gets
    another.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.marker({{ this.location|tojson }}, {
            icon: L.divIcon({{ this.icon|tojavascript }}),
            ...{{ this.options|tojavascript }}
        }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        place: LatLon,
        html: str,
        size: tuple[int, int] | None,
        anchor: tuple[int, int],
        tooltip: tuple[str, tuple[int, int]] | None = None,
        beside: Box | None = None,
        **options: bool | int,
    ) -> None:
        """Put a drawing on the map.

        Args:
            place: where the drawing's anchor stands.
            html: the drawing.
            size: its width and height in pixels; None leaves them to the drawing.
            anchor: the pixel of the drawing, from its top left, that marks the place.
            tooltip: text shown on hover, tap and focus, and where it begins from the place.
            beside: the box that the map shows, to which the place shall lie nearest.
            options: further options of L.marker.
        """
        super().__init__()
        self._name = "Mark"
        self.location = at(place, beside)
        self.icon = {"html": html, "iconAnchor": anchor, "className": "geoloc-mark"}
        if size is not None:
            self.icon["iconSize"] = size
        self.options = options
        if tooltip is not None:
            text, self.icon["tooltipAnchor"] = tooltip
            self.add_child(folium.Tooltip(safe(text), sticky=False))


class TileTrouble(MacroElement):
    """Says so while no picture of a tile layer can be reached."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (tiles) {
            const sign = L.control({ position: "topleft" });
            sign.onAdd = () => {
                const box = L.DomUtil.create("div", "geoloc-tiles-trouble");
                box.setAttribute("role", "status");
                box.textContent = {{ this.words|tojson }};
                return box;
            };
            let shown = false;
            tiles.on("tileerror", () => {
                if (!shown && tiles._map) sign.addTo(tiles._map);
                shown = true;
            });
            tiles.on("tileload", () => { if (shown) sign.remove(); shown = false; });
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, words: str) -> None:
        super().__init__()
        self._name = "TileTrouble"
        self.words = words


class Key(MacroElement):
    """Says what the marks of a group mean, for as long as the group is on the map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group) {
            const key = L.control({ position: "bottomleft" });
            key.onAdd = () => {
                const box = L.DomUtil.create("div", "geoloc-key");
                box.innerHTML = {{ this.html|tojson }};
                L.DomEvent.disableClickPropagation(box);
                return box;
            };
            group.on("add", () => key.addTo(group._map));
            group.on("remove", () => key.remove());
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__()
        self._name = "Key"
        self.html = "".join(f"<span>{symbol}{safe(text)}</span>" for symbol, text in rows)
