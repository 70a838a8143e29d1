"""Looking at data: several files as one table, detection, causal discovery, and findings: facts with a number."""
