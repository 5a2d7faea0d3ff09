"""Words that say nothing about what a text is about, without accents, as `language.fold` leaves them."""

_ENGLISH = """
a about above after again all also am an and any are aren as at be because been before being below between both
but by can cannot could couldn d did didn do does doesn doing don down during each few for from further get had
hadn has hasn have haven having he hello her here hers hi him his how i if in into is isn it its itself just ll m
may me might more most must my myself no nor not now of off on once only or other our ours out over own please re
s same shall she should shouldn so some such t than thank thanks that the their theirs them then there these they
this those through to too under until up us ve very was wasn we were weren what when where whether which while
who whom whose why will with won would wouldn you your yours yourself
"""
_FRENCH = """
a afin ai ainsi alors apres as au aucun aussi autre autres aux avait avant avec avez avoir avons bonjour c ca car
ce ceci cela celle celles celui ces cet cette ceux chez comme comment d dans de depuis des deja donc dont du elle
elles en encore entre es est et etait ete etes etre eu eux faire fait faut fois font il ils j je jusqu l la le les
leur leurs lors lorsqu lui m ma mais me meme memes merci mes moi moins mon n ne ni nos notre nous on ont ou par
parce pas pendant peu peut peux plus plutot pour pourquoi pouvez puis puisqu qu quand que quel quelle quelles
quelqu quels qui quoi s sa sans se sera ses si sinon soit sommes son sont sous sur t ta te tes toi ton tous tout
toute toutes tres trop tu un une veuillez voici voila vos votre vous y
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "fr": frozenset(_FRENCH.split()),
}
