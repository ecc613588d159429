"""What the pages are made of: the only part of the library that knows Streamlit.

It loads models once a process, keeps each visitor's photo in that visitor's session alone, and
draws answers with small functions.
"""

from geoloc.ui.about import about
from geoloc.ui.answer import answer
from geoloc.ui.cards import model_cards
from geoloc.ui.chooser import complaint, welcome
from geoloc.ui.dataset import dataset
from geoloc.ui.frame import page
from geoloc.ui.play import play
from geoloc.ui.shelf import problems, shelf
from geoloc.ui.state import asked, chosen
from geoloc.ui.train import train
from geoloc.ui.train_state import sweep

__all__ = [
    "about",
    "answer",
    "asked",
    "chosen",
    "complaint",
    "dataset",
    "model_cards",
    "page",
    "play",
    "problems",
    "shelf",
    "sweep",
    "train",
    "welcome",
]
