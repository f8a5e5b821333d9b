"""Recording and ending mandates."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.actions.web import once, refused
from portal.community.web import account, sent, signed_in
from portal.kit.errors import NotPossible
from portal.voting import services
from portal.voting.forms_staff import MandateForm
from portal.voting.models import Mandate
from portal.voting.permissions import may, vote_for
from portal.voting.views.context import stand_in


@signed_in
@once
def mandate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Keep a written mandate for a line: the holder is found in the register by name."""
    found = vote_for(request.user, pk, "paper")
    stand_in(request, found.neighbourhood)
    entry = get_object_or_404(found.roll.select_related("person", "building"), number=number)
    form = MandateForm(entry, sent(request), request.FILES or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        file = typed["document"][0] if typed["document"] else None
        try:
            services.record_mandate(account(request), entry.pk, typed["holder"], typed["kind"], file)
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("The mandate was recorded."))
            return redirect("voting:roll_line", pk, number)
    context = {"vote": found, "entry": entry, "form": form}
    return render(request, "voting/mandate.html", context, status=status)


@signed_in
@once
def end(request: HttpRequest, pk: int, mandate_pk: int) -> HttpResponse:
    """End a mandate: the voter who gave it, or staff. Asked once more, for a ballot may go with it."""
    found = vote_for(request.user, pk)
    stand_in(request, found.neighbourhood)
    held = get_object_or_404(
        Mandate.objects.select_related("entry__person", "holder"), pk=mandate_pk, entry__vote=found
    )
    user = account(request)
    staff = may(user, "paper", found.electorate, found.neighbourhood)
    if not staff and held.entry.person_id != user.person_id:
        raise PermissionDenied("revoke")
    back = redirect("voting:roll_line", pk, held.entry.number) if staff else redirect("voting:vote", pk)
    if request.method != "POST":
        return render(request, "voting/mandate_end.html", {"vote": found, "mandate": held})
    try:
        services.revoke(user, held.pk)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The mandate has ended. A ballot cast under it was cancelled."))
    return back
