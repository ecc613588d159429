"""From photos to answers: countries with calibrated probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from geoloc.models.release import Release, save
from geoloc.photo.inputs import Crops, frame, prepare
from geoloc.tasks.country import CountryClassifier, CountryPrediction
from tests.geoloc import small_models

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory) -> CountryClassifier:
    folder = tmp_path_factory.mktemp("small")
    return CountryClassifier(save(folder, small_models.network(), small_models.country_card()), CPU)


shares = st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(any)


@given(shares)
def test_a_prediction_names_every_class_once_and_the_most_probable_first(parts):
    probabilities = np.array(parts) / sum(parts)
    classes = [f"{letter}{letter}" for letter in "ABCDEFGHI"[: len(parts)]]
    told = CountryPrediction.of("small", classes, probabilities)
    assert sorted(told.codes) == classes
    assert list(told.probabilities) == sorted(probabilities, reverse=True)
    assert all(told.probability(code) == p for code, p in zip(classes, probabilities, strict=True))


def test_the_most_probable_countries_can_be_asked_for():
    told = CountryPrediction.of("small", ["BR", "FR", "JP"], np.array([0.2, 0.5, 0.3]))
    assert told.top(2) == [("FR", 0.5), ("JP", 0.3)]
    assert told.top(9) == [("FR", 0.5), ("JP", 0.3), ("BR", 0.2)]


def test_equally_probable_countries_keep_the_order_of_the_classes():
    told = CountryPrediction.of("small", ["ZA", "BR", "FR"], np.array([0.3, 0.4, 0.3]))
    assert told.codes == ("BR", "ZA", "FR")


def test_a_country_that_the_model_does_not_know_is_named():
    told = CountryPrediction.of("small", ["BR", "FR"], np.array([0.5, 0.5]))
    with pytest.raises(KeyError, match="XK is not a class of small"):
        told.probability("XK")


@pytest.mark.parametrize(("codes", "probabilities"), [((), ()), (("FR",), (0.5, 0.5))])
def test_a_prediction_needs_one_probability_a_country(codes, probabilities):
    with pytest.raises(ValueError, match="one probability a country"):
        CountryPrediction("small", codes, probabilities)


def test_the_likely_countries_are_as_many_as_the_set_mass_asks_for():
    probabilities = np.array([0.2, 0.5, 0.3])
    told = [
        CountryPrediction.of("small", ["BR", "FR", "JP"], probabilities, mass).likely
        for mass in (0.0, 0.5, 0.8, None)
    ]
    assert told == [1, 2, 3, None]


def test_a_classifier_names_likely_countries_only_if_it_was_calibrated_for_it(classifier, tmp_path):
    card = small_models.country_card(calibration={"temperature": 1.0, "conformal_threshold": 1.0})
    calibrated = CountryClassifier(save(tmp_path, small_models.network(), card), CPU)
    assert calibrated.predict(small_models.photos(1))[0].likely == len(small_models.CLASSES)
    assert classifier.predict(small_models.photos(1))[0].likely is None


def test_probabilities_add_up_to_one(classifier):
    for told in classifier.predict(small_models.photos(3)):
        assert sum(told.probabilities) == pytest.approx(1)
        assert told.model == "small" and set(told.codes) == set(small_models.CLASSES)


def test_a_photos_answer_does_not_depend_on_its_neighbours(classifier):
    photos = small_models.photos(4)
    together = classifier.predict(photos)
    alone = [classifier.predict([photo])[0] for photo in photos]
    assert len({told.probabilities for told in together}) == 4
    for one, other in zip(together, alone, strict=True):
        assert one.codes == other.codes
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)


def test_the_same_photo_has_the_same_answer_twice(classifier):
    assert classifier.predict(small_models.photos(2)) == classifier.predict(small_models.photos(2))


def test_only_the_band_counts(classifier):
    photo = small_models.photos(1)[0]
    pixels = photo.pixels.copy()
    pixels[:28] = pixels[152:] = 255
    assert classifier.predict([replace(photo, pixels=pixels)]) == classifier.predict([photo])


def test_no_photos_have_no_answers(classifier):
    assert classifier.predict([]) == []


@pytest.mark.parametrize("temperature", [0.5, 2.0, 5.0])
def test_the_temperature_divides_the_logits(classifier, tmp_path, temperature):
    card = small_models.country_card(calibration={"temperature": temperature})
    warm = CountryClassifier(save(tmp_path, small_models.network(), card), CPU)
    bands = np.stack([prepare(photo.pixels) for photo in small_models.photos(2)])[:, None]
    assert np.array_equal(warm.logits(bands), classifier.logits(bands))
    raw, log_p = classifier.logits(bands), np.log(warm.probabilities(bands))
    spread = (raw - raw[:, :1]) / temperature
    assert log_p - log_p[:, :1] == pytest.approx(spread, abs=1e-6)


def test_the_bias_is_added_to_the_logits_after_the_temperature(classifier, tmp_path):
    count = len(classifier.classes)
    bias = np.linspace(-1, 1, count)
    card = small_models.country_card(calibration={"temperature": 2.0, "bias": bias.tolist()})
    shifted = CountryClassifier(save(tmp_path, small_models.network(), card), CPU)
    bands = np.stack([prepare(photo.pixels) for photo in small_models.photos(2)])[:, None]
    expected = softmax(classifier.logits(bands) / 2.0 + bias, axis=1)
    assert shifted.probabilities(bands) == pytest.approx(expected)


def test_an_answer_is_made_of_the_mean_over_the_crops_that_the_card_names(classifier, tmp_path):
    told = {"tta": {"offsets": [-20, 0, 20], "mirror": True}}
    averaged = CountryClassifier(
        save(tmp_path, small_models.network(), small_models.country_card(input=told)), CPU
    )
    photo = small_models.photos(1)[0]
    crops = Crops((-20, 0, 20), mirror=True).of(frame(photo.pixels))
    logits = np.mean([classifier.logits(crop[None, None]) for crop in crops], axis=0)
    best = softmax(logits, axis=1)[0]
    answer = averaged.predict([photo])[0]
    assert [answer.probability(code) for code in classifier.classes] == pytest.approx(
        best, abs=1e-5
    )


def test_a_model_that_looks_at_the_mirror_too_answers_a_mirrored_photo_alike(classifier, tmp_path):
    card = small_models.country_card(input={"tta": {"offsets": [-20, 0, 20], "mirror": True}})
    averaged = CountryClassifier(save(tmp_path, small_models.network(), card), CPU)
    photo = small_models.photos(1)[0]
    mirrored = replace(photo, pixels=np.ascontiguousarray(photo.pixels[:, ::-1]))
    one, other = averaged.predict([photo, mirrored])
    assert one.codes == other.codes
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
    plain, turned = classifier.predict([photo, mirrored])
    assert plain.probabilities != pytest.approx(turned.probabilities, abs=1e-5)


def test_a_checkpoint_is_ready_on_any_device_that_is_there(classifier):
    checkpoint: Release = classifier.checkpoint
    told = CountryClassifier(checkpoint).predict(small_models.photos(1))[0]
    expected = classifier.predict(small_models.photos(1))[0]
    assert told.probabilities == pytest.approx(expected.probabilities, abs=1e-3)


def test_the_photos_of_a_place_have_one_answer_as_the_card_says(classifier, tmp_path):
    together = {"gamma": 0.5, "prior": [0.4, 0.3, 0.2, 0.1], "conformal_threshold": 0.9}
    calibration = {"conformal_threshold": 0.2, "multi_view": together}
    card = small_models.country_card(calibration=calibration)
    sharper = CountryClassifier(save(tmp_path, small_models.network(), card), CPU)
    photos = small_models.photos(4)
    views = np.stack([told.over(sharper.classes) for told in sharper.predict(photos)])
    prior = np.log(together["prior"])
    expected = softmax(prior + 2 * (np.log(views) - prior).mean(axis=0))
    told = sharper.predict_place(photos)
    assert told.over(sharper.classes) == pytest.approx(expected)
    assert told.likely == CountryPrediction.of("", sharper.classes, expected, 0.9).likely
    assert sharper.predict_place(photos[:1]) == sharper.predict(photos[:1])[0]


def test_a_place_without_a_photo_has_no_answer(classifier):
    with pytest.raises(ValueError, match="at least one photo"):
        classifier.predict_place([])
