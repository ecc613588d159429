"""What the page *Dataset* says, in one place, so that it can be translated."""

TITLE = "The data behind the models"
INTRO = (
    "What the models learnt from, by the cards that training wrote: no photo of it comes with this "
    "app. And how classes of very unequal size are evened out, to try by hand."
)

LEARNT = "What they learnt from"
DATA_SET = "Data set"
DATA_SET_NAME = "{name}: {models}"
NO_COUNTS = "No card here says how many photos of which country its model learnt from."
SPLITS = {
    "train": "train: learnt from",
    "val": "val: chosen and calibrated on",
    "test": "test: measured on, once",
}
SPLIT_COLUMNS = ("Split", "Photos", "Places", "Countries")
PLACES_HOW = (
    "All photos of one place are in one split, so that a model is not measured on places it knows."
)
SKIPPED = "Left out: {reasons}."
MAP_ALT = "World map of the photos by country: {listed}"
BARS_ALT = "Bars of the photos of each country by split: {listed}"
AND_MORE = "{listed} and {more} more countries"
UNEQUAL = (
    "**{largest}** has {most:,} of the {total:,} training photos, {share}, and {ratio:,.0f} times "
    "as many as **{smallest}** with {least:,}. Half of all come from {half} of {classes} countries."
)
UNEQUAL_WHY = (
    "A model that learns from this sees large classes so often that it hardly pays to answer a "
    "small one."
)
TABLE = "The numbers as a table"
COUNTRY = "Country"
ALL = "All"

BROWSE = "Look at the photos"
NO_ALBUM = (
    "To look at photos here, and at what a model takes them for, let the environment variable "
    "`{variable}` name a folder with photos and a CSV: `path`, `country` or `lat` and `lon`, and "
    "`split`."
)
ALBUM_BROKEN = "The folder of photos can't be used. {reason}"
ALBUM_EMPTY = "The folder's table lists no photo that could be shown."
ALBUM_LEFT_OUT = "{count:,} lines of the folder's table are left out: {reasons}."
FOLDER = (
    "**{photos:,}** photos of {countries} countries lie in the folder of whoever runs this app. "
    "They are read where they lie, and shown small."
)
PHOTOS_FROM = "Photos from"
ANY_COUNTRY = "All countries"
OF_COUNTRY = "{country} ({photos:,})"
SPLIT = "Split"
ANY_SPLIT = "All splits"
NO_SPLIT = "not told"
PLACE = "Place"
ANY_PLACE = "All places"
NO_PLACE = "Position not told ({photos:,})"
OF_PLACE = "{place} ({photos:,})"
SHOWN = "{first:,} to {last:,} of {photos:,}"
NONE_SHOWN = "The folder has no such photo."
PLACES_ALT = "Map of where the photos lie, in squares of {step}°: {listed}"
PLACES_MORE = "{listed} and {more} more squares"
PLACES_NOTE = "{told:,} of them have a position, here in squares of {step}°."
NO_POSITIONS = "The table tells the position of none of them."
PHOTO_AT = "{country}, {place}"
LOOKING = "looking {direction}"
PHOTO_ALT = "Street photo taken in {told}"
UNREADABLE = "{file} can't be shown. {reason}"
GONE = "Its file is gone, or may not be read."

MISTAKES = "Mistakes of a model"
MISTAKES_HOW = (
    "Which photos of Spain does a model take for Mexico? Choose what interests you and let the "
    "model answer: by the folder's table it has not learnt from these photos. Each click asks "
    "about at most {most}, spread over all that fit the choice."
)
MISTAKES_SEEN = (
    "Which photos of Spain does a model take for Mexico? Choose what interests you and let the "
    "model answer. The folder's table names no split, so the model may have learnt from some of "
    "these photos. Each click asks about at most {most}, spread over all that fit the choice."
)
MODEL = "Model"
TAKEN_IN = "Taken in"
SAID = "The model says"
ANYWHERE = "Any country"
ANY_OTHER = "Any other country"
ASK = "Ask about {count:,} photos"
ASK_MORE = "Ask about {count:,} more photos"
ASK_ONE = "Ask about the photo"
ASK_LAST = "Ask about the last photo"
ASKING = "{done:,} of {count:,} photos"
NONE_TO_ASK = "The folder has no photo of a country that this model knows."
NOT_ASKED = (
    "Photos that fit the choice: **{photos:,}**. The model has not been asked about them yet."
)
ASKED = "Asked about **{asked:,}** of {photos:,} photos, the model was wrong about **{wrong:,}**."
ASKED_SAID = "It took **{count:,}** of them for {country}."
CONFUSED = "Most often it took {pairs}."
PAIR = "{true} for {said} ({count:,})"
MISTAKE = "True **{true}**, said **{said}** {probability} ({true} {of_truth})"
MISTAKE_ALT = "Street photo taken in {true}, which the model takes for {said}"
NO_MISTAKES = "None of these photos was mistaken so."
UNREAD = "{count:,} can't be read."

