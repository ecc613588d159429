"""What a link finds before the entrance has run once; the page is `pages/dataset/`."""

from pages.shared.streamlit_internals import enter

enter()
