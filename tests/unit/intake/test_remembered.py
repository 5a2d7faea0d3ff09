"""Answers remembered for a short while."""

from services.intake.clients.memory import Remembered


def test_an_answer_is_asked_for_once_until_it_is_forgotten():
    asked: list[str] = []

    def ask() -> str:
        asked.append("x")
        return f"answer {len(asked)}"

    memory: Remembered[str] = Remembered()
    assert [memory.get("k", ask), memory.get("k", ask)] == ["answer 1", "answer 1"]
    memory.forget()
    assert memory.get("k", ask) == "answer 2"


def test_an_answer_that_was_under_way_when_something_changed_is_not_kept():
    memory: Remembered[str] = Remembered()

    def ask() -> str:
        memory.forget()
        return "old"

    assert memory.get("k", ask) == "old"
    assert memory.get("k", lambda: "new") == "new"


def test_old_answers_make_room():
    memory: Remembered[int] = Remembered(most=2)
    for number in range(3):
        memory.get(number, lambda number=number: number)
    assert memory.get(0, lambda: 99) == 99
    assert memory.get(2, lambda: 99) == 2


def test_an_answer_expires():
    memory: Remembered[int] = Remembered(seconds=0)
    memory.get("k", lambda: 1)
    assert memory.get("k", lambda: 2) == 2
