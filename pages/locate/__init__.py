"""The page *Locate*."""
