"""Nothing falls due unseen: the next instant at which each answer changes, and what is then to be done.

``deadlines`` reads what falls due out of a decision, ``asking`` asks the engine about an enrollment or a
number, ``book`` brings rows, flags and notices in line with what was seen. ``renewal`` does so at the end
of every act, ``passing`` when an instant has come, ``comparing`` every night for all. No gate reads any of it.
"""
