import csv
from pathlib import Path

from django.db import migrations

PRODUCTS = Path(__file__).resolve().parents[2] / "programs" / "products.csv"


def load(apps, schema_editor):
    """Every product of the file that is not there yet."""
    product = apps.get_model("rems", "Product")
    with PRODUCTS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            row["rxnorm"] = row.pop("rxnorm_ingredient")
            product.objects.get_or_create(ndc=row.pop("ndc"), defaults=row)


class Migration(migrations.Migration):
    """The products of the programs, as the file in `programs/` names them."""

    dependencies = [("rems", "0002_guards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
