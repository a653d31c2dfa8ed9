"""Checks an installation from the outside in: each finding says what was seen and, where it is wrong, the exact fix."""
