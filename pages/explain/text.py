"""What the page *Explain* says, in one place, so that it can be translated."""

from pages.language import N_

TITLE = N_("Why this answer?")
CAUTION = N_("A map shows what goes with an answer, not why the model decided.")
MORE = N_("Method and colours")
OTHERS = N_("Other photos")
ONE_AT_A_TIME = N_("Maps are drawn for one photo at a time: these are of the first.")

MODEL = N_("Model")
COUNTRY = N_("Why this country?")
AGAINST = N_("… and not this one?")
NO_OTHER = N_("No other")
METHOD = N_("Method")
LAYERS = N_("Layers")
COLOURS = N_("Colours")
SIGNED = N_("for and against")
ENDS = (N_("least"), N_("most"))
SIGNED_ENDS = (N_("against"), N_("for"))

WHY = N_("Why {country}?")
CONTRAST = N_("Why {country} and not {other}?")
MOVES = N_("What moves the pin in {city}?")
LOOKS = N_("Where does it look?")
ROLES = {
    "predicted": N_("The most likely country"),
    "true": N_("The country where it was taken"),
    "both": N_("The most likely country, where it was in fact taken"),
}
REMARK = N_("{role}: {told}")
IN_ANSWER = N_("**{share}**, ranked {rank} of {count}")
CAM = N_("{layer}: {country} {share}")
CAM_ALT = N_("The photo, tinted by what goes with {country} after {layer}, by {method}")
CONTRAST_CAPTION = N_("{layer}: {country} (orange) or {other} (blue)")
PLAIN_ALT = N_("The photo, tinted by {method}")
PIN_REMARK = N_("Each part of the photo blurred in turn, and the pin looked up again")
PIN_CAPTION = N_("Up to {most} where it is brightest")
BARE = N_("The photo itself")
TRUE_UNKNOWN = N_(
    "The photo was taken in {country}, which is not one of the {count} countries that this model "
    "knows."
)
PROBES_ACCURACY = N_(
    "Each layer's percentages are those of its own linear models, which named the right country "
    "for {shares} of the {photos:,} {split} photos, and the whole model for {whole}."
)
AFTER = N_("**{share}** after {layer}")
BOTH = N_("{one} and {other}")
OWN_PERCENTAGES = N_(
    "The percentages here are the model's for the middle of the photo alone; its answer is an "
    "average over several views."
)
MEMBERS = N_(
    "{title} is made of several models. These are their own maps of the country, each by its "
    "default method."
)
MEMBERS_POSTER = N_("{title}. {caution}")
MEMBER_METHOD = N_("{title}, {method}")
MEMBER = N_("{title}, {layer}: {share}")
NO_METHOD = N_("There is no way yet to explain {title}.")
DOWNLOAD = N_("Download these maps")
POSTER = N_("{model}: {method} ({source}). {caution}")

ARITHMETIC = N_("How the map is computed")
ARITHMETIC_HOW = N_("**w₁ × map₁ + w₂ × map₂ + … = CAM**")
TERM = N_("{weight} × map {number}")
TERM_ALT = N_("Map {number} after {layer}, which adds {adds} on average")
REST = N_("and {count} more")
REST_ALT = N_("The sum of all other maps after {layer}, {adds} on average")
SUM = N_("= CAM")
SUM_ALT = N_("The CAM after {layer}")
LOGIT = N_(
    "Average **{mean}** + constant **{bias}** = {country}'s score **{logit}**, beside the other "
    "{others} countries **{share}**."
)
NO_LOGIT = N_(
    "Here the weights are gradients, so that the sum points at parts but is no score itself."
)

TRUE = N_("Is the map faithful?")
TRUE_HOW = N_(
    "If a map is right, the answer goes away when its brightest parts are blurred (deletion), and "
    "comes back when these alone are sharp again (insertion). Random maps with as many cells, and "
    "a map of nothing but the middle, show what chance would do."
)
UNMEASURED = N_(
    "Nobody has measured yet how far this model follows its maps. "
    "`python -m training explain {name} --data FOLDER` does."
)
GOOD = N_(
    "On {photos} photos, blurring the brightest tenth of {what} cost the answer **{tenth}** on "
    "average, of a random map **{random}**. Deletion and insertion, taken together, say that the "
    "model follows these maps more than random ones{centre}."
)
POINTS = N_("{points:.1f} points")
BEATS_CENTRE = N_(", and more than a map of the middle")
NOT_CENTRE = N_(", but not more than a map of the middle")
POOR = N_(
    "On {photos} photos, {what} did **no better than random maps**: don't read anything into these "
    "pictures."
)
WHAT = N_("“{method}” ({layer})")
UNTRAINED = N_(
    "With random weights in the network, the maps' cells rank {alike:.2f} like these (1: the same, "
    "0: nothing in common): {verdict}."
)
SANE = N_("they do depend on what was learnt")
INSANE = N_("much of them does not depend on what was learnt")
TEST = N_("Test them on this photo")
TEST_HELP = N_("Takes a few seconds: the model looks at about 150 changed photos for each map.")
TESTING = N_("Blurring and revealing…")
VERDICTS = {
    "all": N_("This map did better than each of {count} random maps"),
    "most": N_("This map did better than {beaten} of {count} random maps"),
    "none": N_("**This map did no better than random ones: on this photo it says nothing**"),
}
LITTLE = N_("With so little to lose, this test says little.")
VERDICT = N_("{verdict}. Blurring its brightest tenth {effect}; a random tenth {random}.")
EFFECT = N_("takes {country} from {whole} to {left}")
RANDOM_EFFECT = N_("to {left}")
PIN_EFFECT = N_("moves the pin by {metres}")
RANDOM_PIN_EFFECT = N_("by {metres}")
TENTH_ALT = N_("The photo with the brightest tenth of the map blurred")
TENTH_CAPTION = N_("Its brightest tenth blurred")
CURVES_ALT = N_(
    "Curves of deletion and insertion: areas {deletion:.3g} and {insertion:.3g}, of random maps "
    "{random_deletion:.3g} and {random_insertion:.3g}"
)
TABLE = N_("Explanations measured")
COLUMNS = {
    N_("Method"): None,
    N_("Layer"): None,
    N_("Tenth blurred"): N_("What the answer loses when the brightest tenth is blurred."),
    N_("Random tenth"): N_("The same of a random map."),
    N_("Deletion"): N_("Area under the curve: the lower, the better."),
    N_("Insertion"): N_("Area under the curve: the higher, the better."),
    N_("Gain"): N_("Insertion less deletion."),
    N_("Gain of random"): N_("Of random maps with as many cells."),
    N_("Gain of the middle"): N_("Of a map that marks the middle."),
    N_("Like untrained"): N_(
        "Rank correlation with the maps of the same network with random weights."
    ),
    N_("Beats random"): N_("Whether the 95% interval of the difference of gains lies above 0."),
}

BEATS = {True: N_("yes"), False: N_("no")}

LOOKS_FOR = N_("What this model looks for")
LOOKS_FOR_HOW = N_(
    "The {split} photos to which {title} gives {country} the highest probability, each with its "
    "map."
)
LOOKS_FOR_SHOW = N_("Show them")
LOOKS_FOR_OTHER = N_(
    "The photos in `{variable}` are not those in which this model's favourites were looked up."
)
LOOKS_FOR_NONE = N_("None of those photos is a favourite for {country}.")
FAVOURITE = N_("{share}; taken in {country}")
FAVOURITE_ALT = N_("A photo taken in {country}, tinted by what goes with {asked}")
