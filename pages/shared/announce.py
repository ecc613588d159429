"""What has happened on a page, for those who hear it instead of seeing it."""

from __future__ import annotations

import json

import streamlit as st

# A live region that comes with its words is not read: it has to be there before them.
_SCRIPT = """<script>
(() => {
    let region = document.getElementById("announcer");
    if (!region) {
        region = document.createElement("div");
        region.id = "announcer";
        region.setAttribute("role", "status");
        region.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;"
            + "clip-path:inset(50%);white-space:nowrap";
        document.body.append(region);
    }
    const words = WORDS;
    setTimeout(() => { if (region.textContent !== words) region.textContent = words; }, 100);
})();
</script>"""


def announce(words: str) -> None:
    """A screen reader says the words, unless they are the last that it said."""
    written = json.dumps(words).replace("<", "\\u003c")
    st.html(_SCRIPT.replace("WORDS", written), unsafe_allow_javascript=True)
