"""Where in a city: probabilities over its ground, the pin, and the views that speak for it."""
