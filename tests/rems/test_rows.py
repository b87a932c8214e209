"""Fields that stand beside each other."""

from django import forms

from rems.templatetags.rows import in_rows


class Address(forms.Form):
    street = forms.CharField()
    city = forms.CharField()
    state = forms.CharField()
    note = forms.CharField()
    key = forms.CharField(widget=forms.HiddenInput)


class Beside(Address):
    beside = frozenset({"street", "state", "key"})


def names(form: forms.Form) -> list[list[str]]:
    return [[field.name for field in row] for row in in_rows(form)]


def test_each_field_has_a_row_of_its_own() -> None:
    assert names(Address()) == [["street"], ["city"], ["state"], ["note"]]


def test_a_field_joins_the_one_before_it_and_the_first_has_none_to_join() -> None:
    assert names(Beside()) == [["street"], ["city", "state"], ["note"]]


def test_a_form_without_fields_has_no_rows() -> None:
    assert names(forms.Form()) == []
