"""What is generated from declarations in the code: pages of `docs`, and modules with argument types.

Each module here is one generated file: `DOCUMENT` is its place, `text()` its content.
"""
