"""Whether a value has the format of a known credential: keys of clouds and model vendors, private keys, connection
strings, tokens.

Most formats are those of the library detect-secrets (Yelp). It is imported only for values that are long enough to
be a credential: the import takes 0.05 s, nearly all of it for `requests`. Only its detectors of specific formats are
used; entropy, key words and formats that ordinary values also have (a Telegram token looks like the end of an ARN)
are left out. This module never shows a value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detect_secrets.plugins.base import RegexBasedDetector

SHORTEST = 16
"""No known format is shorter."""

PLACEHOLDER = re.compile(r"\$\{\{[^{}]*\}\}|\$\{[^{}]*\}")
"""What stands for a value: `${{connections.…}}`, `${project_endpoint}`."""

_PASSWORD = r"[^;{}$<>*\s]+"

# What detect-secrets 1.5 does not know. Sources: microsoft/security-utilities (formats of Azure's keys), the
# vendors' documentation, default rules of gitleaks 8.
_FORMATS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    "Azure key": re.compile(
        r"\b[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}"
        r"|[A-Za-z0-9/+]{76}(?:APIM|ACDb|\+(?:ABa|AMC|ASt))[A-Za-z0-9/+]{5}[AQgw]=="
        r"|[A-Za-z0-9/+]{33}(?:AIoT|\+(?:ASb|AEh|ARm))[A-P][A-Za-z0-9/+]{5}="
        r"|[A-Za-z0-9/+]{42}\+ACR[A-D][A-Za-z0-9/+]{5}"
        r"|\b[A-Za-z0-9]{42}Az(?:Se|Fu)[A-D][A-Za-z0-9]{5}"
    ),
    "Entra client secret": re.compile(r"(?<![\w.~-])[A-Za-z0-9_.~-]{3}[78]Q~[A-Za-z0-9_.~-]{31,34}(?![\w.~-])"),
    "shared access signature": re.compile(r"[?&;]sig=[A-Za-z0-9%/+]{40,}"),
    "connection string": re.compile(
        rf"(?:AccountKey|SharedAccessKey|SharedAccessSignature|AccessKey)=[A-Za-z0-9%/+=]{{20,}}"
        rf"|;\s*(?:password|pwd)\s*=\s*{_PASSWORD}|(?:^|\s)(?:password|pwd)\s*=\s*{_PASSWORD};",
        re.IGNORECASE,
    ),
    "connection string with a password": re.compile(r"://[^/?#\s:@]*:[^/?#\s@${}<>*]+@[^\s/]"),
    "Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b|\bya29\.[0-9A-Za-z_-]{20,}|\bGOCSPX-[0-9A-Za-z_-]{20,}"),
    "OpenAI key": re.compile(r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9]{32,}\b"),
    "Anthropic key": re.compile(r"\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{20,}"),
    "OpenRouter key": re.compile(r"\bsk-or-v1-[0-9a-f]{32,}"),
    "Hugging Face token": re.compile(r"\bhf_[A-Za-z]{34}\b"),
    "Groq key": re.compile(r"\bgsk_[A-Za-z0-9]{40,}\b"),
    "xAI key": re.compile(r"\bxai-[A-Za-z0-9]{70,}\b"),
    "Perplexity key": re.compile(r"\bpplx-[A-Za-z0-9]{40,}\b"),
    "Replicate token": re.compile(r"\br8_[A-Za-z0-9]{37}\b"),
    "NVIDIA key": re.compile(r"\bnvapi-[A-Za-z0-9_-]{60,}"),
    "Databricks token": re.compile(r"\bdapi[0-9a-f]{32}\b"),
    "LangSmith key": re.compile(r"\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b"),
    "GitHub token": re.compile(r"\bgithub_pat_[A-Za-z0-9_]{60,}\b"),
    "Pulumi token": re.compile(r"\bpul-[0-9a-f]{40}\b"),
}

_SOUNDS_SECRET = re.compile(
    r"(?:^|_)(?:(?:API|ACCESS)?_?KEY|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|CREDENTIALS?|CONNECTION_?STRING)$",
    re.IGNORECASE,
)


def credential_format(value: str) -> str | None:
    """The kind of credential that the value is or contains, such as `JSON Web Token`; None if it is none."""
    plain = PLACEHOLDER.sub("", value)
    if len(plain) < SHORTEST:
        return None
    for name, form in _FORMATS.items():
        if form.search(plain):
            return name
    for detector in _detectors():
        if next(iter(detector.analyze_string(plain)), None) is not None:
            return str(detector.secret_type)
    return None


def sounds_secret(name: str) -> bool:
    """Whether a variable of that name usually holds a secret: `…_KEY`, `…_TOKEN`, `PASSWORD`."""
    return _SOUNDS_SECRET.search(name) is not None


@lru_cache(maxsize=1)
def _detectors() -> tuple[RegexBasedDetector, ...]:
    # Here and not at the top: a definition without long values is checked without it.
    from detect_secrets.plugins import (  # noqa: PLC0415
        aws,
        azure_storage_key,
        github_token,
        gitlab_token,
        jwt,
        npm,
        private_key,
        pypi_token,
        sendgrid,
        slack,
        stripe,
    )

    return (
        aws.AWSKeyDetector(),
        azure_storage_key.AzureStorageKeyDetector(),
        github_token.GitHubTokenDetector(),
        gitlab_token.GitLabTokenDetector(),
        jwt.JwtTokenDetector(),
        npm.NpmDetector(),
        private_key.PrivateKeyDetector(),
        pypi_token.PypiTokenDetector(),
        sendgrid.SendGridDetector(),
        slack.SlackDetector(),
        stripe.StripeDetector(),
    )
