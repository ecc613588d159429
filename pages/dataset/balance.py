"""The balancing laboratory: shares and target by hand, and what each class becomes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geoloc.balance import Growth, Shares
from geoloc.balance.described import items
from geoloc.balance.imbalance import Imbalance
from geoloc.countries import name
from geoloc.draw.charts import class_sizes
from pages.dataset import text
from pages.dataset.changes import CHANGES, copy, pick
from pages.language import _, formatted
from pages.shared.frame import guard, ink, note, plain
from pages.shared.plot import plot
from pages.shared.registry import Shelved
from pages.shared.turn import fragment

_GUESS = Growth(a=1.0, b=0.5, c=0.25, d=0.25, target=0.1)
_TARGET, _LOG = "target", "log"
_NARROWEST = 200
_LISTED = 5


# Its sliders concern nothing else on the page.
@fragment
def laboratory(counts: Mapping[str, int], models: tuple[Shelved, ...], country: str) -> None:
    """The classes before and after one slider; opened, the four shares on a street photo.

    Args:
        counts: training photos by country, none zero.
        models: those that learnt from them, the best first.
        country: whose class is written out.
    """
    with guard(_("The laboratory")):
        growth, told = _growth_of(models)
        target = st.slider(
            _(text.TARGET), 0.01, 1.0, growth.target, 0.01, key=_TARGET, bind="query-params"
        )
        chart = st.container()
        with st.expander(_(text.SHARES_TITLE), icon=":material/tune:"):
            chosen = _shares(growth, target)
            _formula(counts, chosen, country)
            st.button(_(text.RECIPE), on_click=_set, args=(growth,), icon=":material/restart_alt:")
            note(told)
        after = items(counts, chosen)
        with chart:
            log = st.session_state.get(_LOG, True)
            plot(
                class_sizes(counts, after, log, ink()),
                "class sizes",
                _(text.SIZES_ALT, listed=_listed(counts, after)),
            )
            _totals(counts, after)
            st.toggle(_(text.LOG), value=True, key=_LOG)
        with st.expander(_(text.TABLE), icon=":material/table:"):
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


def _shares(start: Growth, target: float) -> Growth:
    """A slider a share, below the change that it makes copies by."""
    called, copies = pick()
    shares = {}
    with st.container(key="changes"):
        grid = st.grid(len(CHANGES), min_column_width=_NARROWEST)
        for (part, label), change in zip(text.SHARES.items(), CHANGES, strict=True):
            with grid.cell(), st.container(gap="xsmall"):
                copy(change, copies[change], called)
                shares[part] = st.slider(
                    _(label), 0.0, 1.0, getattr(start, part), 0.05, key=part, bind="query-params"
                )
    return Growth(**shares, target=target)


def _set(growth: Growth) -> None:
    for key in (*text.SHARES, _TARGET):
        st.session_state[key] = getattr(growth, key)


def _formula(counts: Mapping[str, int], growth: Growth, country: str) -> None:
    code = country if country in counts else Imbalance.of(counts).smallest[0]
    codes = list(counts)
    shares = growth.shares([counts[c] for c in codes])[codes.index(code)]
    with st.container(key="formula"):
        st.latex(_written_out(counts[code], shares))
    note(_(text.STEPS, country=name(code), factor=growth.most.factor))


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


def _totals(counts: Mapping[str, int], after: Mapping[str, float]) -> None:
    was, now = Imbalance.of(counts), Imbalance.of(after)
    note(
        _(
            text.TOTALS,
            after=now.total,
            before=was.total,
            ratio_after=now.ratio,
            ratio_before=was.ratio,
        )
    )


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
