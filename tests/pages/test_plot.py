"""How charts are put on the screen."""

import json

from streamlit.testing.v1 import AppTest


def charts() -> None:
    import plotly.graph_objects as go

    from pages.shared.plot import plot

    plot(go.Figure(go.Bar(x=[1], y=["France"])), "bars", "France 1")
    plot(go.Figure(go.Bar(x=[1], y=["France"])), "map", "France 1", height=340)


def test_charts_scroll_with_the_page_and_say_what_they_show():
    app = AppTest.from_function(charts).run()
    assert not app.exception
    own, fixed = (chart.proto for chart in app.get("plotly_chart"))
    for chart in (own, fixed):
        config = json.loads(chart.config)
        assert config["scrollZoom"] is False and config["displayModeBar"] is False
        assert chart.alt == "France 1"
