"""Evaluation that could embarrass the model: dull rivals behind the same interface, later data, known truth."""
