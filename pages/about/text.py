"""What the page *About* says, in one place, so that it can be translated."""

from pages.language import N_

TITLE = N_("About this app")
INTRO = N_(
    "A street photo goes in; out come how likely each country is, a pin in a city, and the parts "
    "of the picture that go with them."
)
MORE = N_("More")

MEASURED = N_("How good is it?")
TABLES = N_("All measurements")
UNLIKE = N_(
    "Landmarks, indoor photos, nights and unusual cameras are unlike the streets it learnt from: "
    "expect less there."
)

PRIVACY = N_("Your photos and you")
PRIVACY_POINTS = (
    N_(
        "Your photo goes to the computer that runs this app and nowhere else. If you started the "
        "app yourself, that is your own."
    ),
    N_(
        "It stays in that computer's memory for as long as your page is open, or until you press "
        "“Remove photo” and make another click, before which it can be brought back. It is not "
        "written to disk, not used for training, and shown to no one else."
    ),
    N_(
        "The page Train is different: photos given to it stay on that computer until you remove "
        "them, as it says there. On shared servers it is switched off unless whoever runs the app "
        "allows it."
    ),
    N_(
        "The EXIF data of a photo is read for its position, its time and which side is up, and "
        "its XMP data for a position that EXIF lacks; both are shown to you and kept no longer "
        "than the photo."
    ),
    N_(
        "There are no usage statistics, no cookies for tracking, no accounts. The best score of "
        "the game is kept by your own browser."
    ),
    N_(
        "No page asks anything of another server. The one exception is the street map under a "
        "city's pin, which you have to turn on: OpenStreetMap's server then learns what part of "
        "the map you look at, and never the photo."
    ),
    N_(
        "Whoever runs the app for others can see what any web server sees: your address, and when "
        "you came."
    ),
)

MISUSE = N_("What this is not for")
MISUSE_WHY = N_(
    "Guessing a place from a photo can hurt people. The makers of GeoEstimation, a research app "
    "with the same aim, withdrew its code and weights because it had been misused. This app is "
    "released all the same: the country is what it does best, a city's pin is near the truth only "
    "where training photos stand every few metres, and how such models work and fail is worth "
    "knowing."
)
MISUSE_POINTS = (
    N_(
        "**Not for finding people.** Don't look for the home, the school or the whereabouts of "
        "anybody who hasn't asked you to. That is stalking, and a crime in many countries."
    ),
    N_(
        "**Not as evidence.** An answer is a guess with a known, and large, rate of errors. It "
        "doesn't show that a photo was taken anywhere, nor that its author lies."
    ),
    N_("**Not for decisions about people**, such as on asylum, insurance, employment or policing."),
    N_("**Not for photos that others sent you in trust.** Ask first."),
)
MISUSE_GOOD = N_(
    "What it is good for: teaching and learning, the game of guessing countries, checking a hunch "
    "of your own by other means afterwards, and training models of your own on photos that you may "
    "use."
)
PROTECT = N_(
    "To keep your own photos from being placed: remove their EXIF data before you share them, and "
    "mind what the background shows, such as signs, number plates and skylines."
)

ACCESS = N_("Accessibility")
ACCESS_AIM = N_("We aim at WCAG 2.2, level AA.")
ACCESS_DONE = (
    N_(
        "Every control can be reached and used with the keyboard alone, and has a name for screen "
        "readers. In the game a country can be chosen from a list instead of clicked on the map."
    ),
    N_(
        "Every picture and chart has a text that says what it shows; charts of the data have a "
        "table."
    ),
    N_(
        "Text has a contrast of at least 4.5 : 1 in the light and the dark theme, which follows "
        "your system; colours of charts can be told apart with colour-blind eyes and are never the "
        "only sign."
    ),
    N_("Pages fit a phone 390 pixels wide, and can be enlarged to 200 %."),
    N_(
        "The app speaks English and French: the language of your browser, unless you choose the "
        "other at the end of a page."
    ),
    N_(
        "Every change to the app is checked page by page with axe-core, which finds what software "
        "can find of such barriers."
    ),
)
ACCESS_SHORT = N_("What falls short:")
ACCESS_GAPS = (
    N_(
        "Charts and maps can't be read value by value with the keyboard; the text and the tables "
        "beside them hold the same numbers."
    ),
    N_("Menus and uploads are Streamlit's, and have the faults that it has."),
    N_(
        "No one who uses a screen reader every day has tested this yet. If something stops you, "
        "tell whoever gave you this app."
    ),
)

CREDITS = N_("Credits and licences")
CODE_LICENCE = N_(
    "The code and the weights trained for it are under the Apache licence 2.0: use, change and "
    "share them, with the notice."
)
DATA_LICENCES = (
    N_(
        "Outlines and borders of countries: Natural Earth, public domain. Drawing a border takes "
        "no side in a dispute."
    ),
    N_("Flags: flag-icons by Panayiotis Lipiridis, MIT."),
    N_(
        "Maps of cities and of the game: Leaflet by Volodymyr Agafonkin and contributors, "
        "BSD-2-Clause. The street map: © OpenStreetMap contributors, ODbL."
    ),
    N_("Country names: Unicode CLDR, by way of Babel."),
    N_("None of the photos that the models learnt from come with this app."),
)
GALLERY = N_("Photos of the gallery")
GALLERY_LINE = N_("{title}, {place}: [{author}]({source}), {licence}")
LIBRARIES = N_("Libraries")
AND_OTHERS = N_("{licence} and others")
LIBRARY_COLUMNS = (N_("Library"), N_("Version"), N_("Licence, by its package"))
DATA = N_("Data and ideas")
IDEAS_POINTS = (
    N_(
        "Class activation maps: Zhou et al. 2016, "
        "[arXiv:1512.04150](https://arxiv.org/abs/1512.04150)."
    ),
    N_(
        "Pittsburgh's box and panoramas: StreetLearn, Mirowski et al. 2019, "
        "[arXiv:1903.01292](https://arxiv.org/abs/1903.01292)."
    ),
    N_(
        "The game's points: OSV-5M, Astruc et al. 2024, "
        "[arXiv:2404.18873](https://arxiv.org/abs/2404.18873)."
    ),
    N_("Calibration: Guo et al. 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599)."),
    N_("Cut-outs: DeVries & Taylor 2017, [arXiv:1708.04552](https://arxiv.org/abs/1708.04552)."),
)

USE = N_("Cite it, train it")
CITATION = """\
@software{{where_am_i,
  title   = {{Where am I? Countries, a pin and the reasons from a street photo}},
  version = {{{version}}},
  license = {{Apache-2.0}},
  year    = {{{year}}}
}}"""
CITATION_YEAR_UNKNOWN = "n.d."
RETRAIN = N_(
    "To train models of your own, on folders named after countries or on a CSV, and to check a "
    "card's figures (the documentation has the rest):"
)
COMMANDS = """\
python -m training country --data FOLDER --recipe cnn-alone --name mine
python -m training probes mine --data FOLDER
python -m training city --city pittsburgh --data FOLDER
python -m training evaluate --all --data FOLDERS"""
