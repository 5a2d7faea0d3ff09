"""English forms that no stemmer brings together: of irregular verbs, and some plurals. Each line begins with the base."""

_FORMS = """
become became
begin began begun
break broke broken
bring brought
build built
buy bought
catch caught
child children
choose chose chosen
come came
do done
draw drew drawn
fall fell fallen
find found
foot feet
forget forgot forgotten
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
hang hung
hear heard
hide hid hidden
hold held
keep kept
know knew known
leave left
lose lost
make made
man men
mean meant
meet met
mouse mice
pay paid
person people
rise rose risen
run ran
say said
see saw seen
sell sold
send sent
shake shook shaken
show shown
shrink shrank shrunk
speak spoke spoken
spend spent
stand stood
steal stole stolen
stick stuck
take took taken
tell told
think thought
throw threw thrown
understand understood
wake woke woken
woman women
write wrote written
"""

BASES: dict[str, dict[str, str]] = {
    "en": {form: line.split()[0] for line in _FORMS.strip().splitlines() for form in line.split()[1:]},
    "fr": {},
}
