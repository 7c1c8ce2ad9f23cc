"""Code as a source of truth: what it says in words, what it rests on, what its owner approved of it."""
