"""How a model was trained, and the command that trains it again."""

from __future__ import annotations

import json
import shlex

import streamlit as st

from geoloc.draw.charts import class_sizes as class_sizes_chart
from geoloc.draw.charts import learning_curves
from geoloc.models.card import CityScores, CountryScores, Curves, RecipePart
from geoloc.models.release import Release
from pages.language import _
from pages.models.untold import untold
from pages.shared.frame import ink, note, plain
from pages.shared.plot import plot
from pages.shared.split_name import split_name

_RETRAINED = "python -m training {} --data FOLDER --recipe {} --name {}"


def training(checkpoint: Release) -> None:
    """Learning curves, class sizes, recipe and provenance."""
    _curves(checkpoint)
    if checkpoint.classes:
        st.subheader(_("Number of elements in each class"), anchor=False)
        _classes(checkpoint)
    st.subheader(_("Train it again"), anchor=False)
    _recipe(checkpoint)
    st.subheader(_("Where it comes from"), anchor=False)
    _provenance(checkpoint)


def _curves(checkpoint: Release) -> None:
    told = checkpoint.card.training_curves
    st.subheader(_("Learning curves"), anchor=False)
    if told is None:
        if checkpoint.members:
            st.write(_("An ensemble is not trained: its weights are fitted on validation photos."))
            return None
        return untold(_("How its training went"))
    st.write(
        _(
            "An epoch is one round over the training photos. Training photos are altered in "
            "passing, so their loss is higher than it would be without."
        )
    )
    plot(
        learning_curves(told, _constant(checkpoint), ink()),
        "curves",
        _curves_alt(told),
    )


def _curves_alt(told: Curves) -> str:
    epochs = len(told.epochs)
    if not told.best:
        return _("Learning curves over {epochs} epochs", epochs=epochs)
    return _(
        "Learning curves over {epochs} epochs, the weights of epoch {best} were released",
        epochs=epochs,
        best=told.best,
    )


def _constant(checkpoint: Release) -> float | None:
    """What an answer that never changes reaches on val, in the unit of the curve."""
    scores = checkpoint.card.metrics.get("val")
    if isinstance(scores, CountryScores):
        return scores.baseline.top1
    return scores.baseline.p50 if isinstance(scores, CityScores) else None


def _classes(checkpoint: Release) -> None:
    before, after = checkpoint.card.data.class_sizes
    if not before:
        return untold(_("How many photos of each country it learnt from"))
    usual, rarest = max(before, key=before.get), min(before, key=before.get)
    ratio = before[usual] / before[rarest]
    told = _(
        "The largest class has {ratio:,.0f} times as many photos as the smallest.", ratio=ratio
    )
    if after:
        even = max(after.values()) / min(after.values())
        told += " " + _(
            "Balanced, an epoch shows it {ratio:,.0f} times as often as the smallest.", ratio=even
        )
    st.write(told)
    log = st.toggle(_("Logarithmic axis"), value=True, key="log")
    plot(
        class_sizes_chart(before, after or None, log, ink()),
        "classes",
        _(
            "Photos of each of {count} countries, from {most:,} to {least:,}",
            count=len(before),
            most=before[usual],
            least=before[rarest],
        ),
    )
    if not after:
        note(_("The card does not tell what an epoch showed of each country."))


def _recipe(checkpoint: Release) -> None:
    if checkpoint.members:
        st.code(_ensemble_command(checkpoint), language="shell", wrap_lines=True)
        return None
    recipe = checkpoint.card.recipe
    if recipe is None or recipe.name is None:
        return untold(_("The recipe"))
    st.write(_("The recipe is a file in `training/recipes`; a run that was killed goes on."))
    st.code("\n".join(_commands(checkpoint, recipe)), language="shell", wrap_lines=True)
    with st.expander(_("Everything the recipe says"), icon=":material/receipt_long:"):
        st.code(recipe_text(recipe), language="toml")
    return None


def _commands(checkpoint: Release, recipe: RecipePart) -> list[str]:
    name = shlex.quote(checkpoint.folder.name)
    asked = checkpoint.task
    if not checkpoint.classes:
        asked += f" --city {shlex.quote(checkpoint.city.name)}"
    lines = [_RETRAINED.format(asked, shlex.quote(str(recipe.name)), name)]
    if checkpoint.classes and checkpoint.country_card.probes:
        lines.append(f"python -m training probes {name} --data FOLDER")
    return [*lines, f"python -m training evaluate {name} --data FOLDER --write"]


def _ensemble_command(checkpoint: Release) -> str:
    members = " ".join(map(shlex.quote, checkpoint.members))
    name = shlex.quote(checkpoint.folder.name)
    return f"python -m training ensemble --data FOLDER --members {members} --name {name}"


def recipe_text(recipe: RecipePart) -> str:
    """A card's recipe as the TOML file that it was."""
    told = recipe.model_dump(mode="json", exclude_unset=True, exclude={"name"})
    told = {key: value for key, value in told.items() if value not in (None, [])}
    lines = [f"{k} = {json.dumps(v)}" for k, v in told.items() if not isinstance(v, dict)]
    for section, values in told.items():
        if isinstance(values, dict):
            settings = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
            lines += ["", f"[{section}]", *settings]
    return "\n".join(lines)


def _provenance(checkpoint: Release) -> None:
    card = checkpoint.card
    told, data, recipe = card.provenance, card.data, card.recipe
    rows = {
        _("Started from"): _origin(recipe) if recipe else None,
        _("Taught by"): ", ".join(recipe.teachers) or None if recipe else None,
        _("Trained"): told.trained,
        _("Training took"): None if told.minutes is None else _took(told.minutes, recipe),
        _("Device"): told.device,
        _("Commit"): told.commit,
        "PyTorch": told.torch,
        _("Data set"): data.name,
        _("Photos"): _by_split(data.photos),
        _("Places"): _by_split(data.places),
        _("Fingerprint of the data"): (data.fingerprint or "")[:16] or None,
        _("Measured on test"): _("yes") if "test" in card.metrics else _("not yet"),
    }
    known = {key: plain(str(value)) for key, value in rows.items() if value is not None}
    st.table(known, border="horizontal", alt=_("Provenance of {title}", title=checkpoint.title))


def _origin(recipe: RecipePart) -> str:
    network, start = recipe.network, recipe.start
    if start == "published" or network.get("tune", "whole") != "whole":
        return _("published weights of {trunk}", trunk=network.get("backbone"))
    return start or _("random weights")


def _took(minutes: float, recipe: RecipePart | None) -> str:
    start = recipe.start if recipe else None
    if start in (None, "published"):
        return _("{minutes:,} minutes", minutes=minutes)
    return _("{minutes:,} minutes, from {start} on", minutes=minutes, start=start)


def _by_split(counts: dict[str, int] | None) -> str | None:
    if not counts:
        return None
    return ", ".join(
        _("{n:,} {split}", n=count, split=split_name(split)) for split, count in counts.items()
    )
