"""How cards look: sample cards, the pages around them, and their pictures."""
