# SPDX-License-Identifier: Apache-2.0
"""Keystone: identity."""

from devcloud.configuration.common import LOGGING, Sections, database
from devcloud.settings import Settings


def sections(settings: Settings) -> Sections:
    """The configuration of Keystone."""
    tokens = str(settings.state / "keystone" / "token-keys")
    return {
        "DEFAULT": dict(LOGGING),
        "database": database(settings, "keystone"),
        # The usual 12 rounds take 0.3 s of each login, which slows every test.
        "identity": {"password_hash_rounds": "4"},
        # A day, so that a demo left open over lunch does not log people out.
        "token": {"provider": "fernet", "expiration": "86400"},
        "fernet_tokens": {"key_repository": tokens},
        # Without it Keystone looks for receipts' keys below /etc.
        "fernet_receipts": {"key_repository": tokens},
        "credential": {"key_repository": str(settings.state / "keystone" / "credential-keys")},
        "cache": {"enabled": "true", "backend": "dogpile.cache.memory"},
    }
