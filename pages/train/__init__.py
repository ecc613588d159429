"""The page *Train*."""
