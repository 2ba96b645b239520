"""What the Makefile runs. Everything it makes is in `.venv` and `.local`, never outside the checkout.

`step`, `file_lock`, `virtual_environment`, `go_toolchain` and `pulumi_cli` run before there is a virtual
environment: they use the standard library only.
"""
