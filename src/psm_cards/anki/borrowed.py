"""What is genanki's in a package, without what genanki brings along; imported only where a package is written."""

import functools
import sys

# genanki asks another package for what functools has had since, and that one imports asyncio: measured, four fifths of
# the 0.1 s that genanki costs.
_is_asked_for = sys.modules.setdefault("cached_property", functools) is functools
try:
    import genanki
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA
finally:
    if _is_asked_for:
        del sys.modules["cached_property"]

__all__ = ["APKG_COL", "APKG_SCHEMA", "genanki"]
