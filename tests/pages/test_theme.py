"""The colours of both themes can be read by people with weak or colour-blind eyes (WCAG 2.2 AA)."""

import tomllib

import pytest

from geoloc.settings import PROJECT

CONFIG = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text())
THEMES = ("light", "dark")
BACKGROUNDS = ("backgroundColor", "secondaryBackgroundColor")
FADED = 0.6  # the opacity that Streamlit gives to captions
TINTED = 0.1  # the opacity of the accent behind a chosen pill or segment


def channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour: str) -> float:
    scaled = [value / 255 for value in channels(colour)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in scaled
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def laid_over(colour: str, opacity: float, background: str) -> str:
    pairs = zip(channels(colour), channels(background), strict=True)
    mixed = (round(opacity * top + (1 - opacity) * below) for top, below in pairs)
    return "#" + "".join(f"{value:02x}" for value in mixed)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("behind", BACKGROUNDS)
def test_text_links_and_the_accent_can_be_read(theme, behind):
    colours = CONFIG["theme"][theme]
    background = colours[behind]
    accent = colours["primaryColor"]
    readable = {
        "text": contrast(colours["textColor"], background),
        "captions": contrast(laid_over(colours["textColor"], FADED, background), background),
        "links": contrast(colours["linkColor"], background),
        "accent": contrast(accent, background),
        "chosen pill": contrast(accent, laid_over(accent, TINTED, background)),
    }
    assert min(readable.values()) >= 4.5, readable


@pytest.mark.parametrize("theme", THEMES)
def test_white_marks_on_the_accent_and_chart_colours_can_be_seen(theme):
    colours = CONFIG["theme"][theme]
    assert contrast("#ffffff", colours["primaryColor"]) >= 3
    for colour in colours["chartCategoricalColors"]:
        assert min(contrast(colour, colours[name]) for name in BACKGROUNDS) >= 3, colour


@pytest.mark.parametrize("theme", THEMES)
def test_sequential_colours_lead_away_from_the_background_step_by_step(theme):
    colours = CONFIG["theme"][theme]
    steps = [
        contrast(colour, colours["backgroundColor"]) for colour in colours["chartSequentialColors"]
    ]
    assert len(steps) == 10
    assert steps == sorted(steps)


@pytest.mark.parametrize("theme", THEMES)
def test_diverging_colours_are_faintest_in_the_middle(theme):
    colours = CONFIG["theme"][theme]
    steps = [
        contrast(colour, colours["backgroundColor"]) for colour in colours["chartDivergingColors"]
    ]
    assert len(steps) == 10
    assert steps[:5] == sorted(steps[:5], reverse=True)
    assert steps[5:] == sorted(steps[5:])


def test_the_first_chart_colour_is_the_accent():
    for theme in THEMES:
        colours = CONFIG["theme"][theme]
        assert colours["chartCategoricalColors"][0] == colours["primaryColor"]
