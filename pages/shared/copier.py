"""Buttons that copy, in the browser alone."""

from __future__ import annotations

import streamlit as st

_HTML = "<button type='button'></button>"
_CSS = """
button {
    min-height: 2.5rem; padding: 0.25rem 0.75rem; border-radius: var(--st-button-radius);
    border: 1px solid var(--st-border-color); background: var(--st-background-color);
    color: var(--st-text-color); font: inherit; font-size: 0.875rem; white-space: nowrap;
    cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_SCRIPT = """
export default function({ data, parentElement }) {
    const button = parentElement.querySelector("button");
    button.textContent = data.label;
    button.onclick = async () => {
        const text = data.text ?? window.location.href;
        try {
            await navigator.clipboard.writeText(text);
            button.textContent = data.done;
            setTimeout(() => { button.textContent = data.label; }, 2000);
        } catch {
            // Without leave to write, as on a page without TLS, it can be taken by hand.
            window.prompt(data.label, text);
        }
    };
}
"""
_copier = st.components.v2.component("where_am_i_copy", html=_HTML, css=_CSS, js=_SCRIPT)


def copy_link(label: str, done: str) -> None:
    """A button that copies the page's address as it is now.

    Args:
        label: of the button.
        done: what it says for a moment afterwards.
    """
    _copier(key="copy link", data={"label": label, "done": done, "text": None}, width="content")


def copy_text(label: str, done: str, text: str) -> None:
    """A button that copies a text.

    Args:
        label: of the button.
        done: what it says for a moment afterwards.
        text: that it copies.
    """
    key = f"copy {text}"
    _copier(key=key, data={"label": label, "done": done, "text": text}, width="content")
