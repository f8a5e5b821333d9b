"""How a form is drawn by itself: `{{ form }}` and `{{ field.as_field_group }}` in the portal's look."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Forms, fields and widgets by the project's templates. A form drawn so has no token: the page's form adds it."""

    form_template_name = "components/_inputs.html"
    field_template_name = "components/_field.html"
