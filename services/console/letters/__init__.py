"""The desk of dead letters: what lies there, why, and what a person may do about it; for the command line and the web.

How to use it. The worker's task (:class:`.worker.Indexer`) keeps the index up; whoever may read the console's
database asks :mod:`.index` (``list_letters``, ``count_letters``, ``kinds``, ``whole``, ``whose_id_begins``) with a
connection, and :mod:`.desk` for what follows from the answers (``plan_replay``, ``plan_discard``, ``by_age``,
``history``). Nothing here publishes: ``desk.replay``, ``desk.discard`` and ``desk.correct`` return the command as
an ``Outgoing`` for the topic of the service that failed; publish it through your outbox, or by hand as
``goodorder dead-letters`` does. What became of it comes on ``dead-letters.resolutions`` and so into the index.

A corrected value goes through :func:`.correcting.check` first (:func:`.correcting.to_edit` gives what to edit).
What may be shown to everybody goes through :mod:`.masking`; whoever shows more writes down who looked and why.
What cannot be done raises :class:`.desk.Refused`, in words for the person who asked.
"""
