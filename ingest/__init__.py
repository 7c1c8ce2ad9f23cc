"""Reads sources, stages a revision of the knowledge, checks it and publishes it."""
