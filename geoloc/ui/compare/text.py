"""What the page *Compare* says, in one place, so that it can be translated."""

TITLE = "Compare the models"
INTRO = (
    "What each model says of the same photo, where they agree, and which parts of the photo they "
    "go by. Choose a photo here or on the page *Locate*: it stays when you change pages."
)
MODELS = "Models"
NONE = "Choose at least one model to compare."

COUNTRIES = "Which country?"
BARS_ALT = "Bars of {models}, by country: {told}. The table below has all of them."
BARS_TABLE = "The bars as a table"
BARS_NOTE = (
    "The countries are in the same order for every model: the likeliest on average comes first. "
    "All probabilities are calibrated."
)
TRUE = "Where it was taken: **{country}**."

IN_COMMON = (
    "Each model has a list that is to hold the true country nine times in ten. "
    "In all of these lists: {countries}."
)
NOTHING_IN_COMMON = (
    "Each model has a list that is to hold the true country nine times in ten. No country is in "
    "all of these lists, so at least one of them is wrong."
)
AND_MORE = " and {count} more"
ENSEMBLE = (
    "{title} is made of the others' answers: it names {country} first, with **{share}**{members}."
)
MEMBERS = ", to which {members}"
MEMBER = "{title} gives {share}"

TABLE_ALT = "What each model says, how sure it is, and how long it took"
COLUMNS = {
    "Model": None,
    "First answer": "The likeliest country.",
    "Probability": "Its calibrated probability.",
    "90% list": "Countries in the list that is to hold the true one nine times in ten: the fewer, "
    "the surer the model is of this photo.",
    "Right in tests": "How often its first answer was right on photos that it had never seen.",
    "Time": "Seconds on the computer that runs this app; an ensemble's is the sum of its members'.",
}

PINS = "Where in the city?"
PINS_ALT = "The pin of each city model"
PINS_HOW = "Each pin is where the photo was, if it was taken in that city at all."
PIN_COLUMNS = {
    "Model": None,
    "City": None,
    "Latitude": "Of the pin, in degrees.",
    "Longitude": "Of the pin, in degrees.",
    "Half within": "Half of the test photos lie within so many metres of their pins.",
    "Time": "Seconds on the computer that runs this app.",
}
APART = "In {city} the pins of {models} are up to **{distance}** apart."

MAPS = "What goes with a country?"
MAPS_HOW = (
    "Each network's own activation map of one country, by the first method that fits it, after its "
    "last layer. A map shows activation that goes with a country, not why the model decided."
)
MAPS_ONE = "Maps are drawn for one photo at a time: these are of the first."
MAPS_ENSEMBLE = "{title} has no map of its own; its members' are here."
MAPS_NONE = "None of these models has an activation map."
COUNTRY = "Country"
BARE = "The photo itself, its middle"
MAP = "{title}: {share}"
MAP_METHOD = "{method}, {layer}"
MAP_POOR = "On {photos} photos no better than random maps."
MAP_ALT = "The photo, tinted by what goes with {country} for {title}"
MAP_UNKNOWN = "{title} does not know {country}."

PHOTOS = "All photos"
PHOTOS_HOW = (
    "Each photo by itself. A click on a column's title sorts by it; the file also has every "
    "country's probability."
)
PHOTOS_ALT = "The first answer of each model to each photo"
PHOTOS_ASKING = "Asking every model about every photo…"
AGREE = "Agree"
NO_TWO = "no two"
AGREE_HELP = "How many of the networks name the country that most of them name first."
TAKEN = "Taken in"
DOWNLOAD = "Download as CSV"
