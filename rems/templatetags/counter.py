"""What only the counter's pages print: barcodes."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rems.display.barcodes import HEIGHT, MARGIN, code_128

register = template.Library()


@register.simple_tag
def barcode(text: str, label: str) -> SafeString:
    """``{% barcode "C3HP8TNV62JE" "Barcode of …" %}``: black on a white plate in both modes."""
    drawn = code_128(text)
    tall = HEIGHT - 2 * MARGIN
    one = '<rect x="{}" y="{}" width="{}" height="{}"/>'
    bars = format_html_join("", one, ((bar.x, MARGIN, bar.width, tall) for bar in drawn.bars))
    return format_html(
        '<svg class="barcode" viewBox="0 0 {0} {1}" role="img" aria-label="{2}" shape-rendering="crispEdges">'
        '<rect class="plate" width="{0}" height="{1}"/>{3}</svg>',
        drawn.width,
        HEIGHT,
        label,
        bars,
    )
