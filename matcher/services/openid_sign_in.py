"""Coming in through an OpenID Connect provider: only people who have an account here already.

The provider says who somebody is; it never makes an account or gives a role. The first time, the account is found by
the e-mail address the provider has verified, which must be the account's sign-in name. It is then linked to the
provider's subject for good, and from then on found by that alone: an address may be given to somebody else one day,
a subject may not (OpenID Connect Core 1.0, section 5.7).
"""

from dataclasses import dataclass
from datetime import datetime

from matcher.services.signing_in import Door, Entry, Visitor, let_in
from matcher.store import accounts
from matcher.store.accounts import Account
from matcher.store.audit import record
from matcher.store.errors import StoreError
from matcher.store.store import StoreSession


class NoAccountError(StoreError):
    """The provider knows the person, this clinic does not, or their account is disabled."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody, its signature, audience, nonce and expiry already checked."""

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False


def sign_in_with(door: Door, claims: Claims, visitor: Visitor, now: datetime | None = None) -> Entry:
    """Sign in whoever the provider names.

    Raises
    ------
    NoAccountError
        If they have no account here, or a disabled one.
    """
    with door.store.writing() as session:
        account = _account(session, claims)
        if account is not None and account.disabled_at is None:
            return let_in(door, session, account, visitor, "openid", now)
        record(session, "nobody", "failed to sign in to", "account", "" if account is None else account.account_id)
    raise NoAccountError("there is no account for this person.")


def _account(session: StoreSession, claims: Claims) -> Account | None:
    linked = accounts.account_with_openid(session, claims.issuer, claims.subject)
    if linked is not None or not (claims.email and claims.email_verified):
        return linked
    named = accounts.account_named(session, claims.email)
    if named is None or named.has_openid or named.disabled_at is not None:
        return None
    return accounts.keep_openid(session, named, claims.issuer, claims.subject)
