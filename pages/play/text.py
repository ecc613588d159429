"""What the page *Play* says, in one place, so that it can be translated."""

from pages.language import N_

TITLE = N_("You against the models")
RULES = N_("How points are counted")
KEYS = N_("Space, or Enter beside the map")
OTHERS = N_("The other models")
POINTS = N_("{points:,} of {most:,} points")
SHARED = N_("Where am I? {points:,} of {most:,}")
HOW_POINTS = N_(
    "On the spot: {most:,} points, {far:,} km away: {less:,} "
    "(`{most} · exp(-distance / {scale:.1f} km)`, as in OSV-5M). A model puts its pin where its "
    "probabilities promise most points."
)
GALLERY = N_("Many of these photos are famous places: no measure of who is better.")
OWN_GALLERY = N_(
    "To play with your own street photos, let `{variable}` name their folder; only its `val` and "
    "`test` photos are asked."
)
ALBUM = N_(
    "{photos:,} photos of {countries} countries from this server's folder, none used for training."
)
ALBUM_EMPTY = N_(
    "The folder of photos has none of the splits `val` and `test`, and photos of the training "
    "would be unfair: the gallery's are asked instead."
)
ALBUM_BROKEN = N_("The folder of photos can't be used, so the gallery's are asked. {reason}")
LEFT_OUT = N_("{count:,} photos of the folder are left out: {reasons}.")

ALONE = N_("You play alone: there is no model.")
YOU = N_("You")
ROUND = N_("Photo {number} of {count}")
ASKED_ALT = N_("The photo whose place is asked")
YOUR_PIN = N_("Your pin is in **{country}**: {place}.")
YOUR_PIN_SPOT = N_("Your pin: {place}")
YOUR_PIN_AT_SEA = N_("Your pin is at sea: {place}.")
NO_PIN = N_("Click the map, or choose a country.")
COUNTRY = N_("Country")
COUNTRY_PLACEHOLDER = N_("Type a name")
GUESS = N_("This is my guess")
NEXT = N_("Next photo")
RESULT = N_("See the result")
UNREADABLE = N_("This photo can't be shown: {reason}")
SKIP = N_("Go on without it")

TRUTH = N_("It was taken in {place}")
TRUTH_SPOT = N_("Taken here: {place}")
TRUTH_COUNTRY_ONLY = N_(
    "Where in the country is not known: a pin within it is on the spot, and distances are to its "
    "border. The map marks its middle."
)
GUESS_SPOT = N_("{player}: {distance} away")
ON_THE_SPOT = N_("on the spot")
COLUMNS = {
    "pin": N_("Pin in"),
    "away": N_("Away"),
    "points": N_("Points"),
    "answer": N_("First answer"),
}
AT_SEA = N_("the sea")
WHY = N_("Why this answer?")
WHY_HOW = N_(
    "The tint shows where each network is active in the way that goes with the country named, "
    "not why it decided."
)
WHY_CAPTION = N_("{player}: {country} ({method})")
WHY_ALT = N_("The photo, tinted by the map of {country} that {method} makes of {player}")

OVER = N_("{points:,} of {most:,} points")
WON = N_("You beat every model.")
TIED = N_("You are level with {player}.")
LOST = N_("{player} has {points:,} more than you.")
OVER_ALONE = N_("Played without a model.")
BEST = N_("Your best in this browser: **{best:,}** points.")
NEW_BEST = N_("That is your best in this browser.")
ROUND_COLUMN = N_("Photo")
TOTAL = N_("All")
AGAIN = N_("Play again with other photos")
SHARE = N_("Share this link to replay the same photos.")
PHOTO_RESULT = N_("{place}: **{points:,}**")
NOTHING = N_("There is no photo left that can be shown. Reload the page to begin again.")
