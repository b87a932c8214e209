"""People, the roles they hold, what they signed, and how they want to be reached."""

from datetime import UTC, time
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower

from accounts.identifiers import validate_zone
from accounts.languages import Language
from accounts.passwords import normalized
from accounts.quiet import Quiet
from accounts.roles import Permission, Role, permissions_of
from audit.constraints import not_blank, one_of, together
from audit.fields import person_field
from audit.payloads import sha256

SYSTEM_DOMAIN = "system.invalid"
PATIENT_DOMAIN = "patient.invalid"
"""The address of a patient who gave none: nothing is ever sent there."""


class People(BaseUserManager["Person"]):
    """People, found by e-mail address whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person with this address. Raises Person.DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who signs in, or a named job of the system. Never deleted: deactivated."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    password_set_by_other = models.BooleanField(default=False)
    """That nobody but the one who set it has chosen the password: it is changed before anything else opens."""

    password_words: tuple[str, ...] = ()
    """What else the password must not be made of, while one is chosen: the name of the pharmacy."""

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            CheckConstraint(condition=Q(email=Lower("email")), name="accounts_person_email_lower"),
            not_blank("name"),
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """Keep the digest of the password, whichever way its characters were sent."""
        super().set_password(None if raw_password is None else normalized(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. A digest in an older form stays: looking at a password writes nothing."""
        given = None if raw_password is None else normalized(raw_password)
        return hashers.check_password(given, self.password)

    def roles(self) -> frozenset[Role]:
        """The roles held now, by the grants that were not withdrawn."""
        held = self.grants.filter(withdrawn_at__isnull=True).values_list("role", flat=True)
        return frozenset(Role(role) for role in held)

    def may(self, permission: Permission) -> bool:
        """Whether any role held now allows it. A deactivated person may do nothing."""
        return permission in self.permissions()

    def permissions(self) -> frozenset[Permission]:
        """All that the roles held now allow; nothing for a deactivated person."""
        return permissions_of(self.roles()) if self.is_active else frozenset()

    @property
    def is_reachable(self) -> bool:
        """Whether the address is one to which a message can be sent."""
        return not self.email.endswith((f"@{SYSTEM_DOMAIN}", f"@{PATIENT_DOMAIN}"))

    @property
    def acting_as(self) -> str:
        """The roles held, for the trail: ``pharmacist, representative``."""
        return ", ".join(sorted(self.roles()))


