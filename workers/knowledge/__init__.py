"""Between the pipeline and kb: facts and passages for a run, questions, fault codes, the web, learning, review."""
