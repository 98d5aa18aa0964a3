"""Signing in with a government identity provider (OpenID Connect): who it is, said by issuer and subject alone.

Authlib speaks the protocol: authorization code with PKCE, state and nonce, keys by JWKS, signature and claims of the
token. Ours is what the answer means: a subject that an officer linked while signed in the old way, and nobody else.
A mail address or a name that the provider tells is not read (SR-23). The provider stands for the password; the second
factor stays ours.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc.errors import JoseError

from tuntas.access import security_log
from tuntas.accounts import letters
from tuntas.accounts.models import ExternalIdentity
from tuntas.organizations.models import Officer

NAME = "government"
WITHIN = 10  # seconds that the provider has to answer
# Signatures that we take, whatever the provider offers: none of them can be made with what everybody knows.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA")
FAULTS = (OAuthError, JoseError, requests.RequestException, ValueError, KeyError, TypeError, RuntimeError)


class NotProved(Exception):
    """The provider's answer proves nothing: forged, old, for somebody else, or the provider is away."""


def is_set_up() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT)


def host() -> str:
    """Where a person is sent, to be told before they go."""
    return urlsplit(settings.OIDC_ISSUER).netloc


def begin(request: Any, redirect_uri: str) -> str:
    """The address at the provider. State, nonce and the PKCE verifier wait in the session. Raises NotProved."""
    try:
        app = _app()
        begun = app.create_authorization_url(redirect_uri)
        app.save_authorize_data(request, redirect_uri=redirect_uri, **begun)
    except FAULTS as fault:
        raise NotProved(type(fault).__name__) from fault
    return str(begun["url"])


def finish(request: Any) -> tuple[str, str]:
    """Issuer and subject of whoever came back. Raises NotProved."""
    try:
        app = _app()
        if request.GET.get("iss", settings.OIDC_ISSUER).rstrip("/") != settings.OIDC_ISSUER:  # RFC 9207
            raise ValueError("another issuer answered")
        claims = app.authorize_access_token(request)["userinfo"]
        issuer, subject = str(claims["iss"]).rstrip("/"), str(claims["sub"])
        if issuer != settings.OIDC_ISSUER or not subject:
            raise ValueError("another issuer signed")
    except FAULTS as fault:
        raise NotProved(type(fault).__name__) from fault
    return issuer, subject


def officer_of(issuer: str, subject: str) -> Officer | None:
    """Whose identity this is, in service."""
    found = ExternalIdentity.objects.filter(issuer=issuer, subject=subject, officer__is_active=True)
    known = found.select_related("officer").first()
    return known.officer if known else None


def link(officer: Officer, issuer: str, subject: str) -> bool:
    """Link it to this officer, who is signed in with both factors. False when it belongs to somebody else."""
    try:
        with transaction.atomic():
            ExternalIdentity.objects.create(officer=officer, issuer=issuer, subject=subject, linked_at=timezone.now())
    except IntegrityError:
        return False
    security_log.write("identity_linked", officer=officer.pk)
    letters.owe(officer, "identity_linked")
    return True


def unlink(officer: Officer) -> None:
    ExternalIdentity.objects.filter(officer=officer).delete()
    security_log.write("identity_unlinked", officer=officer.pk)


def _app() -> Any:
    """Authlib's client, with the provider's own description of itself checked once."""
    app = _registered(settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET)
    told = app.load_server_metadata()
    if str(told.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        raise ValueError("the provider calls itself by another name")
    offered = told.get("id_token_signing_alg_values_supported", [])
    told["id_token_signing_alg_values_supported"] = [each for each in offered if each in ALGORITHMS]
    return app


@cache
def _registered(issuer: str, client: str, secret: str) -> Any:
    registry = OAuth()
    registry.register(
        NAME,
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": WITHIN},
    )
    return registry.create_client(NAME)
