"""Released models: their folders, cards and weights, and what makes them answer."""
