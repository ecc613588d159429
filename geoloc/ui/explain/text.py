"""What the page *Explain* says, in one place, so that it can be translated."""

TITLE = "Why there?"
INTRO = (
    "Which parts of the photo go with a country, by each model and each method that fits it, and a "
    "test of whether the model really follows them."
)
CAUTION = (
    "A map shows activation that goes with an answer, not why the model decided. It covers the "
    "middle of the photo, all that the model sees here."
)
OTHERS = "Other photos"
ONE_AT_A_TIME = "Maps are drawn for one photo at a time: these are of the first."

MODEL = "Model"
COUNTRY = "Why this country?"
AGAINST = "… and not this one?"
NO_OTHER = "No other"
METHOD = "Method"
LAYERS = "Layers"
OPACITY = "Opacity"
COLOURS = "Colours"
SIGNED = "for and against"
ENDS = ("least", "most")
SIGNED_ENDS = ("against", "for")

WHY = "Why {country}?"
CONTRAST = "Why {country} and not {other}?"
MOVES = "What moves the pin in {city}?"
LOOKS = "Where does it look?"
ROLES = {
    "predicted": "The most likely country",
    "true": "The country where it was taken",
    "both": "The most likely country, where it was in fact taken",
}
IN_ANSWER = "**{share}** in the model's answer, number {rank} of {count}"
CELLS = "{layer}, {rows} × {columns} cells"
CAM = "{layer}: {country} {share}"
CAM_ALT = "The photo, tinted by what goes with {country} after {layer}, by {method}"
CONTRAST_CAPTION = "{layer}: {country} (orange) or {other} (blue)"
PLAIN_CAPTION = "{layer}"
PLAIN_ALT = "The photo, tinted by {method}"
PIN_REMARK = "Each part of the photo blurred in turn, and the pin looked up again"
PIN_CAPTION = "Up to {most} where it is brightest"
BARE = "The photo itself"
BARE_REMARK = "Its middle, as the model sees it"
TRUE_UNKNOWN = (
    "The photo was taken in {country}, which is not one of the {count} countries that this model "
    "knows."
)
PROBES_ACCURACY = (
    "Each layer's percentages are those of its own linear models, which named the right country "
    "for {shares} of the {photos:,} {split} photos, and the whole model for {whole}."
)
OWN_PERCENTAGES = (
    "The percentages here are the model's for the middle of the photo alone; its answer is an "
    "average over several views."
)
MEMBERS = (
    "{title} is made of several models. These are their own maps of the country, each by the first "
    "method that fits it."
)
MEMBER = "{title}, {layer}: {share}"
NO_METHOD = "There is no way yet to explain {title}."
DOWNLOAD = "Download these maps"
POSTER = "{model}: {method} ({source}). {caution}"

ARITHMETIC = "The sum written out"
ARITHMETIC_HOW = (
    "A map of the layer shows how strongly one learnt feature answers at each place. Weighted and "
    "added up they make the picture above: **w₁ × map₁ + w₂ × map₂ + … = CAM**. These are the "
    "{shown} of {count} that count most for {country} here."
)
TERM = "{weight} × map {number}"
TERM_ADDS = "adds {adds} on average"
TERM_ALT = "Map {number} after {layer}"
REST = "and {count} more"
REST_ADDS = "add {adds} on average"
REST_ALT = "The sum of all other maps after {layer}"
SUM = "= CAM"
SUM_ADDS = "{mean} on average"
SUM_ALT = "The CAM after {layer}"
LOGIT = (
    "The CAM's average **{mean}** plus the constant **{bias}** is {country}'s score, "
    "**{logit}**. Beside the scores of the other {others} countries that makes **{share}**."
)
NO_LOGIT = "Here the weights are gradients, so that the sum points at parts but is no score itself."

TRUE = "Is it true?"
TRUE_HOW = (
    "If a map is right, the answer goes away when its brightest parts are blurred (deletion), and "
    "comes back when these alone are sharp again (insertion). Random maps with as many cells, and "
    "a map of nothing but the middle, show what chance would do."
)
UNMEASURED = (
    "Nobody has measured yet how far this model follows its maps. "
    "`python -m training explain {name} --data FOLDER` does."
)
GOOD = (
    "On {photos} photos, blurring the brightest tenth of {what} cost the answer **{tenth}** on "
    "average, of a random map **{random}**. Deletion and insertion, taken together, say that the "
    "model follows these maps more than random ones{centre}."
)
BEATS_CENTRE = ", and more than a map of the middle"
NOT_CENTRE = ", but not more than a map of the middle"
POOR = (
    "On {photos} photos, {what} did **no better than random maps**: don't read anything into these "
    "pictures."
)
WHAT = "{method}, {layer}"
UNTRAINED = (
    "With random weights in the network, the maps' cells rank {alike:.2f} like these (1: the same, "
    "0: nothing in common): {verdict}."
)
SANE = "they do depend on what was learnt"
INSANE = "much of them does not depend on what was learnt"
TEST = "Test them on this photo"
TEST_HELP = "Takes a few seconds: the model looks at about 150 changed photos for each map."
TESTING = "Blurring and revealing…"
VERDICTS = {
    "all": "This map did better than each of {count} random maps",
    "most": "This map did better than {beaten} of {count} random maps",
    "none": "**This map did no better than random ones: on this photo it says nothing**",
}
LITTLE = "With so little to lose, this test says little."
VERDICT = "{verdict}. Blurring its brightest tenth {effect}; a random tenth {random}."
EFFECT = "takes {country} from {whole} to {left}"
RANDOM_EFFECT = "to {left}"
PIN_EFFECT = "moves the pin by {metres}"
RANDOM_PIN_EFFECT = "by {metres}"
TENTH_ALT = "The photo with the brightest tenth of the map blurred"
TENTH_CAPTION = "Its brightest tenth blurred"
CURVES_ALT = (
    "Curves of deletion and insertion: areas {deletion} and {insertion}, of random maps "
    "{random_deletion} and {random_insertion}"
)
TABLE = "Explanations measured"
COLUMNS = {
    "Method": None,
    "Layer": None,
    "Tenth blurred": "What the answer loses when the brightest tenth is blurred.",
    "Random tenth": "The same of a random map.",
    "Deletion": "Area under the curve: the lower, the better.",
    "Insertion": "Area under the curve: the higher, the better.",
    "Gain": "Insertion less deletion.",
    "Gain of random": "Of random maps with as many cells.",
    "Gain of the middle": "Of a map that marks the middle.",
    "Like untrained": "Rank correlation with the maps of the same network with random weights.",
    "Beats random": "Whether the 95% interval of the difference of gains lies above 0.",
}

LOOKS_FOR = "What this model looks for"
LOOKS_FOR_HOW = (
    "The {split} photos to which {title} gives {country} the highest probability, each with its "
    "map."
)
LOOKS_FOR_SHOW = "Show them"
LOOKS_FOR_OFF = (
    "The photos of each country that excite this model most are known by number only. They can be "
    "shown where the photos are: whoever runs the app sets `{variable}` to their folder."
)
LOOKS_FOR_OTHER = (
    "The photos in `{variable}` are not those in which this model's favourites were looked up."
)
LOOKS_FOR_NONE = "None of those photos is a favourite for {country}."
FAVOURITE = "{share}; taken in {country}"
FAVOURITE_ALT = "A photo taken in {country}, tinted by what goes with {asked}"
