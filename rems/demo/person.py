"""Who a patient of the demonstration is. Nobody of them is real."""

from dataclasses import dataclass
from datetime import date

from patients.actions import Details
from rems.demo.registry import Place


@dataclass(frozen=True, kw_only=True)
class Person:
    """A patient to be. A guardian signs for a minor; with an e-mail address they are told what is theirs to do."""

    name: str
    born: date
    place: Place
    guardian: str = ""
    email: str = ""
    language: str = ""

    @property
    def first(self) -> str:
        """All names but the last."""
        return self.name.rpartition(" ")[0]

    @property
    def last(self) -> str:
        """The family name."""
        return self.name.rpartition(" ")[2]

    @property
    def details(self) -> Details:
        """As the registration takes them."""
        place, guarded = self.place, bool(self.guardian)
        return {
            "first_name": self.first,
            "last_name": self.last,
            "born": self.born,
            "address_line_1": place.street,
            "city": place.city,
            "state": place.state,
            "zip_code": place.zip_code,
            "phone": place.phone,
            "email": self.email,
            "language": self.language,
            "guardian_name": self.guardian,
            "guardian_relationship": "Parent" if guarded else "",
            "guardian_phone": place.phone if guarded else "",
        }
