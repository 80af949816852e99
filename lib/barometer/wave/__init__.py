"""From the files of a wave to usable, complete answers."""
