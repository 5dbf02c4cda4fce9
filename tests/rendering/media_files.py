"""The beginnings of pictures and recordings: as much as makes a file what its name says."""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="5" cy="5" r="4"/></svg>'


def png(rest: str = "1") -> bytes:
    """Return the first bytes of a PNG picture, then others."""
    return b"\x89PNG\r\n\x1a\n" + rest.encode()


def mp3(rest: str = "1") -> bytes:
    """Return the first bytes of an MP3 recording, then others."""
    return b"ID3" + rest.encode()
