"""What the page *Dataset* says, in one place, so that it can be translated."""

from pages.language import N_

TITLE = N_("The data behind the models")
DATA_SET = N_("Data set")
DATA_SET_NAME = N_("{name}: {models}")
NO_COUNTS = N_("No card here says how many photos of which country its model learnt from.")
SPLITS = {
    "train": N_("train: learnt from"),
    "val": N_("val: chosen and calibrated on"),
    "test": N_("test: measured on, once"),
}
SPLIT_COLUMNS = (N_("Split"), N_("Photos"), N_("Places"), N_("Countries"))
PLACES_HOW = N_(
    "All photos of one place are in one split, so that a model is not measured on places it knows."
)
LEFT_OUT = N_("{count:,} × {reason}")
SKIPPED = N_("Left out: {reasons}.")
MAP_ALT = N_("World map of the photos by country: {listed}")
BARS_ALT = N_("Bars of the photos of each country by split: {listed}")
COUNTED = N_("{what} {count:,}")
AND_MORE = N_("{listed} and {more} more countries")
UNEQUAL = N_(
    "{total:,} training photos: **{largest}** has {most:,}, {ratio:,.0f} times as many as "
    "**{smallest}** with {least:,}. Half come from {half} of {classes} countries."
)
RECALL_OF = N_("Recall of")
RECALL = N_("Recall {share}: {right:,} of {photos:,} test photos.")
RECALL_TAKEN = N_("Most often taken for {country} ({count:,} of {of:,}).")
RECALL_NONE = N_("No test photo of this country.")
NO_PHOTO = N_("No photo of {country} comes with this app.")

QUIZ = N_("Can you tell?")
QUIZ_HOW = N_("{first} or {second}?")
QUIZ_PHOTO = N_("Photo {number}")
QUIZ_RIGHT = N_("✓ Right")
QUIZ_WRONG = N_("✗ {country}")
QUIZ_SCORE = N_(
    "You: **{right} of {photos}**. The model took {true} for {said} in {count:,} of {of:,} photos."
)
QUIZ_AGAIN = N_("Other photos")
TABLE = N_("The numbers as a table")
COUNTRY = N_("Country")
ALL = N_("All")

BROWSE = N_("Photos")
NO_ALBUM = N_(
    "These come with the app: the training photos may not be shown. Let `{variable}` name a folder "
    "to see yours."
)
PHOTO_CREDITS = N_("[Credits](about#credits)")
ALBUM_BROKEN = N_("The folder of photos can't be used. {reason}")
ALBUM_EMPTY = N_("The folder's table lists no photo that could be shown.")
ALBUM_LEFT_OUT = N_("{count:,} lines of the folder's table are left out: {reasons}.")
FOLDER = N_("**{photos:,}** photos of {countries} countries, from this server's folder.")
PHOTOS_FROM = N_("Photos from")
ANY_COUNTRY = N_("All countries")
OF_COUNTRY = N_("{country} ({photos:,})")
SPLIT = N_("Split")
ANY_SPLIT = N_("All splits")
NO_SPLIT = N_("not told")
PLACE = N_("Place")
ANY_PLACE = N_("All places")
NO_PLACE = N_("Position not told ({photos:,})")
OF_PLACE = N_("{place} ({photos:,})")
SHOWN = N_("{first:,} to {last:,} of {photos:,}")
PLACES_ALT = N_("Map of where the photos lie, in squares of {step:g}°: {listed}")
PLACES_MORE = N_("{listed} and {more} more squares")
PLACES_NOTE = N_("{told:,} of them have a position, here in squares of {step:g}°.")
NO_POSITIONS = N_("The table tells the position of none of them.")
PHOTO_AT = N_("{country}, {place}")
LOOKING = N_("looking {direction}")
PLACE_LOOKING = N_("{place}, {looking}")
PHOTO_ALT = N_("Street photo taken in {told}")
UNREADABLE = N_("{file} can't be shown. {reason}")
GONE = N_("Its file is gone, or may not be read.")

