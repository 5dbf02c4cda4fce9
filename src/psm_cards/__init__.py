"""A deck compiler: question and answer notes with their sources, from YAML to Anki packages."""

__version__ = "0.1.0"
