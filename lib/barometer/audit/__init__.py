"""What reviewers and notebooks look at."""
