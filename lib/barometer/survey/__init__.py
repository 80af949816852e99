"""The answers, weighted, asked questions."""
