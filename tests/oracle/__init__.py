"""An oracle of the gate, written from the rule book alone, and the histories on which the two are compared.

It shares nothing with the engine but the facts and the names in the closed lists. It is plain on purpose: the
numbers stand where the rule book says them, and each docstring quotes the sentence that the lines follow.
"""
