"""A head that answers where in the world, beside the countries of a released model."""
