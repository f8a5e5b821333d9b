"""Recording and ending mandates."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.actions.web import once, refused
from portal.community.models import Person
from portal.community.web import account, sent, signed_in
from portal.kit.errors import NotPossible
from portal.voting import finding, services
from portal.voting.forms_staff import FindForm, MandateForm
from portal.voting.models import Mandate
from portal.voting.permissions import VOTES


@signed_in
@once
def mandate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Keep a written mandate for a line: the holder is found in the register by name."""
    found = VOTES.open(request, pk, "see_paper")
    entry = get_object_or_404(found.roll.select_related("person", "building"), number=number)
    find = FindForm(request.GET)
    people = finding.people_like(find.cleaned_data["q"], but=entry.person_id) if find.is_valid() else []
    form, status = (
        MandateForm(people, sent(request), request.FILES or None),
        422 if request.method == "POST" else 200,
    )
    if request.method == "POST" and form.is_valid():
        holder = Person.objects.get(pk=form.cleaned_data["holder"])
        files = form.cleaned_data["document"]
        try:
            services.record_mandate(
                account(request), entry.pk, holder, form.cleaned_data["kind"], files[0] if files else None
            )
        except NotPossible as refusal:
            form, status = refused(request, form, refusal), 409  # type: ignore[assignment]
        else:
            messages.success(request, _("The mandate was recorded."))
            return redirect("voting:roll_line", pk, number)
    context = {"vote": found, "entry": entry, "find": find, "people": people, "form": form}
    return render(request, "voting/mandate.html", context, status=status)


@signed_in
@once
def end(request: HttpRequest, pk: int, mandate_pk: int) -> HttpResponse:
    """End a mandate: the voter who gave it, or staff. Asked once more, for a ballot may go with it."""
    found = VOTES.open(request, pk)
    held = get_object_or_404(
        Mandate.objects.select_related("entry__person", "holder"), pk=mandate_pk, entry__vote=found
    )
    user = account(request)
    staff = VOTES.may(user, "see_paper", found)
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
