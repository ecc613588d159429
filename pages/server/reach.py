"""Who reaches the app, and so what they may do: read from where it listens and what they send."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")
"""The names of this computer that no other one answers to."""

# A proxy on this computer makes every visitor look local, and most of them say that they are one.
_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_local(address: str | None) -> bool:
    """Whether a server that listens there is out of other computers' reach.

    Args:
        address: None for everywhere.
    """
    return address in LOCAL


def is_owner(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a visitor sits at the computer that runs the app.

    Neither a page of somebody else's, whose name was made to lead here (DNS rebinding), nor a proxy
    passes for that: their requests have names of their own.

    Args:
        address: where the server listens.
        headers: of the visitor's request.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    if not is_local(address) or any(name in sent for name in _PROXIES):
        return False
    names = [host_name(sent["host"])] if "host" in sent else []
    names += [host_name(urlsplit(sent["origin"]).netloc)] if "origin" in sent else []
    return all(name in LOCAL for name in names)


def may_train(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a visitor may train: by GEOLOC_TRAIN, or else who sits at this computer."""
    chosen = os.environ.get("GEOLOC_TRAIN", "").strip().lower()
    return chosen == "on" if chosen else is_owner(address, headers)


def is_served(host: str, address: str | None, names: Collection[str]) -> bool:
    """Whether the app answers to a name.

    Args:
        host: as the request has it, with or without a port.
        address: where the server listens.
        names: those that its owner gave it; `*.example.org` stands for all below that one.
    """
    name = host_name(host)
    if name is None:
        return False
    if name in LOCAL or any(_matches(name, given.lower()) for given in names):
        return True
    # Who lets the whole network in and gives no names is reached under any.
    return not names and not is_local(address)


def host_name(host: str) -> str | None:
    """The name or address in a Host header, in small letters; None if it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if not port_is_valid or parts.path or parts.query or parts.fragment or "@" in host:
        return None
    return parts.hostname.rstrip(".") if parts.hostname else None


def _matches(name: str, given: str) -> bool:
    if given.startswith("*"):
        return name.endswith(given[1:])
    return name == given.rstrip(".")
