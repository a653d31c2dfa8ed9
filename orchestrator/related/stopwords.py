"""What says nothing about which problem an issue is: English function words, courtesies, templates, heads of mails.

It must stay small: a word that tells two problems apart in any company does not belong here.
"""

import re

_LINES = """
a about above after again all also although always am an and another any are as at be because been before
being below between both but by can cannot could did do does doing done down during each either else etc ever
every few for from further get gets getting got had has have having he her here hers him his how however i if
in into is it its itself just let like may me might more most much must my need needs no nor not now of off on
once only or other our out over own per same seem seems shall she should since so some still such than that
the their them then there these they thing this those though through thus to too try trying under until up us
use used using very via want was way we well were what when where whether which while who whom whose why will
with within without would yes yet you your ll re ve don doesn didn isn wasn aren won couldn wouldn shouldn
don't doesn't didn't isn't can't won't it's i'm hi hello hey dear team all thanks thank thx regards cheers
please pls kindly http https www com org html
"""
STOP_WORDS = frozenset(_LINES.split())

_HEADINGS = (
    r"steps? to re(?:produce|create)",
    r"how to re(?:produce|create)",
    r"reproduction steps",
    r"(?:expected|actual|current|observed) (?:behaviou?rs?|results?|outcome)",
    r"acceptance criteria",
    r"additional (?:context|information|info|notes)",
    r"environment|description|summary|overview|background|screenshots?|attachments?|impact|work ?around",
    r"(?:kind |best |warm )?regards|many thanks|thanks in advance",
    r"good (?:morning|afternoon|evening|day)",
    r"(?:hello|hi)(?: (?:all|team|everyone|there))?",
)

HEADING = re.compile(
    rf"^[ \t#*_=\-]*(?:\d+[.)] ?)?(?:{'|'.join(_HEADINGS)})[ \t*_=:?!,.\-]*(?:$|(?<=:)|(?<=\*))",
    re.IGNORECASE | re.MULTILINE,
)
"""A template's heading or a courtesy that fills a line, or opens it before a colon."""

MAIL = re.compile(
    r"^[> \t]*(?:(?:From|Sent|To|Cc|Bcc|Date|Von|Gesendet|An|Datum|De|Envoyé|À|Fecha|Para)[ \t]?:[^\n]*"
    r"|On [^\n]{5,120} wrote:|-{2,} ?(?:Original|Forwarded) Message ?-{2,}|Sent from my [^\n]{0,60})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that a mail program writes over what somebody wrote: people, dates, announcements."""
