"""Makes a picture that Chromium took a small file: a PNG with a palette of few colours, which text needs no more of."""

import base64
import json
import re
import struct
import zlib
from itertools import zip_longest
from pathlib import Path

from tests.look.chromium import dump

_SCRIPT = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3
_HALF_A_BYTE = 16
"""Colours that half a byte can tell apart."""


def reduce_colours(file: Path, colours: int, folder: Path) -> None:
    """Write a PNG anew with so many colours at most; `folder` takes the page that reads it, and Chromium's profile."""
    data = base64.b64encode(file.read_bytes()).decode()
    page = folder / "palette.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><script>{_SCRIPT}</script>'
        f'<img data-colours="{colours}" src="data:image/png;base64,{data}"><pre id="result"></pre>',
        encoding="utf-8",
    )
    found = re.search(r'<pre id="result">(.+?)</pre>', dump(page, folder / "profile"), re.DOTALL)
    if found is None:
        raise ValueError(f"the colours of {file} were not counted")
    result = json.loads(found[1])
    file.write_bytes(png(result["width"], result["palette"], base64.b64decode(result["pixels"])))


def png(width: int, palette: list[list[int]], pixels: bytes) -> bytes:
    """Return a PNG; `pixels` holds a byte for each, its place in the palette, row after row."""
    depth = 4 if len(palette) <= _HALF_A_BYTE else 8
    rows = (pixels[at : at + width] for at in range(0, len(pixels), width))
    packed = b"".join(b"\0" + (_halved(row) if depth == 4 else row) for row in rows)
    header = struct.pack(">IIBBBBB", width, len(pixels) // width, depth, _INDEXED, 0, 0, 0)
    colours = bytes(part for colour in palette for part in colour)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _halved(row: bytes) -> bytes:
    """Return two pixels to a byte; an odd last one stands alone."""
    return bytes(first << 4 | second for first, second in zip_longest(row[::2], row[1::2], fillvalue=0))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
