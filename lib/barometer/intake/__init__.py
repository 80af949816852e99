"""From the export of a survey tool to the tables of a wave."""
