"""A page that keeps a photo, behind the app's guards, whose clocks run fast."""

if __name__ == "__main__":
    import streamlit as st

    @st.cache_resource
    def models() -> list[int]:
        return []

    def home() -> None:
        models().append(1)
        st.write(f"{len(models())} runs since the models were loaded")
        photo = st.file_uploader("Photo")
        if photo is not None:
            st.image(photo.getvalue())

    def other() -> None:
        st.write("another page")

    st.navigation([st.Page(home, default=True), st.Page(other, url_path="other")]).run()
else:
    import sys

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo"):
            print("asked", arguments[-1] if event == "socket.connect" else arguments[0], flush=True)

    sys.addaudithook(note)

    import streamlit as st

    from pages.server import cleaning, lifespan, middleware, uploads
    from pages.shared import streamlit_internals

    uploads.MOST_BYTES = 1_000_000
    uploads.WAIT_SECONDS = uploads.WINDOW_SECONDS = 1.0
    cleaning.EVERY_SECONDS, cleaning.UNTAKEN_SECONDS = 0.1, 1.0
    streamlit_internals.HEADER_SECONDS = 1.0
    app = st.App("app.py", lifespan=lifespan, middleware=middleware())
