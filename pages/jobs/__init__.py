"""Cities of visitors' own: their photos gathered on disk, looked through, and trained on.

A training is a process of its own; it and the page that shows it meet in files only. What a run
leaves on disk lies in one folder, and goes with it.
"""

from pages.jobs.archive import ArchiveError, folder_files, listed_files, uploaded_files
from pages.jobs.collection import Collection, Kept, Skipped
from pages.jobs.intake import FOLDER_SECONDS, MAX_PHOTOS, gather
from pages.jobs.jobs import Job, JobError, Progress
from pages.jobs.reasons import Reason
from pages.jobs.runs import Run
from pages.jobs.surveys import Survey, survey

__all__ = [
    "FOLDER_SECONDS",
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
    "listed_files",
    "survey",
    "uploaded_files",
]
