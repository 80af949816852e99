"""Figures and tables, shown alike in page and PDF."""
