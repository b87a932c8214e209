import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.guards import KeepRows
from audit.triggers import RecordRows

ROLES = [
    ("prescriber", "Prescriber"),
    ("delegate", "Prescriber's delegate"),
    ("pharmacist", "Pharmacist"),
    ("representative", "Pharmacy's authorized representative"),
    ("administrator", "Program administrator"),
    ("auditor", "Auditor"),
    ("patient", "Patient"),
    ("system", "System job"),
]


class Migration(migrations.Migration):
    """Who closed the tour of which role: insert-only, and in the trail."""

    dependencies = [("accounts", "0020_contact")]

    operations = [
        migrations.CreateModel(
            name="TourSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=ROLES, max_length=20)),
                ("seen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tours",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tours seen",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(role__in=[code for code, _ in ROLES]), name="accounts_tourseen_role_known"
                    ),
                    models.UniqueConstraint(fields=["person", "role"], name="accounts_tourseen_once"),
                ],
            },
        ),
        KeepRows("accounts_tourseen"),
        RecordRows("accounts_tourseen", patient=""),
    ]