class RoleGrant(models.Model):
    """That a person holds a role, since when and by whom; and its withdrawal."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField()
    granted_by = person_field()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = person_field(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("role", Role),
            together("withdrawn"),
            CheckConstraint(
                condition=Q(withdrawn_at__gte=F("granted_at")),
                name="accounts_rolegrant_withdrawn_after",
            ),
            UniqueConstraint(
                fields=["person", "role"],
                condition=Q(withdrawn_at__isnull=True),
                name="accounts_rolegrant_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class SigningMethod(models.TextChoices):
    """How a signer showed that it is them, or who entered the signature for them."""

    PASSWORD = "password", "password given again"
    PASSKEY = "passkey", "passkey used again"
    SIGNED_IN = "signed_in", "signed in, not asked again"
    DEVICE = "device", "on the prescriber’s device"
    LINK = "link", "by one-time link"
    PAPER = "paper", "on paper"


OWN_ACCOUNT = frozenset({SigningMethod.PASSWORD, SigningMethod.PASSKEY, SigningMethod.SIGNED_IN})
"""The methods by which a person signs who has an account."""


class Signature(models.Model):
    """Who signed what, when and meaning what (21 CFR 11.50). Insert-only.

    ``content`` is what was signed and ``sha256`` the digest of its canonical text; it names the record
    that it belongs to, as ``record_kind`` and ``record_id`` do for finding it (21 CFR 11.70). A signature
    on paper, on the prescriber's device or by link has no ``person``; its printed name is the signer's,
    and ``entered_by`` who entered it. ``proof``: the digest of a passkey's challenge, which serves once.
    ``binding``: the digest over name, meaning, time, method and the digest of the content.
    """

    person = person_field(null=True, blank=True)
    printed_name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=SigningMethod.choices, blank=True, default="")
    entered_by = person_field(null=True, blank=True)
    proof = models.CharField(max_length=64, blank=True, default="")
    record_kind = models.CharField(max_length=80, blank=True, default="")
    record_id = models.BigIntegerField(null=True, blank=True)
    binding = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            not_blank("printed_name"),
            not_blank("meaning"),
            CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="accounts_signature_sha256_form"),
            one_of("method", SigningMethod, or_empty=True),
            CheckConstraint(
                condition=Q(record_kind="", record_id__isnull=True) | (~Q(record_kind="") & Q(record_id__isnull=False)),
                name="accounts_signature_record_together",
            ),
            UniqueConstraint(fields=["proof"], condition=~Q(proof=""), name="accounts_signature_proof_once"),
        ]
        indexes = [models.Index(fields=["record_kind", "record_id"], name="signature_record")]

    def __str__(self) -> str:
        return f"{self.printed_name}, {self.signed_at:%Y-%m-%d %H:%M %Z}: {self.meaning}"

    def covers(self, content: object) -> bool:
        """Whether exactly this was signed; False for a newer version of it."""
        return self.sha256 == sha256(content)

    def bound(self) -> str:
        """The digest that ``binding`` holds of a signature that stands as it was given."""
        return sha256(
            {
                "sha256": self.sha256,
                "name": self.printed_name,
                "meaning": self.meaning,
                "at": self.signed_at.astimezone(UTC),
                "person": self.person_id,
                "entered_by": self.entered_by_id,
                "method": self.method,
                "proof": self.proof,
            }
        )

    @property
    def intact(self) -> bool:
        """Whether content, name, meaning and time are still as they were signed."""
        return self.covers(self.content) and self.binding in {"", self.bound()}


class SignInTries(models.Model):
    """How often signing in failed in a row: no record of anybody, only what a pause is measured by.

    For an address from one network; for an address from everywhere (``network`` is empty); for the
    addresses that never signed in from a network (``email`` is empty).
    """

    email = models.CharField(max_length=254, blank=True)
    network = models.CharField(max_length=50, blank=True)
    failures = models.PositiveIntegerField(default=0)
    pauses = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    signed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "sign-in tries"
        constraints = [UniqueConstraint(fields=["email", "network"], name="accounts_signintries_one_count")]

    def __str__(self) -> str:
        return f"{self.email or 'strangers'} from {self.network or 'everywhere'}: {self.failures}"


class TourSeen(models.Model):
    """That a person has closed the short tour of a role: it is shown no more. Insert-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tours")
    role = models.CharField(max_length=20, choices=Role.choices)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tours seen"
        constraints = [
            one_of("role", Role),
            UniqueConstraint(fields=["person", "role"], name="accounts_tourseen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()}"


def usual_zone() -> str:
    """The zone of who chose none."""
    return str(settings.TIME_ZONE)


class ContactChoice(models.Model):
    """How a person wants to be reached, by their own choice. Who chose nothing has what stands here (D).

    What is due always stands on the person's page. ``mobile``: +, country and number. From ``quiet_from`` until
    ``quiet_until``, by the clocks in ``zone``, only what is urgent is sent; neither: at all hours.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="contact_choice")
    email = models.BooleanField("e-mail", default=True)
    text = models.BooleanField("text message", default=False)
    mobile = models.CharField(max_length=16, blank=True, default="")
    quiet_from = models.TimeField(null=True, blank=True, default=time(21))
    quiet_until = models.TimeField(null=True, blank=True, default=time(7))
    zone = models.CharField(max_length=60, default=usual_zone, validators=[validate_zone])
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("language", Language),
            CheckConstraint(
                condition=Q(mobile="") | Q(mobile__regex=r"^\+[1-9][0-9]{7,14}$"),
                name="accounts_contactchoice_mobile_form",
            ),
            CheckConstraint(condition=Q(text=False) | ~Q(mobile=""), name="accounts_contactchoice_text_has_mobile"),
            CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="accounts_contactchoice_quiet_is_a_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {', '.join(self.chosen) or 'on the page alone'}"

    @property
    def chosen(self) -> list[str]:
        """What is sent besides: ``email``, ``text``."""
        return [name for name, wanted in (("email", self.email), ("text", self.text)) if wanted]

    @property
    def quiet(self) -> Quiet | None:
        """The quiet hours."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return Quiet(self.quiet_from, self.quiet_until, ZoneInfo(self.zone))

    def address(self, channel: str) -> str:
        """Where the channel reaches the person."""
        return self.mobile if channel == "text" else self.person.email
