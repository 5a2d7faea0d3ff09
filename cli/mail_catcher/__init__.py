"""The mail catcher: takes every mail that the platform sends, keeps it, and shows it in a browser.

It delivers nothing to anybody. `store` keeps messages, `smtp` takes them in, `web` shows them and answers
tests, `page` draws the pages, `__main__` runs all of it as one small process.
"""
