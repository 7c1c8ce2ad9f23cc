"""What works out one safe function, in a process of its own that can do nothing else."""
