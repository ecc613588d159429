"""Where was this street photo taken? Everything from the bytes of a photo to an answer with reasons."""
