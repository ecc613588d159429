"""A photo is scaled once for all networks that are given it alike."""

import numpy as np

from geoloc.photo import Photo
from geoloc.photo.inputs import Crops, Framing, InputSpec, frame

PIXELS = np.random.default_rng(0).integers(0, 256, (300, 500, 3), np.uint8)


def test_networks_of_one_framing_share_a_frame():
    photo, small = Photo(PIXELS, ""), InputSpec(160, 160, "square")
    first = photo.frame(small.framing)
    assert photo.frame(InputSpec().framing) is first
    assert np.array_equal(first.pixels, frame(PIXELS).pixels)
    assert np.array_equal(Crops(spec=small).of_photos([photo])[0, 0], small.prepare(PIXELS))


def test_another_framing_has_a_frame_of_its_own():
    photo = Photo(PIXELS, "")
    large = photo.frame(Framing(side=480))
    assert len(large.pixels) == 480 and len(photo.frame(Framing()).pixels) == 240
