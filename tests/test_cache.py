"""The cache of answers keeps to its size, and keeps what is used."""

from hypothesis import given
from hypothesis import strategies as st

from osallisuus.web.cache import Cache, make_entry
from osallisuus.web.messages import Answer, Request


def _answer(size: int, text: bytes = b"x") -> Answer:
    return Answer(200, "text/plain", text * size)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5000), st.integers(0, 90)), max_size=200))
def test_the_cache_keeps_to_its_size(steps: list[tuple[int, int, int]]) -> None:
    """Whatever is put into it and asked of it, it takes no more than it may and knows what it takes."""
    cache = Cache(20_000)
    for key, size, head in steps:
        found = cache.get(key)
        entry = found or make_entry(_answer(size), {})
        if not found:
            cache.put(key, entry)
        cache.remember(key, b"%d" % head, entry.reply(Request("GET", "/")))

        kept = [each for each in map(cache.get, range(31)) if each]
        assert cache.used == sum(each.size for each in kept) <= cache.size
        assert len(cache) == len(kept)
        assert set(cache.replies) == {head for each in kept for head in each.heads}


def test_what_is_used_is_kept() -> None:
    """When room is needed, an entry that was used since the last time stays and the unused one goes."""
    cache = Cache(10_000)
    for key in "ab":
        cache.put(key, make_entry(_answer(500), {}))
    cache.get("a")
    for number in range(8):
        cache.put(number, make_entry(_answer(500), {}))

    assert cache.get("a")
    assert not cache.get("b")


def test_an_answer_that_would_take_the_room_of_many_is_not_kept() -> None:
    """An answer larger than an eighth of the cache is not kept, nor is the head of its request."""
    cache = Cache(10_000)
    entry = make_entry(_answer(2000), {})
    cache.put("a", entry)
    cache.remember("a", b"head", entry.reply(Request("GET", "/")))

    assert (cache.get("a"), cache.used, cache.replies) == (None, 0, {})
