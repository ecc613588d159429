"""The balancing laboratory: shares and target by hand, and what each class becomes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geoloc.balance import Growth, Shares
from geoloc.balance.described import items
from geoloc.balance.imbalance import Imbalance
from geoloc.countries import alphabetical, name
from geoloc.draw.charts import class_sizes
from pages.dataset import text
from pages.language import _, formatted
from pages.shared.frame import guard, halves, ink, note, plain
from pages.shared.links import linked_selectbox
from pages.shared.plot import plot
from pages.shared.registry import Shelved
from pages.shared.turn import fragment

_GUESS = Growth(a=1.0, b=0.5, c=0.25, d=0.25, target=0.1)
_TARGET, _COUNTRY, _LOG = "target", "country", "log"
_LISTED = 5


# Its sliders concern nothing else on the page.
@fragment
def laboratory(counts: Mapping[str, int], models: tuple[Shelved, ...]) -> None:
    """The sliders, and the classes before and after.

    Args:
        counts: training photos by country, none zero.
        models: those that learnt from them, the best first.
    """
    with guard(_("The laboratory")):
        growth, told = _growth_of(models)
        left, right = halves()
        with left:
            st.write(_(text.LAB_HOW))
            chosen = _sliders(growth)
            st.button(_(text.RECIPE), on_click=_set, args=(growth,), icon=":material/restart_alt:")
            note(told)
        after = items(counts, chosen)
        with right:
            _formula(counts, chosen)
            _totals(counts, after, chosen)
        log = st.toggle(_(text.LOG), key=_LOG)
        plot(
            class_sizes(counts, after, log, ink()),
            "class sizes",
            _(text.SIZES_ALT, listed=_listed(counts, after)),
        )
        with st.expander(_(text.TABLE)):
            st.dataframe(_table(counts, after), hide_index=True)


def _growth_of(models: tuple[Shelved, ...]) -> tuple[Growth, str]:
    """Where the sliders begin, and a sentence that says why."""
    for model in models:
        recipe = model.checkpoint.card.recipe
        told = recipe.balance if recipe else {}
        if told.get("method") == Growth.method:
            settings = {key: told[key] for key in (*text.SHARES, _TARGET) if key in told}
            return Growth(**settings), _(text.RECIPE_OF, model=plain(model.title))
    return _GUESS, _(text.RECIPE_OTHER)


def _sliders(start: Growth) -> Growth:
    shares = {
        part: st.slider(
            _(label), 0.0, 1.0, getattr(start, part), 0.05, key=part, bind="query-params"
        )
        for part, label in text.SHARES.items()
    }
    target = st.slider(
        _(text.TARGET), 0.01, 1.0, start.target, 0.01, key=_TARGET, bind="query-params"
    )
    return Growth(**shares, target=target)


def _set(growth: Growth) -> None:
    for key in (*text.SHARES, _TARGET):
        st.session_state[key] = getattr(growth, key)


def _formula(counts: Mapping[str, int], growth: Growth) -> None:
    smallest = Imbalance.of(counts).smallest[0]
    order = alphabetical(counts)
    code = linked_selectbox(_(text.COUNTRY), order, _COUNTRY, smallest, name)
    codes = list(counts)
    shares = growth.shares([counts[c] for c in codes])[codes.index(code)]
    with st.container(key="formula"):
        st.latex(_written_out(counts[code], shares))
    mirrored = counts[code] * (1 + shares.a)
    holed = mirrored * (1 + shares.b)
    note(
        _(
            text.STEPS,
            photos=counts[code],
            mirrored=mirrored,
            holed=holed,
            all=counts[code] * shares.factor,
        )
    )


def _written_out(photos: int, shares: Shares) -> str:
    """x(1+a)(1+b)(1+c+d) with a class's numbers, for LaTeX."""
    a, b, c, d = (_in_latex(share) for share in (shares.a, shares.b, shares.c, shares.d))
    return (
        r"\begin{aligned}"
        r"&x\,(1+a)(1+b)(1+c+d)\\"
        rf"={{}}&{photos}\,(1+{a})(1+{b})\\"
        rf"&\cdot(1+{c}+{d})\\"
        rf"={{}}&{photos}\cdot{_in_latex(shares.factor)}\approx{photos * shares.factor:.0f}"
        r"\end{aligned}"
    )


def _in_latex(number: float) -> str:
    # LaTeX sets a space after a comma unless it stands in braces.
    return formatted(number, ".2f").replace(",", "{,}")


def _totals(counts: Mapping[str, int], after: Mapping[str, float], growth: Growth) -> None:
    was, now = Imbalance.of(counts), Imbalance.of(after)
    st.write(
        _(
            text.TOTALS,
            after=now.total,
            before=was.total,
            ratio_after=now.ratio,
            ratio_before=was.ratio,
        )
    )
    st.write(_(text.CAP, factor=growth.most.factor))


def _table(counts: Mapping[str, int], after: Mapping[str, float]) -> pd.DataFrame:
    order = sorted(counts, key=lambda code: (-counts[code], code))
    return pd.DataFrame(
        {
            _(text.COUNTRY): [name(code) for code in order],
            _(text.BEFORE): [counts[code] for code in order],
            _(text.FACTOR): [round(after[code] / counts[code], 2) for code in order],
            _(text.AFTER): [round(after[code], 1) for code in order],
        }
    )


def _listed(counts: Mapping[str, int], after: Mapping[str, float]) -> str:
    order = sorted(counts, key=lambda code: (-counts[code], code))
    shown = dict.fromkeys([*order[:_LISTED], *order[-_LISTED:]])
    listed = ", ".join(
        _(text.SIZE, country=name(code), before=counts[code], after=after[code]) for code in shown
    )
    more = len(order) - len(shown)
    return _(text.AND_MORE, listed=listed, more=more) if more > 0 else listed
