"""`bin/bench`: what a request costs the real server, and how heavy its pages are."""
