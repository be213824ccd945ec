"""Form fields that keep what was typed."""

from typing import Any

from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber, to_python
from phonenumber_field.widgets import RegionalPhoneNumberWidget


class KeepingPhoneWidget(RegionalPhoneNumberWidget):
    """Shows a number that can't be read exactly as it was typed, so that it can be mended."""

    def format_value(self, value: Any) -> str | None:
        number = value if isinstance(value, PhoneNumber) else to_python(value, region=self.region)
        if number and not number.is_valid():
            return number.raw_input
        return super().format_value(value)


class PhoneField(PhoneNumberField):
    widget = KeepingPhoneWidget
