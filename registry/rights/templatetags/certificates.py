"""``{% described run.certificate as certificate %}``: a certificate in words."""

from typing import Any

from django import template

from registry.rights.certificate.described import Certificate
from registry.rights.certificate.described import described as in_words

register = template.Library()


@register.simple_tag
def described(content: dict[str, Any]) -> Certificate:
    return in_words(content)
