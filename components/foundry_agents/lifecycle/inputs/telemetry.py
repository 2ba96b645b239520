"""Collectors of an agent's logs, traces and metrics, besides the platform's own telemetry.

Source: `TelemetryConfig` and `OtlpTelemetryEndpoint` of azure-ai-projects 2.10.
"""

from __future__ import annotations

import re

from .schema import Field, Record
from .types import Choice, Form, ListOf, Text

DATA = ("ContainerStdoutStderr", "ContainerOtel", "Metrics")
PROTOCOLS = ("Http", "Grpc")
_SDK = "azure-ai-projects 2.10"

_URL = Form(re.compile(r"https?://[\w.\[\]:-]+(?:[/?][!-~]*)?"), "a URL", "http://host:port or https://host:port")
_HEADER = Form(
    re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"),  # a token of RFC 9110
    "the name of an HTTP header",
    "letters, digits and hyphens, such as x-api-key",
)

_AUTH = Record(
    (
        Field("type", Choice(("header",)), "Kind of authentication.", source=_SDK, default="header"),
        Field("header_name", _HEADER, "HTTP header that carries the secret.", source=_SDK, required=True),
        Field("secret_id", Text(1), "Project connection that has the secret.", source=_SDK, required=True),
        Field("secret_key", Text(1), "Key of the secret in that connection.", source=_SDK, required=True),
    ),
    "{header_name: x-api-key, secret_id: my-connection, secret_key: key}",
    name="TelemetryAuth",
    description="How the agent authenticates to a collector: a header whose value is in a project connection.",
)

TYPE = ListOf(
    Record(
        (
            Field("kind", Choice(("OTLP",)), "Kind of the collector.", source=_SDK, default="OTLP"),
            Field("endpoint", _URL, "URL of the collector.", source=_SDK, required=True),
            Field("protocol", Choice(PROTOCOLS), "Transport protocol.", source=_SDK, default=PROTOCOLS[0]),
            Field(
                "data",
                ListOf(Choice(DATA, name="TelemetryData"), f"[{DATA[-1]}]"),
                "What the collector receives.",
                source=_SDK,
                default=list(DATA),
                default_words="all",
            ),
            Field("auth", _AUTH, "How the agent authenticates to the collector.", source=_SDK),
        ),
        "{endpoint: https://collector:4318, data: [Metrics]}",
        name="TelemetryEndpoint",
        description="An OpenTelemetry collector.",
    ),
    "[{endpoint: https://collector:4318, data: [Metrics]}]",
)
