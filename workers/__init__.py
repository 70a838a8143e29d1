"""The hands: the pipeline that tells the story, readings, charts, state, artifacts and the simulator."""
