"""What the page *Play* says, in one place, so that it can be translated."""

TITLE = "You against the models"
INTRO = (
    "Five photos: put your pin where you think each was taken, and see where the models put theirs."
)
HOW_POINTS = (
    "A pin on the spot earns {most:,} points, one {far:,} km away {less:,}: "
    "`{most} · exp(-distance / {scale} km)`, as in OSV-5M. A model puts its pin in the middle of "
    "the country where its probabilities promise most points, which need not be its first answer."
)
GALLERY = (
    "These are famous landmarks, the only photos that may come with this app. You may know them, "
    "and the models learnt from ordinary streets: the result says little about who is better."
)
OWN_GALLERY = (
    "To play with photos of streets, let the environment variable `{variable}` name a folder with "
    "photos and a CSV: `path`, `country` or `lat` and `lon`, and `split`. Only photos of `val` and "
    "`test` are asked, because the models have seen the others."
)
ALBUM = (
    "These are {photos:,} photos of {countries} countries from the folder of whoever runs this "
    "app, none of which was used for training, by its table."
)
ALBUM_EMPTY = (
    "The folder of photos has none of the splits `val` and `test`, and photos of the training "
    "would be unfair: the gallery's are asked instead."
)
ALBUM_BROKEN = "The folder of photos can't be used, so the gallery's are asked. {reason}"
LEFT_OUT = "{count:,} photos of the folder are left out: {reasons}."

ALONE = "You play alone: there is no model."
YOU = "You"
ROUND = "Photo {number} of {count}"
SO_FAR = "So far: {totals}"
ASKED_ALT = "The photo whose place is asked"
YOUR_PIN = "Your pin is in **{country}**: {place}."
YOUR_PIN_SPOT = "Your pin: {place}"
YOUR_PIN_AT_SEA = "Your pin is at sea: {place}."
NO_PIN = "Click the map to put your pin, or choose a country below to put it in its middle."
COUNTRY = "Country"
COUNTRY_PLACEHOLDER = "Type a name"
GUESS = "This is my guess"
NEXT = "Next photo"
RESULT = "See the result"
UNREADABLE = "This photo can't be shown: {reason}"
SKIP = "Go on without it"

TRUTH = "It was taken in {place}"
TRUTH_SPOT = "Taken here: {place}"
TRUTH_COUNTRY_ONLY = (
    "Where in the country is not known: a pin within it is on the spot, and distances are to its "
    "border. The map marks its middle."
)
GUESS_SPOT = "{player}: {distance} away"
ON_THE_SPOT = "on the spot"
COLUMNS = {"pin": "Pin in", "away": "Away", "points": "Points", "answer": "First answer"}
AT_SEA = "the sea"
WHY = "What spoke for it?"
WHY_HOW = (
    "The tint shows where each network is active in the way that goes with the country named, "
    "not why it decided."
)
WHY_CAPTION = "{player}: {country} ({method})"
WHY_ALT = "The photo, tinted by the map of {country} that {method} makes of {player}"

OVER = "{points:,} of {most:,} points"
WON = "You beat every model."
TIED = "You are level with {player}."
LOST = "{player} has {points:,} more than you."
OVER_ALONE = "Played without a model."
BEST = "Your best in this browser: **{best:,}** points."
NEW_BEST = "That is your best in this browser."
ROUND_COLUMN = "Photo"
TOTAL = "All"
AGAIN = "Play again with other photos"
SHARE = "The address of this page deals the same photos to whoever opens it here."
PHOTO_RESULT = "{place}: **{points:,}**"
NOTHING = "There is no photo left that can be shown. Reload the page to begin again."
