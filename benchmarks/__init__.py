"""Speed, as ratios within one run against what one would otherwise write: python -m benchmarks."""
