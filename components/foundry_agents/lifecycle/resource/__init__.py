"""An agent or a toolbox as a resource of any adapter: check, diff, words, create, read, update, delete."""
