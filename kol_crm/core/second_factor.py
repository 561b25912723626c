"""The second factor: allauth's, with its secrets sealed in the database (RELIABILITY 5)."""

from allauth.mfa.adapter import DefaultMFAAdapter

from kol_crm.core import installation, vault

PURPOSE = "second factor"


class SealedFactors(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return vault.seal_secret(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.open_secret(PURPOSE, encrypted_text)

    def get_totp_issuer(self) -> str:
        """What the app on the phone calls it."""
        return installation.name() or "KOL CRM"

    def get_totp_label(self, user) -> str:
        return user.username
