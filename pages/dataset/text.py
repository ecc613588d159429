"""What the page *Dataset* says, in one place, so that it can be translated."""

from pages.language import N_

TITLE = N_("The data behind the models")
INTRO = N_(
    "What the models learnt from, by the cards that training wrote: no photo of it comes with this "
    "app. And how classes of very unequal size are evened out, to try by hand."
)

LEARNT = N_("What they learnt from")
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
    "**{largest}** has {most:,} of the {total:,} training photos, {share}, and {ratio:,.0f} times "
    "as many as **{smallest}** with {least:,}. Half of all come from {half} of {classes} countries."
)
UNEQUAL_WHY = N_(
    "A model that learns from this sees large classes so often that it hardly pays to answer a "
    "small one."
)
TABLE = N_("The numbers as a table")
COUNTRY = N_("Country")
ALL = N_("All")

BROWSE = N_("Look at the photos")
NO_ALBUM = N_(
    "To look at photos here, and at what a model takes them for, let the environment variable "
    "`{variable}` name a folder with photos and a CSV: `path`, `country` or `lat` and `lon`, and "
    "`split`."
)
ALBUM_BROKEN = N_("The folder of photos can't be used. {reason}")
ALBUM_EMPTY = N_("The folder's table lists no photo that could be shown.")
ALBUM_LEFT_OUT = N_("{count:,} lines of the folder's table are left out: {reasons}.")
FOLDER = N_(
    "**{photos:,}** photos of {countries} countries lie in the folder of whoever runs this app. "
    "They are read where they lie, and shown small."
)
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

LAB = N_("Evening the classes out")
LAB_HOW = N_(
    "A class of $x$ photos gains mirrored copies of a share $a$; those together gain copies with "
    "black holes of a share $b$; those gain resampled copies of a share $c$ and noisy copies of a "
    "share $d$. Small classes get the shares that bring them to the target, but no more than set "
    "here; large ones get less or none."
)
SHARES = {
    "a": N_("a: mirrored, at most"),
    "b": N_("b: with black holes, at most"),
    "c": N_("c: resampled, at most"),
    "d": N_("d: with noise, at most"),
}
TARGET = N_("Target, as a share of the largest class")
RECIPE = N_("As the recipe has it")
RECIPE_OF = N_("The sliders begin where the recipe of {model} has them.")
RECIPE_OTHER = N_("The cards of these models tell no such shares: the sliders begin at a guess.")
LOG = N_("Logarithmic axis")
CAP = N_("No class grows by more than {factor:.2f} times.")
TOTALS = N_(
    "An epoch shows **{after:,.0f}** items made of {before:,} photos. The largest class is "
    "**{ratio_after:,.1f}** times as large as the smallest, and was {ratio_before:,.1f} times."
)
SIZES_ALT = N_("Bars of the elements of each country before and after: {listed}")
SIZE = N_("{country} {before:,} to {after:,.0f}")
STEPS = N_(
    "{photos:,} photos; with mirrored ones {mirrored:,.0f}; with black holes {holed:,.0f}; with "
    "resampled and noisy ones {all:,.0f}."
)
AFTER = N_("Items an epoch")
BEFORE = N_("Training photos")
FACTOR = N_("Factor")

CHANGES = N_("What the copies look like")
CHANGES_HOW = N_(
    "Each copy is drawn anew whenever it is needed, and no file is written. This is what a network "
    "sees: {width} × {height} pixels, the middle band of the photo."
)
PHOTO = N_("Photo")
YOUR_PHOTO = N_("Your photo: {name}")
AGAIN = N_("Draw again")
CHANGE_NAMES = {
    "as it is": N_("As it is"),
    "mirrored": N_("Mirrored (a)"),
    "holes": N_("Black holes (b)"),
    "resampled": N_("Resampled (c)"),
    "noise": N_("Noise (d)"),
}
CHANGE_WHY = {
    "as it is": N_("the photo as prepared for every network"),
    "mirrored": N_("free, but cars change sides and writing turns round"),
    "holes": N_("a model must not rest on one spot alone"),
    "resampled": N_("as from a poorer camera, shrunk 2 to 4 times"),
    "noise": N_("as in little light"),
}
CHANGE_CAPTION = N_("**{change}**: {why}")
CHANGE_ALTS = {
    "as it is": N_("{photo}, as it is"),
    "mirrored": N_("{photo}, mirrored"),
    "holes": N_("{photo}, holes"),
    "resampled": N_("{photo}, resampled"),
    "noise": N_("{photo}, noise"),
}

CITY = N_("Where in a city")
CITY_CHOICE = N_("City")
CITY_BOX = N_(
    "The model of {city} learnt from **{photos:,}** photos in a box of {width} × {height}, "
    "{area:.1f} km². They lie in {filled:,} of {cells:,} cells of about {cell}."
)
CITY_MANY = N_("Half of them lie in {half:,} cells.")
STREETLEARN = N_(
    "The dashed box is StreetLearn's Pittsburgh, {width} × {height}, {area:.1f} km²: with its "
    "panoramas at hand, one command trains on them."
)
STREETLEARN_SPOT = N_("StreetLearn's box")
SQUARES = N_("Training photos")
CITY_NO_COVERAGE = N_("The card of {model} doesn't say where its training photos lie.")
CORRESPONDENCE = N_("The correspondence table")
CORRESPONDENCE_HOW = N_(
    "A city model learns from a table with a row a view: image, latitude, longitude and the angle "
    "that the camera looks, in degrees clockwise from north. The rows stay with whoever has the "
    "photos; the card keeps their number in each cell, here with the cell's middle."
)
DEGREES = (N_("Latitude"), N_("Longitude"))
CELL_COLUMNS = (*DEGREES, N_("Photos"))
CELLS_ALT = N_("Table of the cells that hold training photos, the fullest first")
ALBUM = N_("From the folder of photos on this server, {count:,} of this city:")
ALBUM_COLUMNS = (N_("Image"), *DEGREES, N_("Angle"))
ALBUM_ALT = N_("Correspondence table of the folder's photos: image, latitude, longitude, angle")
