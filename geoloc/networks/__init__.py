"""The networks, by name: `build("cnn", outputs=55)`; `register` adds one of your own."""

from geoloc.networks.base import (
    Attention,
    Features,
    GeoNetwork,
    build,
    names,
    network_type,
    register,
)

__all__ = ["Attention", "Features", "GeoNetwork", "build", "names", "network_type", "register"]
