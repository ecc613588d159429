"""What the first page needs before it is drawn: nothing that takes seconds to import."""

import subprocess
import sys

from geoloc.settings import PROJECT

FIRST = "pages.shared.chooser, pages.shared.session, pages.shared.frame, pages.gallery"
HEAVY = "torch", "timm", "cv2", "scipy", "shapely", "pandas", "folium"


def test_the_first_page_is_drawn_before_what_models_need_is_imported():
    script = f"import sys, {FIRST}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == []
