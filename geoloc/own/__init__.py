"""Cities of visitors' own: their photos gathered on disk, looked through, and trained on.

A training is a process of its own; it and the page that shows it meet in files only. What a run
leaves on disk lies in one folder, and goes with it.
"""

from geoloc.own.archive import ArchiveError, folder_files, zip_files
from geoloc.own.collection import Collection, Kept, Skipped
from geoloc.own.intake import MAX_PHOTOS, gather
from geoloc.own.jobs import Job, JobError, Progress
from geoloc.own.reasons import Reason
from geoloc.own.runs import Run
from geoloc.own.surveys import Survey, survey

__all__ = [
    "MAX_PHOTOS",
    "Collection",
    "ArchiveError",
    "Job",
    "JobError",
    "Kept",
    "Progress",
    "Reason",
    "Run",
    "Skipped",
    "Survey",
    "folder_files",
    "gather",
    "survey",
    "zip_files",
]
