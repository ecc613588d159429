"""The app's entrance: `streamlit run app.py` serves it, and each visitor's run starts here."""

if __name__ == "__main__":
    from pages.navigation import run

    run()
else:
    # Streamlit imports what it finds here by this name, and runs the file itself for each visitor.
    import streamlit as st

    from pages.server import lifespan, middleware

    app = st.App("app.py", lifespan=lifespan, middleware=middleware())
