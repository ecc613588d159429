"""What is fitted on val after training: probabilities, sets, regions, ensembles, probes."""
