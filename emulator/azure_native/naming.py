"""Names for resources that the program does not name.

Source: pulumi.com documentation of azure-native, "Auto-naming": the logical name and eight hexadecimal
digits, a UUID for role assignments.
"""

import hashlib
import re
import uuid

from azure_native.shapes import ResourceType


def name_for(resource_type: ResourceType, logical_name: str, seed: bytes) -> str:
    """A name that the same seed gives again; the engine draws a seed per resource."""
    digest = hashlib.sha256(seed + logical_name.encode()).digest() if seed else uuid.uuid4().bytes
    if resource_type.naming == "uuid":
        return str(uuid.UUID(bytes=digest[:16], version=4))
    stem = re.sub(r"[^A-Za-z0-9]", "", logical_name) if resource_type.naming == "letters" else logical_name
    return stem + digest[:4].hex()
