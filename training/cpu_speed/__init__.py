"""What makes training on a processor faster."""
