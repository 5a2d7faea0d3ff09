"""Whatever a file is called by its sender, what we call it can be shown, logged and saved."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from services.incidents.domain.file_name import MAX_LENGTH, clean_name

NAMES = st.text(max_size=400) | st.text(
    alphabet=st.sampled_from('aé./\\: \t\n\0\u202e\u200b\ufeffCON*?"<>|-_\U0001f4a9\u0301\u2028'),
    max_size=400,
)


@given(NAMES)
@example("../../etc/passwd")
@example("C:\\Users\\jane\\secret.doc")
@example("invoice\u202efdp.exe")
@example("con.tar.gz")
@example("." * 300 + ".pdf")
@example("a" * 300 + "." + "b" * 300)
@example("e\u200b\u0301.txt")
def test_a_clean_name_hides_nothing_leads_nowhere_and_stays_clean(given_name: str) -> None:
    name = clean_name(given_name)
    assert 0 < len(name) <= MAX_LENGTH + 1
    assert not set(name) & set('/\\<>:"|?*')
    assert {unicodedata.category(one) for one in name}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert name == name.strip(". ")
    assert name not in (".", "..")
    assert clean_name(name) == name


@given(st.from_regex(r"[A-Za-z0-9 _-]{1,40}\.[a-z]{1,5}", fullmatch=True))
def test_an_honest_name_keeps_its_words_and_its_ending(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned.rpartition(".")[2] == name.rpartition(".")[2]


@given(st.text(min_size=200, max_size=300).map(lambda stem: f"{stem}x.pdf"))
def test_a_long_name_is_cut_before_its_ending(name: str) -> None:
    cleaned = clean_name(name)
    assert len(cleaned) <= MAX_LENGTH + 1
    assert cleaned.endswith(("pdf", "attachment"))
