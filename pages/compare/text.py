"""What the page *Compare* says, in one place: messages to look up where they are shown."""

from pages.language import N_

TITLE = N_("Compare the models")
MODELS = N_("Models, up to {most}")
NONE = N_("Choose at least one model to compare.")

COUNTRIES = N_("Country")
CARDS = N_("A card a model")
ACCURACY = N_("Test accuracy")
TIME = N_("Time")
TRUE_HIT = N_("✓ Taken in {country}")
TRUE_RANKED = N_("Taken in {country}: ranked {rank}, {share}")
TRUE_UNKNOWN = N_("Taken in {country}, which it does not know")

IN_COMMON = N_(
    "Each model has a set that is to hold the true country nine times in ten. "
    "In all of these sets: {countries}."
)
IN_COMMON_AND_MORE = N_(
    "Each model has a set that is to hold the true country nine times in ten. "
    "In all of these sets: {countries} and {count} more."
)
NOTHING_IN_COMMON = N_(
    "Each model has a set that is to hold the true country nine times in ten. No country is in "
    "all of these sets, so at least one of them is wrong."
)
ENSEMBLE = N_("{title} is made of the others' answers: it names {country} first, with **{share}**.")
ENSEMBLE_OF = N_(
    "{title} is made of the others' answers: it names {country} first, with **{share}**, to which "
    "{members}."
)
MEMBER = N_("{title} gives {share}")

TABLE_ALT = N_("What each model says, how sure it is, and how long it took")
COLUMNS = {
    N_("Model"): None,
    N_("First answer"): N_("The likeliest country."),
    N_("Probability"): N_("Its calibrated probability."),
    N_("Countries in the 90 % set"): N_(
        "The set that is to hold the true country nine times in ten: the fewer, the surer the "
        "model is of this photo."
    ),
    N_("Test accuracy"): N_(
        "How often its first answer was right on photos that it had never seen."
    ),
    N_("Time"): N_(
        "Seconds on the computer that runs this app; an ensemble's is the sum of its members'."
    ),
}

PINS = N_("City")
PINS_ALT = N_("The pin of each city model")
PIN_COLUMNS = {
    N_("Model"): None,
    N_("Latitude"): N_("Of the pin, in degrees."),
    N_("Longitude"): N_("Of the pin, in degrees."),
    N_("Median error"): N_("Half of the test photos lie within so many metres of their pins."),
    N_("Time"): N_("Seconds on the computer that runs this app."),
}
APART = N_("If it was in {city}: {pins} pins, up to **{distance}** apart.")

SLIDER = N_("Compare two maps")
SLIDER_LEFT = N_("Left")
SLIDER_RIGHT = N_("Right")
SLIDER_HANDLE = N_("Uncover the left map")
SLIDER_MAP = N_("{title} · {country}")
MAPS_HOW = N_("A map shows what goes with a country, not why the model decided.")
MAPS_ONE = N_("Maps are drawn for one photo at a time: these are of the first.")
MAPS_ENSEMBLE = N_("No map of its own: it combines the other models' answers.")
MAPS_NONE = N_("This model has no activation map.")
BARE = N_("The photo itself")
MAP_ALT = N_("The photo, tinted by what goes with {country} for {title}")

PHOTOS = N_("All photos")
PHOTOS_HOW = N_(
    "Each photo by itself. A click on a column's title sorts by it; the file also has every "
    "country's probability."
)
PHOTOS_ALT = N_("The first answer of each model to each photo")
PHOTOS_ASKING = N_("Asking every model about every photo…")
AGREE = N_("Agree")
NO_TWO = N_("no two")
AGREE_HELP = N_("How many of the networks name the country that most of them name first.")
SOME_AGREE = N_("{count} of {networks}")
FIRST = N_("{country}, {share}")
PHOTO = N_("Photo")
TAKEN = N_("Taken in")
DOWNLOAD = N_("Download as CSV")
