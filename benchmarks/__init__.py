"""Speed and memory, as ratios against a plain script in the same run; `make bench` runs them."""
