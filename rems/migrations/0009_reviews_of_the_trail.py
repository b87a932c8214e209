import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.guards import KeepRows
from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Signed reviews of the trail, kept as they were signed; and runs that verify it, which are no record."""

    dependencies = [
        ("audit", "0004_own_schema"),
        ("accounts", "0006_trail_of_factors"),
        ("rems", "0008_openings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TrailReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("events", models.BigIntegerField()),
                ("out_of_band", models.BigIntegerField()),
                ("denials", models.BigIntegerField()),
                ("first_seal", models.BigIntegerField(null=True)),
                ("last_seal", models.BigIntegerField(null=True)),
                ("seals_sha256", models.CharField(max_length=64)),
                ("sealed_entries", models.BigIntegerField()),
                ("findings", models.TextField()),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.signature"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("findings__regex", "\\S")), name="rems_trailreview_findings_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__lt", models.F("until"))), name="rems_trailreview_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("faults", models.BigIntegerField(default=0)),
                ("stop_asked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sound", "Sound"),
                            ("altered", "Altered"),
                            ("unknown", "It cannot be told"),
                            ("stopped", "Stopped"),
                            ("lost", "Ended without a result"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("result", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["sound", "altered", "unknown", "stopped", "lost", ""])),
                        name="rems_verificationrun_verdict_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("verdict", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("verdict", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="rems_verificationrun_ended_with_verdict",
                    ),
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="rems_verificationrun_one_at_a_time",
                    ),
                ],
            },
        ),
        KeepRows("rems_trailreview"),
        RecordRows("rems_trailreview"),
    ]
