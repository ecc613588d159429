"""The likeliest countries as bars, the rest as one: plain HTML, there with the words beside it."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from geoloc.countries import flag_image, name
from geoloc.draw.charts import whole_percent
from geoloc.tasks.country import CountryPrediction
from pages.language import _

TOP = 5


def bars(prediction: CountryPrediction, true: str | None = None) -> str:
    """A list of the likeliest countries.

    Args:
        prediction: a model's answer.
        true: the country where the photo was taken, if that is known: it stands out, and below the
            others with its rank if it is not among them.
    """
    codes = list(prediction.codes[:TOP])
    if true in prediction.codes and true not in codes:
        codes.append(true)
    shares = [prediction.probability(code) for code in codes]
    rows = list(zip(codes, shares, strict=True))
    rest = len(prediction.codes) - len(codes)
    return bar_list(rows, rest, max(0.0, 1.0 - sum(shares)), true, _rank(prediction, true))


def bar_list(
    rows: Sequence[tuple[str, float]],
    others: int,
    share_of_others: float,
    true: str | None = None,
    rank: str = "",
) -> str:
    """Bars as an HTML list.

    Args:
        rows: codes of countries with their probabilities.
        others: how many countries are left.
        share_of_others: what is left to them.
        true: the country that stands out, if any.
        rank: what stands behind its share.
    """
    items = list(_rows(rows, true, rank))
    if others:
        label = html.escape(_("{n} others", n=others))
        items.append(_row("", label, share_of_others, "rest"))
    return f'<ul class="bars">{"".join(items)}</ul>'


def _rows(rows: Sequence[tuple[str, float]], true: str | None, rank: str) -> Iterator[str]:
    for code, share in rows:
        flag = f'<img src="{flag_image(code)}" alt="">'
        hit = code == true
        yield _row(flag, html.escape(name(code)), share, "true" if hit else "", rank if hit else "")


def _row(flag: str, label: str, share: float, kind: str, behind: str = "") -> str:
    return (
        f'<li class="{kind}"><span class="name">{flag}{label}</span>'
        f'<span class="track"><i style="width:{100 * share:.1f}%"></i></span>'
        f'<span class="share">{html.escape(whole_percent(share))}{html.escape(behind)}</span></li>'
    )


def _rank(prediction: CountryPrediction, true: str | None) -> str:
    if true not in prediction.codes[TOP:]:
        return ""
    return _(" · #{rank}", rank=prediction.codes.index(true) + 1)
