"""The provider plugin, as Pulumi starts it from this folder."""

import sys

from foundry_agents.provider import main

sys.exit(main())
