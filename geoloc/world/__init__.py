"""Where in the world: cells of the land, and how probable a photo is from each."""
