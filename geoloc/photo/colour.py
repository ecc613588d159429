"""From whatever colours a file has to 8-bit sRGB on white."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from geoloc.photo.sides import MAX_PROFILE

# 65535 / 255 = 257; looked up, a large picture needs no wider copy of itself.
_EIGHT_OF_SIXTEEN_BITS = np.round(np.arange(65536) / 257).astype(np.uint8)
_PLAIN = frozenset(("L", "LA", "RGB", "RGBA", "CMYK"))


class ProfileError(ValueError):
    """A colour profile is broken, huge, or for other channels than the picture has."""


def to_eight_bits(image: Image.Image) -> Image.Image:
    """The same picture in one of the modes L, LA, RGB, RGBA, CMYK, which can all be scaled."""
    if image.mode.startswith("I;16"):
        return _grey_of_sixteen_bits(image)
    transparent = image.has_transparency_data
    if image.mode in _PLAIN and "transparency" not in image.info:
        return image
    if image.mode in ("1", "L"):
        return image.convert("LA" if transparent else "L")
    return image.convert("RGBA" if transparent else "RGB")


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """RGB in the sRGB colour space, what is transparent laid on white.

    Args:
        image: in one of the modes that `to_eight_bits` gives.
        icc: its colour profile, if there is one.

    Raises:
        ProfileError: if the profile cannot be used.
    """
    opaque = image.convert(image.mode.removesuffix("A")) if image.mode.endswith("A") else image
    rgb = (_through_profile(opaque, icc) if icc else None) or opaque
    if rgb.mode != "RGB":  # to convert it again would copy it
        rgb = rgb.convert("RGB")
    if opaque is image:
        return rgb
    white = Image.new("RGB", image.size, "white")
    white.paste(rgb, mask=image.getchannel("A"))
    return white


def _grey_of_sixteen_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.uint16, copy=False)
    grey = Image.fromarray(_EIGHT_OF_SIXTEEN_BITS[values])
    hidden = image.info.get("transparency")
    if hidden is None:
        return grey
    alpha = Image.fromarray(np.where(values == hidden, np.uint8(0), np.uint8(255)))
    return Image.merge("LA", (grey, alpha))


def _through_profile(image: Image.Image, icc: bytes) -> Image.Image | None:
    """The picture by its profile, none if that is sRGB itself."""
    if len(icc) > MAX_PROFILE:
        raise ProfileError("too long")
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space == "RGB " and image.mode == "L":
            image = image.convert("RGB")
        if (profile.profile.profile_description or "").startswith("sRGB"):
            return None
        return ImageCms.profileToProfile(
            image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise ProfileError("not for this picture") from error
