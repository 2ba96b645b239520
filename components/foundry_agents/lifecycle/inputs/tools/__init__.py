"""The tools of a toolbox."""
