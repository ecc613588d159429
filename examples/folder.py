"""The country of every photo in a folder, as a CSV: `python -m examples.folder photos answers.csv`.

A file that is no photo, or a broken one, gets a line that says so, and the others are answered.
"""

import csv
import sys
from pathlib import Path

import geoloc

KINDS = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".avif"}


def main(folder: str, table: str) -> None:
    """Answer one photo after the other, so that a folder of any size needs little memory."""
    model = geoloc.load("lite0")
    files = sorted(file for file in Path(folder).rglob("*") if file.suffix.lower() in KINDS)
    with open(table, "w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream)
        lines.writerow(["file", "country", "probability", "problem"])
        for file in files:
            try:
                ((code, probability),) = model.predict(file).top(1)
            except geoloc.PhotoError as error:
                lines.writerow([file.relative_to(folder), "", "", error])
            else:
                lines.writerow([file.relative_to(folder), code, f"{probability:.3f}", ""])


if __name__ == "__main__":
    main(*sys.argv[1:])
