"""The judgement: four roles with typed input and output, a seven-part prompt and two engines each."""
