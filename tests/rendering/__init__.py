"""Tests of the room that turns notes into HTML."""