LAB = "Evening the classes out"
LAB_HOW = (
    "A class of $x$ photos gains mirrored copies of a share $a$; those together gain copies with "
    "black holes of a share $b$; those gain resampled copies of a share $c$ and noisy copies of a "
    "share $d$. Small classes get the shares that bring them to the target, but no more than set "
    "here; large ones get less or none."
)
SHARES = {
    "a": "a: mirrored, at most",
    "b": "b: with black holes, at most",
    "c": "c: resampled, at most",
    "d": "d: with noise, at most",
}
TARGET = "Target, as a share of the largest class"
RECIPE = "As the recipe has it"
RECIPE_OF = "The sliders begin where the recipe of {model} has them."
RECIPE_OTHER = "The cards of these models tell no such shares: the sliders begin at a guess."
LOG = "Logarithmic axis"
CAP = "No class grows by more than {factor:.2f} times."
TOTALS = (
    "An epoch shows **{after:,.0f}** items made of {before:,} photos. The largest class is "
    "**{ratio_after:,.1f}** times as large as the smallest, and was {ratio_before:,.1f} times."
)
SIZES_ALT = "Bars of the elements of each country before and after: {listed}"
SIZE = "{country} {before:,} to {after:,.0f}"
STEPS = (
    "{photos:,} photos; with mirrored ones {mirrored:,.0f}; with black holes {holed:,.0f}; with "
    "resampled and noisy ones {all:,.0f}."
)
AFTER = "Items an epoch"
BEFORE = "Training photos"
FACTOR = "Factor"

CHANGES = "What the copies look like"
CHANGES_HOW = (
    "Each copy is drawn anew whenever it is needed, and no file is written. This is what a network "
    "sees: {width} × {height} pixels, the middle band of the photo."
)
PHOTO = "Photo"
YOUR_PHOTO = "Your photo: {name}"
AGAIN = "Draw again"
CHANGE_NAMES = {
    "as it is": "As it is",
    "mirrored": "Mirrored (a)",
    "holes": "Black holes (b)",
    "resampled": "Resampled (c)",
    "noise": "Noise (d)",
}
CHANGE_WHY = {
    "as it is": "the photo as prepared for every network",
    "mirrored": "free, but cars change sides and writing turns round",
    "holes": "a model must not rest on one spot alone",
    "resampled": "as from a poorer camera, shrunk 2 to 4 times",
    "noise": "as in little light",
}
CHANGE_ALT = "{photo}, {change}"

CITY = "Where in a city"
CITY_CHOICE = "City"
CITY_BOX = (
    "The model of {city} learnt from **{photos:,}** photos in a box of {width} × {height}, "
    "{area:.1f} km². They lie in {filled:,} of {cells:,} cells of about {cell}."
)
CITY_MANY = "Half of them lie in {half:,} cells."
STREETLEARN = (
    "The dashed box is StreetLearn's Pittsburgh, {width} × {height}, {area:.1f} km²: with its "
    "panoramas at hand, one command trains on them."
)
STREETLEARN_SPOT = "StreetLearn's box"
SQUARES = "Training photos"
CITY_NO_COVERAGE = "The card of {model} doesn't say where its training photos lie."
CORRESPONDENCE = "The correspondence table"
CORRESPONDENCE_HOW = (
    "A city model learns from a table with a row a view: image, latitude, longitude and the angle "
    "that the camera looks, in degrees clockwise from north. The rows stay with whoever has the "
    "photos; the card keeps their number in each cell, here with the cell's middle."
)
DEGREES = ("Latitude", "Longitude")
CELL_COLUMNS = (*DEGREES, "Photos")
CELLS_ALT = "Table of the cells that hold training photos, the fullest first"
ALBUM = "From the folder of photos on this server, {count:,} of this city:"
ALBUM_COLUMNS = ("Image", *DEGREES, "Angle")
ALBUM_ALT = "Correspondence table of the folder's photos: image, latitude, longitude, angle"
