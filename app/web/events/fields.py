"""Days, times and numbers as the browser sends them, refused in our own words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, TimeField
from wtforms.validators import NumberRange


class DayField(DateField):
    """A local day."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("日期要写成 2026-11-22 这样。")) from None


class ClockField(TimeField):
    """A local time of day, to the minute."""

    def __init__(self, label, validators=None, **options):
        super().__init__(label, validators, format=["%H:%M", "%H:%M:%S"], **options)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("时间要写成 14:30 这样。")) from None


class NumberField(IntegerField):
    """A whole number between two bounds, which the browser is told too."""

    def __init__(self, label, validators=(), *, between, **options):
        least, most = between
        words = _l("要在 %(least)s 到 %(most)s 之间。", least=least, most=most)
        in_bounds = NumberRange(least, most, message=words)
        super().__init__(label, [*validators, in_bounds], **options)

    def process_formdata(self, valuelist):
        try:
            if valuelist and len(valuelist[0]) > 12:  # no float holds it; nobody means it
                raise ValueError
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("这里要写数字。")) from None
