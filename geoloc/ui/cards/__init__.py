"""The page of the models' cards: all side by side, then one of them in full."""

from geoloc.ui.cards.page import model_cards

__all__ = ["model_cards"]
