"""The model catalogue: methods and their scores, models trained on this plant, questions about them."""
