"""Pairs of client and therapist as numbers: one pure function a comparison, declared once."""
