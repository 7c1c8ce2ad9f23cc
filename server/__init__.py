"""The live server: one WebSocket per panel, suggestions, snippets and flags, and what became of them."""
