"""How the pipeline manager's rules turn a sentence into subtasks: words, sensors, times, limits, rules, check."""
