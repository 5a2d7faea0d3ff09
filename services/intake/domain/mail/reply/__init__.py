"""What a person newly wrote, without the quoted history, the signature and the footers below it.

`words` knows how mail programs say "wrote", "From" and "sent from my phone" in some thirty languages, `lines` tells what
one line or a few are, `cutting` what of a text is new, and `markup` does so for HTML, where containers say it first.
"""

from services.intake.domain.mail.reply.cutting import reply_text
from services.intake.domain.mail.reply.markup import reply_text_of_html

__all__ = ["reply_text", "reply_text_of_html"]
