"""What models are asked: which country, and where in a city."""
