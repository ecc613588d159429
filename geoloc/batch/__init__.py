"""Many photos: read in worker processes, answered in batches, written as they come.

A million photos take no more memory than a thousand, one that can't be read stops nothing, and a
run that was stopped goes on where it stopped. What worker processes import is kept apart from what
needs networks: `geoloc.batch.run` is where to begin.
"""
