"""What pipelines run: one module per command of `foundry-agents ci`.

The commands run in the directory of the Pulumi program and call the `pulumi` on PATH. Credentials and backend come
from the environment; where they run they read from the variables of GitHub Actions and Azure Pipelines.
"""
