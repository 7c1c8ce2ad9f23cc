"""The shared kernel: documents, passages, and search over one published revision."""
