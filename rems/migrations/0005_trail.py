from django.db import migrations

from audit.triggers import RecordRows


class Migration(migrations.Migration):
    """Every change of a row is in the trail, whatever path it took."""

    dependencies = [("audit", "0004_own_schema"), ("rems", "0004_windows_and_surveys")]

    operations = [
        RecordRows("rems_agreement"),
        RecordRows("rems_authorization"),
        RecordRows("rems_capsulereturn"),
        RecordRows("rems_categoryassignment"),
        RecordRows("rems_checklist"),
        RecordRows("rems_confirmation"),
        RecordRows("rems_counseling"),
        RecordRows("rems_dayscounted"),
        RecordRows("rems_decision"),
        RecordRows("rems_deviation"),
        RecordRows("rems_dispensing"),
        RecordRows("rems_displayflag"),
        RecordRows("rems_enrollment"),
        RecordRows("rems_prescribersurvey"),
        RecordRows("rems_prescription"),
        RecordRows("rems_prescriptionitem"),
        RecordRows("rems_product"),
        RecordRows("rems_transfer"),
    ]
