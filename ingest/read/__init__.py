"""Readers: one file for each form a document comes in."""
