"""Hostile mail for Hypothesis: which can make a failing one small."""

from hypothesis import strategies as st

from tests.fuzz.mails import TOKENS, real_mails


@st.composite
def hostile(draw: st.DrawFn) -> bytes:
    """A real mail with pieces cut, doubled and planted; or bytes of any kind."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=2_000))
    raw = bytearray(draw(st.sampled_from(real_mails())))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        to = min(at + draw(st.integers(0, 60)), len(raw))
        how = draw(st.integers(0, 3))
        if how == 0:
            del raw[at:to]
        elif how == 1:
            raw[at:at] = raw[at:to] * draw(st.integers(1, 5))
        elif how == 2:
            raw[at:at] = draw(st.sampled_from(TOKENS)) * draw(st.integers(1, 20))
        else:
            raw[at:to] = draw(st.binary(max_size=40))
    return bytes(raw)
