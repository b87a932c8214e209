"""Where somebody is reached, in the shape that all registries share."""

from django.db import models


class Contact(models.Model):
    """A US postal address, telephone, fax and e-mail. What is unknown is empty."""

    address_line_1 = models.CharField("address", max_length=120, blank=True, default="")
    address_line_2 = models.CharField("address, second line", max_length=120, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    state = models.CharField(max_length=2, blank=True, default="")
    zip_code = models.CharField("ZIP code", max_length=10, blank=True, default="")
    phone = models.CharField("telephone", max_length=30, blank=True, default="")
    email = models.EmailField("e-mail", blank=True, default="")

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The postal address in one line."""
        region = " ".join(part for part in (self.state, self.zip_code) if part)
        lines = (self.address_line_1, self.address_line_2, self.city, region)
        return ", ".join(part for part in lines if part)


CONTACT_FIELDS = (
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "email",
)
