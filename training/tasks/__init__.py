"""What a network is trained for: countries, positions, a city's cells."""
