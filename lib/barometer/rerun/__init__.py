"""A new wave: scaffolded from the one before, and what is still to be done for it."""
