"""Commands beside those of `training.release`: functions that take arguments and give results."""
