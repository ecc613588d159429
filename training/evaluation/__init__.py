"""Measuring models: metrics with intervals, tables of figures, ablations."""
