"""What cannot be weighted or estimated, and why."""


class WeightingError(ValueError):
    """Vectors from which no weight or estimate follows; says what was found and expected."""
