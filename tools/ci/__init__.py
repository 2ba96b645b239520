"""What pipelines run: one module per step, each started as `python -m tools.ci.<module>` in the program's folder.

They call `pulumi` from PATH, log in by the environment they are given, and know nothing of where they run except
what GitHub Actions and Azure Pipelines say in their own variables.
"""
