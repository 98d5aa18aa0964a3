"""What is grave asks for the second factor again: disclosure, export, roles, second factors, mail address, and every
decision about somebody's data or protection.

`step_up_required` stands around a view, inside or outside `officer_view`; `step_up_to_send` asks only of who sends, and
lets everybody read. Both let through who gave a second factor within the last ten minutes; others go to the step-up
page and come back to a GET of the same page. Acts on a report say of themselves that they need it (`ActForm`). What was
being sent is kept and shown afterwards (workspace.keeping), and nothing is sent by itself.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tuntas.access import security_log
from tuntas.workspace import keeping, whole
from tuntas.workspace.officers import OfficerRequest, signed_in_view
from tuntas.workspace.second_step import CodeForm, answer_of

Extra = ParamSpec("Extra")


def step_up_required(
    view: Callable[Concatenate[Any, Extra], HttpResponseBase],
) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """Let the view run only within ten minutes of a second factor; else to the step-up page and back."""

    def guarded(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        return ask_again(request) or view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


def step_up_to_send(
    view: Callable[Concatenate[Any, Extra], HttpResponseBase],
) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """The same for a page that everybody of the desk may read: only what is sent asks for the second factor."""

    def guarded(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        gate = ask_again(request) if request.method == "POST" else None
        return gate or view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


def ask_again(request: Any, *, back: str = "") -> HttpResponseBase | None:
    """To the step-up page when the second factor is too old, what was being sent kept; else None.

    back: where to go afterwards when nothing was kept, for an address that cannot be read.
    """
    if not whole.is_whole(request) or whole.is_fresh(request):  # not signed in: the view's own gate answers
        return None
    keeping.keep(request, owner=whole.name_digest(request.user.username))
    here = back or (request.get_full_path() if request.method in {"GET", "HEAD"} else request.path)
    return redirect(f"{reverse('workspace:step-up')}?{urlencode({'next': here})}")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@signed_in_view
def step_up(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/step-up?next=...: a code, a passkey, or in the demonstration one explained button."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    form = CodeForm(request.POST if "code" in request.POST else None, officer=request.user)
    refused: Any = ""
    if request.method == "POST":
        if how := _given(request, form):
            whole.renew(request, how=how)
            if whole.KEPT in request.session:
                return redirect("workspace:kept")
            return redirect(whole.onward_from(request, wanted))
        refused = "" if "code" in request.POST else _("Your device did not sign. Try again, or type a code.")
    page = {
        "form": form,
        "next": wanted,
        "is_demo": whole.is_of_the_demo(request),
        "has_passkeys": request.user.passkeys.exists(),
        "refused": refused,
    }
    return render(request, "workspace/step_up.html", page, status=422 if form.errors or refused else 200)


def _given(request: OfficerRequest, form: CodeForm) -> str:
    """Which second factor was given, or an empty word."""
    if whole.is_of_the_demo(request):
        return whole.DEMO
    if "answer" in request.POST:
        if answer_of(request, request.user):
            return "passkey"
        security_log.write_apart("code_refused", officer=request.user.pk, facts={"how": "passkey"})
        return ""
    return form.how if form.is_valid() else ""
