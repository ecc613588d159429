"""The page *Explain*."""
