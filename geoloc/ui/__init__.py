"""What the pages are made of: the only part of the library that knows Streamlit.

It loads models once a process, keeps each visitor's photo in that visitor's session alone, and
draws answers with small functions.
"""

from geoloc.ui.answer import answer
from geoloc.ui.chooser import complaint, welcome
from geoloc.ui.frame import page
from geoloc.ui.shelf import problems, shelf
from geoloc.ui.state import chosen

__all__ = [
    "answer",
    "chosen",
    "complaint",
    "page",
    "problems",
    "shelf",
    "welcome",
]
