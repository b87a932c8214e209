"""Sealing: the process that follows the trail, builds its trees, links and signs them.

It needs no more than psycopg and cryptography, and a key that no other process reads.
"""