MISTAKES = N_("Mistakes of a model")
MISTAKES_HOW = N_(
    "Which photos of Spain does a model take for Mexico? Choose what interests you and let the "
    "model answer: by the folder's table it has not learnt from these photos. Each click asks "
    "about at most {most}, spread over all that fit the choice."
)
MISTAKES_SEEN = N_(
    "Which photos of Spain does a model take for Mexico? Choose what interests you and let the "
    "model answer. The folder's table names no split, so the model may have learnt from some of "
    "these photos. Each click asks about at most {most}, spread over all that fit the choice."
)
MODEL = N_("Model")
TAKEN_IN = N_("Taken in")
SAID = N_("The model says")
ANYWHERE = N_("Any country")
ANY_OTHER = N_("Any other country")
ASK = N_("Ask about {count:,} photos")
ASK_MORE = N_("Ask about {count:,} more photos")
ASK_ONE = N_("Ask about the photo")
ASK_LAST = N_("Ask about the last photo")
ASKING = N_("{done:,} of {count:,} photos")
NONE_TO_ASK = N_("The folder has no photo of a country that this model knows.")
NOT_ASKED = N_(
    "Photos that fit the choice: **{photos:,}**. The model has not been asked about them yet."
)
ASKED = N_(
    "Asked about **{asked:,}** of {photos:,} photos, the model was wrong about **{wrong:,}**."
)
ASKED_SAID = N_("It took **{count:,}** of them for {country}.")
CONFUSED = N_("Most often it took {pairs}.")
PAIR = N_("{true} for {said} ({count:,})")
MISTAKE = N_("True **{true}**, said **{said}** {probability} ({true} {of_truth})")
MISTAKE_ALT = N_("Street photo taken in {true}, which the model takes for {said}")
NO_MISTAKES = N_("None of these photos was mistaken so.")
UNREAD = N_("{count:,} can't be read.")

LAB = N_("Class balancing")
SHARES_TITLE = N_("How copies are made: a, b, c, d")
SHARES = {
    "a": N_("a: mirrored, at most"),
    "b": N_("b: cut-outs, at most"),
    "c": N_("c: resampled, at most"),
    "d": N_("d: noise, at most"),
}
TARGET = N_("Bring each country to this share of the largest")
RECIPE = N_("Reset to the recipe")
RECIPE_OF = N_("The sliders begin where the recipe of {model} has them.")
RECIPE_OTHER = N_("The cards of these models tell no such shares: the sliders begin at a guess.")
LOG = N_("Logarithmic axis")
TOTALS = N_(
    "**{before:,}** photos become **{after:,.0f}** a pass. Largest to smallest: "
    "**{ratio_before:,.0f} : 1** becomes **{ratio_after:,.1f} : 1**."
)
SIZES_ALT = N_("Bars of the elements of each country before and after: {listed}")
SIZE = N_("{country} {before:,} to {after:,.0f}")
STEPS = N_("{country}, with x photos. No country grows by more than {factor:.2f} times.")
AFTER = N_("Items an epoch")
BEFORE = N_("Training photos")
FACTOR = N_("Factor")

CHANGES = N_("What the copies look like")
PHOTO = N_("Photo")
YOUR_PHOTO = N_("Your photo: {name}")
AGAIN = N_("Draw again")
CHANGE_NAMES = {
    "as it is": N_("As it is"),
    "mirrored": N_("Mirrored"),
    "holes": N_("Cut-outs"),
    "resampled": N_("Resampled"),
    "noise": N_("Noise"),
}
CHANGE_ALTS = {
    "as it is": N_("{photo}, as it is"),
    "mirrored": N_("{photo}, mirrored"),
    "holes": N_("{photo}, with cut-outs"),
    "resampled": N_("{photo}, resampled"),
    "noise": N_("{photo}, with noise"),
}

CITY = N_("Where in a city")
CITY_CHOICE = N_("City")
CITY_BOX = N_(
    "**{city}**: {photos:,} photos in {width} × {height}, {area:.1f} km², in {filled:,} of "
    "{cells:,} cells of {cell}."
)
STREETLEARN = N_("Dashed: StreetLearn's Pittsburgh, {width} × {height}, {area:.1f} km².")
STREETLEARN_SPOT = N_("StreetLearn's box")
SQUARES = N_("Training photos")
CITY_NO_COVERAGE = N_("The card of {model} doesn't say where its training photos lie.")
CORRESPONDENCE = N_("Correspondence table")
CORRESPONDENCE_HOW = N_(
    "A row a view: image, latitude, longitude, and angle in degrees clockwise from north. The card "
    "keeps the number of photos in each cell."
)
DEGREES = (N_("Latitude"), N_("Longitude"))
CELL_COLUMNS = (*DEGREES, N_("Photos"))
CELLS_ALT = N_("Table of the cells that hold training photos, the fullest first")
ALBUM = N_("From the folder of photos on this server, {count:,} of this city:")
ALBUM_COLUMNS = (N_("Image"), *DEGREES, N_("Angle"))
ALBUM_ALT = N_("Correspondence table of the folder's photos: image, latitude, longitude, angle")
