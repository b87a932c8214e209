"""The demonstration: a cast that shows every state a visitor should see, and a crowd around it.

Nothing here writes a row itself: everything goes through the named acts, with the clock standing at
past instants, so that the trail tells the story as if it had happened.
"""
