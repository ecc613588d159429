"""What the page *Compare* says, in one place: messages to look up where they are shown."""

from pages.language import N_

TITLE = N_("Compare the models")
INTRO = N_(
    "What each model says of the same photo, where they agree, and which parts of the photo they "
    "go by. Choose a photo here or on the page *Locate*: it stays when you change pages."
)
MODELS = N_("Models")
NONE = N_("Choose at least one model to compare.")

COUNTRIES = N_("Which country?")
BARS_ALT = N_("Bars of {models}, by country: {told}. The table below has all of them.")
BARS_TABLE = N_("The bars as a table")
BARS_NOTE = N_(
    "The countries are in the same order for every model: the likeliest on average comes first. "
    "All probabilities are calibrated."
)
TRUE = N_("Where it was taken: **{country}**.")

IN_COMMON = N_(
    "Each model has a list that is to hold the true country nine times in ten. "
    "In all of these lists: {countries}."
)
IN_COMMON_AND_MORE = N_(
    "Each model has a list that is to hold the true country nine times in ten. "
    "In all of these lists: {countries} and {count} more."
)
NOTHING_IN_COMMON = N_(
    "Each model has a list that is to hold the true country nine times in ten. No country is in "
    "all of these lists, so at least one of them is wrong."
)
ENSEMBLE = N_("{title} is made of the others' answers: it names {country} first, with **{share}**.")
ENSEMBLE_OF = N_(
    "{title} is made of the others' answers: it names {country} first, with **{share}**, to which "
    "{members}."
)
MEMBER = N_("{title} gives {share}")

BARS_OF_COUNTRY = N_("{country}: {told}")

TABLE_ALT = N_("What each model says, how sure it is, and how long it took")
COLUMNS = {
    N_("Model"): None,
    N_("First answer"): N_("The likeliest country."),
    N_("Probability"): N_("Its calibrated probability."),
    N_("90% list"): N_(
        "Countries in the list that is to hold the true one nine times in ten: the fewer, the "
        "surer the model is of this photo."
    ),
    N_("Right in tests"): N_(
        "How often its first answer was right on photos that it had never seen."
    ),
    N_("Time"): N_(
        "Seconds on the computer that runs this app; an ensemble's is the sum of its members'."
    ),
}

PINS = N_("Where in the city?")
PINS_ALT = N_("The pin of each city model")
PINS_HOW = N_("Each pin is where the photo was, if it was taken in that city at all.")
PIN_COLUMNS = {
    N_("Model"): None,
    N_("City"): None,
    N_("Latitude"): N_("Of the pin, in degrees."),
    N_("Longitude"): N_("Of the pin, in degrees."),
    N_("Half within"): N_("Half of the test photos lie within so many metres of their pins."),
    N_("Time"): N_("Seconds on the computer that runs this app."),
}
APART = N_("In {city} the pins of {models} are up to **{distance}** apart.")

MAPS = N_("Why this answer?")
MAPS_HOW = N_(
    "Each network's own activation map of one country, by the first method that fits it, after its "
    "last layer. A map shows activation that goes with a country, not why the model decided."
)
MAPS_ONE = N_("Maps are drawn for one photo at a time: these are of the first.")
MAPS_ENSEMBLE = N_("{title} has no map of its own; its members' are here.")
MAPS_NONE = N_("None of these models has an activation map.")
COUNTRY = N_("Country")
BARE = N_("The photo itself, its middle")
MAP = N_("{title}: {share}")
MAP_METHOD = N_("{method}, {layer}")
MAP_METHOD_POOR = N_("{method}, {layer}. On {photos} photos no better than random maps.")
MAP_ALT = N_("The photo, tinted by what goes with {country} for {title}")
MAP_UNKNOWN = N_("{title} does not know {country}.")

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
