"""Measurements beside a peer: retrieval quality, latency on the socket, speed of ingest."""
