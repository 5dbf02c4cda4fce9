"""Tests of the memory of what learners have."""
