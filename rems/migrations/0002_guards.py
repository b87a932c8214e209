from django.db import migrations

from audit.guards import KeepRows


class Migration(migrations.Migration):
    """What was written, decided and issued stays as it was."""

    dependencies = [("rems", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        KeepRows("rems_transfer"),
        KeepRows("rems_agreement"),
        KeepRows("rems_categoryassignment"),
        KeepRows("rems_prescription"),
        KeepRows("rems_prescriptionitem"),
        KeepRows("rems_counseling"),
        KeepRows("rems_prescribersurvey"),
        KeepRows("rems_decision"),
        KeepRows(
            "rems_authorization",
            ["cancelled_at", "cancelled_by_id", "cancel_reason"],
        ),
        KeepRows("rems_checklist"),
        KeepRows("rems_dayscounted"),
        KeepRows(
            "rems_confirmation",
            ["cancelled_at", "cancelled_by_id", "cancel_reason", "lapsed_at"],
        ),
        KeepRows("rems_dispensing"),
        KeepRows("rems_capsulereturn"),
        KeepRows("rems_deviation"),
        KeepRows("rems_displayflag", ["cleared_at"]),
    ]
