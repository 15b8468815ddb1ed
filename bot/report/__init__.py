"""Report -> markdown and check run. Quoting and budgets live here and nowhere else."""
