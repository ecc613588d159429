"""Work that is killed at random moments, and what is looked at after each."""
