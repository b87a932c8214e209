"""What all work lists share: items by their natural key, what people decided about them, sorting, pages, files.

``due`` finds what is due as rows; ``attention`` says which items are quiet, waived or waiting for a ruling;
``listing`` sorts and cuts a list into pages; ``exporting`` gives it as a file. It is for the eye alone: what
is acknowledged or waived changes no answer of the gate.
"""
