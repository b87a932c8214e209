"""How well the rules are tested: each is changed a little, and some test has to notice (promise 3)."""
