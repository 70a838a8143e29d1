"""What a request wants beside its plain verbs: forms of questions, graphs, comparisons, models, wishes."""
