"""What each role shows to a language model, what the model says, and how that becomes the role's output."""
