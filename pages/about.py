"""What a link finds before the entrance has run once; the page is `pages/about/`."""

from pages.shared.streamlit_internals import enter

enter()
