"""How a model was trained, and the command that trains it again."""

from __future__ import annotations

import json
import shlex
from typing import Any

import streamlit as st

from geoloc.card import class_sizes, curves
from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import class_sizes as class_sizes_chart
from geoloc.draw.charts import learning_curves
from geoloc.ui.cards.plot import plot, untold
from geoloc.ui.frame import ink, note, plain

_RETRAINED = "python -m training {} --data FOLDER --recipe {} --name {}"


def training(checkpoint: Checkpoint) -> None:
    """Learning curves, class sizes, recipe and provenance."""
    _curves(checkpoint)
    if checkpoint.task == "country":
        st.subheader("Number of elements in each class", anchor=False)
        _classes(checkpoint)
    st.subheader("Train it again", anchor=False)
    _recipe(checkpoint)
    st.subheader("Where it comes from", anchor=False)
    _provenance(checkpoint)


def _curves(checkpoint: Checkpoint) -> None:
    told = curves(checkpoint)
    st.subheader("Learning curves", anchor=False)
    if told is None:
        if checkpoint.members:
            st.write("An ensemble is not trained: its weights are fitted on validation photos.")
            return None
        return untold("How its training went")
    st.write(
        "An epoch is one round over the training photos. Training photos are altered in passing, "
        "so their loss is higher than it would be without."
    )
    plot(
        learning_curves(told, _constant(checkpoint), ink()),
        "curves",
        f"Learning curves over {len(told.epochs)} epochs"
        + (f", the weights of epoch {told.best} were released" if told.best else ""),
    )


def _constant(checkpoint: Checkpoint) -> float | None:
    """What an answer that never changes reaches on val, in the unit of the curve."""
    scores = checkpoint.card.get("metrics", {}).get("val", {}).get("baseline", {})
    return scores.get("top1" if checkpoint.task == "country" else "p50")


def _classes(checkpoint: Checkpoint) -> None:
    before, after = class_sizes(checkpoint)
    if not before:
        return untold("How many photos of each country it learnt from")
    usual, rarest = max(before, key=before.get), min(before, key=before.get)
    ratio = f"{before[usual] / before[rarest]:,.0f}"
    balanced = ""
    if after:
        even = f"{max(after.values()) / min(after.values()):,.0f}"
        balanced = f" Balanced, an epoch shows it {even} times as often as the smallest."
    st.write(f"The largest class has {ratio} times as many photos as the smallest.{balanced}")
    log = st.toggle("Logarithmic axis", value=True, key="log")
    plot(
        class_sizes_chart(before, after or None, log, ink()),
        "classes",
        f"Photos of each of {len(before)} countries, from {before[usual]:,} to {before[rarest]:,}",
    )
    if not after:
        note("The card does not tell what an epoch showed of each country.")


def _recipe(checkpoint: Checkpoint) -> None:
    if checkpoint.members:
        st.code(_ensemble_command(checkpoint), language="shell", wrap_lines=True)
        return None
    recipe = checkpoint.card.get("recipe")
    if not recipe:
        return untold("The recipe")
    st.write("The recipe is a file in `training/recipes`; a run that was killed goes on.")
    st.code("\n".join(_commands(checkpoint, recipe)), language="shell", wrap_lines=True)
    with st.expander("Everything the recipe says", icon=":material/receipt_long:"):
        st.code(recipe_text(recipe), language="toml")
    return None


def _commands(checkpoint: Checkpoint, recipe: dict[str, Any]) -> list[str]:
    name = shlex.quote(checkpoint.folder.name)
    task = "country"
    if checkpoint.task == "city":
        task = f"city --city {shlex.quote(checkpoint.city.name)}"
    lines = [_RETRAINED.format(task, shlex.quote(str(recipe["name"])), name)]
    if "probes" in checkpoint.card:
        lines.append(f"python -m training probes {name} --data FOLDER")
    return [*lines, f"python -m training evaluate {name} --data FOLDER --write"]


def _ensemble_command(checkpoint: Checkpoint) -> str:
    members = " ".join(map(shlex.quote, checkpoint.members))
    name = shlex.quote(checkpoint.folder.name)
    return f"python -m training ensemble --data FOLDER --members {members} --name {name}"


def recipe_text(recipe: dict[str, Any]) -> str:
    """A card's recipe as the TOML file that it was."""
    told = {key: value for key, value in recipe.items() if value is not None and key != "name"}
    lines = [f"{k} = {json.dumps(v)}" for k, v in told.items() if not isinstance(v, dict)]
    for section, values in told.items():
        if isinstance(values, dict):
            settings = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
            lines += ["", f"[{section}]", *settings]
    return "\n".join(lines)


def _provenance(checkpoint: Checkpoint) -> None:
    told, data = checkpoint.card.get("provenance", {}), checkpoint.card["data"]
    rows = {
        "Trained": told.get("trained"),
        "Training took": f"{told['minutes']:,} minutes" if "minutes" in told else None,
        "Device": told.get("device"),
        "Commit": told.get("commit"),
        "PyTorch": told.get("torch"),
        "Data set": data.get("name"),
        "Photos": _by_split(data.get("photos")),
        "Places": _by_split(data.get("places")),
        "Fingerprint of the data": (data.get("fingerprint") or "")[:16] or None,
        "Measured on test": "yes" if "test" in checkpoint.card.get("metrics", {}) else "not yet",
    }
    known = {key: plain(str(value)) for key, value in rows.items() if value is not None}
    st.table(known, border="horizontal", alt=f"Provenance of {checkpoint.title}")


def _by_split(counts: dict[str, int] | None) -> str | None:
    if not counts:
        return None
    return ", ".join(f"{count:,} {split}" for split, count in counts.items())
