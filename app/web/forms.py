"""What the forms of several rooms share: trimmed text; days, times and numbers as the browser sends
them, refused in our own words; and the words of the validators."""

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    SelectChoice,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange

REQUIRED = InputRequired(_l("这一项要填。"))


def strip(text):
    """Trim and drop NUL and other control characters a database or a page chokes on."""
    if text is None:
        return ""
    return "".join(c for c in text if c >= " " or c in "\t\n\r").strip()


def line(label, longest, *validators, **options):
    """A one-line text field, trimmed, of at most `longest` characters."""
    words = _l("最多 %(n)s 个字。", n=longest)
    return StringField(
        label,
        filters=[strip],
        validators=[*validators, Length(max=longest, message=words)],
        **options,
    )


def password_line(label, *validators, **options):
    """A password field."""
    return PasswordField(label, validators=[REQUIRED, Length(max=200), *validators], **options)


def choices(pairs) -> list[SelectChoice]:
    """The options of a select, radio or tick list from (value, label) pairs or a dict."""
    pairs = pairs.items() if isinstance(pairs, dict) else pairs
    return [SelectChoice(value, label) for value, label in pairs]


LANGUAGES = choices({"zh": "中文", "en": "English"})


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


class Form(FlaskForm):
    """A form that can show a refusal of the domain beside the field it is about."""

    class Meta:
        def wrap_formdata(self, form, formdata):
            """What was sent: files for file fields alone, and no JSON. Anything else in place of
            a text is none."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            files = MultiDict(
                (name, file)
                for name, file in request.files.items(multi=True)
                if isinstance(form._fields.get(name), FileField)
            )
            return CombinedMultiDict((files, request.form)) if files or request.form else None

    def refuse(self, words: str, field: str | None = None) -> None:
        """Put the words beside the field, or above the form when it has none of that name."""
        target = self._fields.get(field or "")
        if target is not None:
            target.errors = [*target.errors, words]
        else:
            self.form_errors.append(words)


class Bare(Form):
    """A form of one button: nothing but the CSRF token."""
