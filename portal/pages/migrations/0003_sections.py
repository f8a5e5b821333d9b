"""The plain text and the picture of notices and texts become sections, in every version that is kept."""

import json
import uuid

import django.db.models.deletion
import portal.kit.clock
import portal.pages.blocks
import wagtail.blocks
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

KINDS = ("NoticePage", "TextPage")


def section(page, kind, value):
    """The same section in all versions of a page: it has one id."""
    return {"type": kind, "value": value, "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"page:{page}:{kind}"))}


def sections(page, body, picture, alt):
    shown = {"upload": str(picture), "alt": alt, "caption": ""}
    first = [section(page, "picture", shown)] if picture else []
    return [*first, section(page, "text", body)] if body else first


def plain(raw):
    return "\n\n".join(part["value"] for part in raw if part["type"] == "text")


def picture_of(raw):
    return next((part["value"]["upload"] or None for part in raw if part["type"] == "picture"), None)


def revisions_of(apps, page):
    revision, kind = apps.get_model("wagtailcore", "Revision"), apps.get_model("contenttypes", "ContentType")
    of = kind.objects.filter(app_label="pages", model=page._meta.model_name)
    return revision.objects.filter(content_type__in=of).iterator(chunk_size=200)


def divide(apps, schema_editor):
    alt = dict(apps.get_model("community", "Upload").objects.exclude(alt="").values_list("pk", "alt"))
    known = {str(key): said for key, said in alt.items()}
    for name in KINDS:
        page = apps.get_model("pages", name)
        for row in page.objects.all():
            page.objects.filter(pk=row.pk).update(
                body=sections(row.pk, row.plain, row.picture_id, known.get(str(row.picture_id), ""))
            )
        for revision in revisions_of(apps, page):
            body, picture = revision.content.get("body", ""), revision.content.pop("picture", None)
            revision.content["body"] = json.dumps(
                sections(revision.object_id, body, picture, known.get(str(picture), ""))
            )
            revision.save(update_fields=["content"])


def unite(apps, schema_editor):
    for name in KINDS:
        page = apps.get_model("pages", name)
        for row in page.objects.all():
            raw = row.body.get_prep_value()
            page.objects.filter(pk=row.pk).update(plain=plain(raw), picture=picture_of(raw))
        for revision in revisions_of(apps, page):
            raw = json.loads(revision.content.get("body") or "[]")
            revision.content |= {"body": plain(raw), "picture": picture_of(raw)}
            revision.save(update_fields=["content"])


BODY = wagtail.fields.StreamField([('heading', 0), ('text', 1), ('picture', 5), ('gallery', 6), ('document', 8), ('table', 10), ('quote', 12), ('callout', 13)], blank=True, default=list, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Heading'}), 1: ('wagtail.blocks.TextBlock', (), {'label': 'Text'}), 2: ('portal.pages.blocks.UploadBlock', (), {'label': 'File', 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'What the picture shows', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 5: ('wagtail.blocks.StructBlock', [[('upload', 2), ('alt', 3), ('caption', 4)]], {'label': 'Picture'}), 6: ('wagtail.blocks.ListBlock', (5,), {'label': 'Several pictures'}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 8: ('wagtail.blocks.StructBlock', [[('upload', 2), ('title', 7)]], {'label': 'PDF to download'}), 9: ('wagtail.blocks.TextBlock', (), {'label': 'Rows'}), 10: ('wagtail.blocks.StructBlock', [[('caption', 4), ('rows', 9)]], {'label': 'Table'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 1), ('source', 11)]], {'label': 'Quote'}), 13: ('wagtail.blocks.TextBlock', (), {'label': 'Important'})}, verbose_name='text')


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_contacts_move"),
        ("community", "0008_contacts"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        *(migrations.RenameField(model_name=name.lower(), old_name="body", new_name="plain") for name in KINDS),
        *(
            migrations.AlterField(model_name=name.lower(), name="plain", field=models.TextField(default=""))
            for name in KINDS
        ),
        *(migrations.AddField(model_name=name.lower(), name="body", field=BODY) for name in KINDS),
        migrations.RunPython(divide, unite),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=portal.kit.clock.now)),
                ('seen_at', models.DateTimeField(default=portal.kit.clock.now)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'user'), name='one_sitting_a_page')],
            },
        ),
    ]
