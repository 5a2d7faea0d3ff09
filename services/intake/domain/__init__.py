"""The pure rules of intake: what a mail says, and what becomes of a submission."""
