"""`make bench`: what is measured, one module each; `place` is where, `record` and `plots` are what comes of it."""
