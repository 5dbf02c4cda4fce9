"""Tests of the Anki format, against the real Anki."""
