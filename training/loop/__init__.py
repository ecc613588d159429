"""The training loop and what it is given: recipes, state, teachers, weights to start from."""
