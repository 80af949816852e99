"""From the raw files of a survey wave to a publishable barometer."""
