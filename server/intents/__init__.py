"""Routine intents: which of eleven common wishes a conversation has, and what is needed to act on it."""
