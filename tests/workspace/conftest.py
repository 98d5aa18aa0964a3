"""The site for a browser: files come from their own origin on the same port, and the policy says so."""

import pytest


@pytest.fixture
def site(live_server, settings) -> str:
    port = live_server.url.rsplit(":", 1)[1]
    settings.FILES_ORIGIN = f"http://files.localhost:{port}"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"img-src": ["'self'", "data:", settings.FILES_ORIGIN]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    return live_server.url.replace("127.0.0.1", "localhost")
