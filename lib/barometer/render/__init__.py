"""Execute the report once, typeset it twice."""
