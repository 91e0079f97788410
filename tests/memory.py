"""How many bytes were held at once: counted where Python hands them out, whatever the time."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Says, also behind the block, how many bytes more than before it were held at most."""
    gc.collect()
    found = 0
    tracemalloc.start()
    try:
        yield lambda: found
        found = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
