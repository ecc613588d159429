"""Where was this street photo taken? From a photo's bytes to an answer with reasons."""
