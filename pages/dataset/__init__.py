"""The page *Dataset*."""
