"""From photos to a checkpoint: data sets, balance, training, evaluation. `python -m training`."""
