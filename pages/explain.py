"""What a link finds before the entrance has run once; the page is `pages/explain/`."""

from pages.shared.streamlit_internals import enter

enter()
