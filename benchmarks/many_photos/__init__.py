"""Many photos into one file: the library's way, and the plain ones."""
