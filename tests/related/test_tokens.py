import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import Terms, query_terms, terms
from orchestrator.related.tokens import (
    DESCRIPTION_CHARACTERS,
    DISTINCT_TERMS,
    FRAMES,
    SUMMARY_WEIGHT,
    stem,
    term_id,
)

DEPENDENCIES = ("kafka", "netty", "jetty", "guava", "jackson")
HOSTILE = st.text(max_size=300) | st.sampled_from(
    ["{code:" * 500, "<a" * 500, "\n# " * 500, "a." * 500, "\ufdfa" * 50, "\x00\ud800", "[~" * 400, "```" * 300]
)


def words(text: str) -> set[str]:
    return {word.casefold() for word in terms("", text).words}


def count(said: Terms, word: str) -> int:
    return dict(said.counts)[term_id(stem(word))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NullPointerException", {"nullpointerexception", "null", "pointer", "exception"}),
        ("HTTPServerError", {"httpservererror", "http", "server", "error"} - {"http"}),
        ("lease_manager", {"lease_manager", "lease", "manager"}),
        ("fs.s3a.endpoint", {"fs.s3a.endpoint", "fs", "s3a", "endpoint"}),
        ("HDFS-15160", {"hdfs-15160", "hdfs", "15160"}),
        ("ORA-00942", {"ora-00942", "ora", "00942"}),
        ("netty 4.1.86", {"netty", "4.1.86", "86"}),
        ("/var/log/app.log", {"var/log/app.log", "var", "log", "app"}),
        ("Grüße \uff21\uff22\uff23 ﬁle", {"grüsse", "abc", "file"}),
        ("日本語Kafka", {"日本", "本語", "kafka"}),
        ("сервер упал", {"сервер", "упал"}),
    ],
)
def test_engineers_words_are_kept_whole_and_split(text: str, expected: set[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2021-09-08T00:21:11.596Z",
        "00:21:11",
        "1633022400000",
        "4f9a8b7c6d5e4f3a2b1c",
        "550e8400-e29b-41d4-a716-446655440000",
        "0x00007f3a1c2d4e5f",
        "Hi team, please",
        "[~accountid:5b10a2844c20165700ede21g]",
        "h2. Steps to reproduce",
        "*Expected result:*",
        "Expected result\r\n",
        "## Actual behaviour",
        "Kind regards,",
        "!screenshot.png|thumbnail!",
        "From: Ada Lovelace <ada@example.com>\r\nSent: Friday\r\nTo: desk@example.com",
        "> On Fri, 3 Jan 2020 at 10:12, Ada Lovelace wrote:",
        "-----Original Message-----",
        "    ... 23 more",
        "<div class='x'>&nbsp;</div>",
        "{code:java}{code}",
        "a I 7",
        "",
    ],
)
def test_what_says_nothing_about_the_problem_gives_no_terms(text: str) -> None:
    assert terms("", text).counts == ()


@pytest.mark.parametrize(
    "text",
    [
        "{code:java}\nLeaseManager\n{code}",
        "{noformat}LeaseManager{noformat}",
        "```java\nLeaseManager\n```",
        "{{LeaseManager}}",
        "h3. LeaseManager",
        "Expected result: LeaseManager",
        "* LeaseManager\r\n",
        "{color:red}LeaseManager{color}",
        "<b>LeaseManager</b>",
    ],
)
def test_markup_is_stripped_to_what_it_holds(text: str) -> None:
    assert words(text) == {"leasemanager", "lease", "manager"}


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("\tat org.apache.hadoop.hdfs.DFSClient.renew(DFSClient.java:123)", "dfsclient.renew"),
        ("   at java.base/java.lang.Thread.run(Thread.java:829) ~[na:na]", "thread.run"),
        ("  at Acme.Billing.Invoice.Print(String x) in C:\\a.cs:line 3", "invoice.print"),
        ("at com.acme.Pool$Worker.<init>(Unknown Source)", "pool$worker.<init>"),
        ('  File "/usr/lib/acme/billing.py", line 12, in print_invoice', "billing.print_invoice"),
    ],
)
def test_a_frame_of_a_stack_trace_is_one_term(frame: str, expected: str) -> None:
    assert words(frame) == {expected}


def test_of_a_deep_stack_trace_the_first_frames_count() -> None:
    trace = "\n".join(f"\tat com.acme.Layer{depth}.call(Layer.java:{depth})" for depth in range(60))

    said = terms("", f"java.io.IOException: disk full\n{trace}\nIt began after the upgrade.")

    assert {"Layer0.call", f"Layer{FRAMES - 1}.call", "upgrade"} <= set(said.words)
    assert f"Layer{FRAMES}.call" not in said.words


@pytest.mark.parametrize("part", ['File "a', "at a.", "at a/", "\tat x.y(", "> ", " at a.b (c)\n", "On x", " \t"])
def test_no_text_makes_the_reading_of_frames_and_mails_slow(part: str) -> None:
    text = part * (DESCRIPTION_CHARACTERS // len(part))

    assert len(terms("", text).counts) <= DISTINCT_TERMS  # a search that backtracks would take minutes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timeouts", "timeout"),
        ("failing", "failed"),
        ("policies", "policy"),
        ("stopped", "stopping"),
        ("classes", "class"),
    ],
)
def test_endings_do_not_tell_two_words_apart(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["status", "analysis", "kafka", "s3a", "bus", "größen", "access"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word


def test_text_without_spaces_is_read_in_pairs_of_characters() -> None:
    assert words("接続失敗") == {"接続", "続失", "失敗"}


def test_the_summary_counts_more_than_the_description() -> None:
    said = terms("kafka", "zookeeper")

    assert (count(said, "kafka"), count(said, "zookeeper")) == (SUMMARY_WEIGHT, 1)
    assert said.summary == (term_id("kafka"),)
    assert said.length == SUMMARY_WEIGHT + 1


def test_the_word_behind_a_term_is_as_it_was_written() -> None:
    said = terms("LeaseManager fails", "")

    assert said.word(term_id("leasemanager")) == "LeaseManager"


def test_a_term_keeps_its_id_over_releases() -> None:
    assert term_id("leasemanager") == 917314658


def test_a_pasted_log_costs_no_more_than_a_long_text() -> None:
    log = "\n".join(f"worker{line}x failed in step{line}y" for line in range(40_000))

    said = terms("", log)

    assert len(log) > 1_000_000
    assert len(said.counts) == DISTINCT_TERMS
    assert said == terms("", log[:DESCRIPTION_CHARACTERS])


def test_a_log_does_not_push_the_summary_out() -> None:
    said = terms("kafka is down", " ".join(f"w{number}q" for number in range(5_000)))

    assert term_id("kafka") in said.ids


def test_a_character_that_unfolds_into_many_counts_for_all_of_them() -> None:
    assert max(times for _, times in terms("\ufdfa" * 1_000, "").counts) < 255


@given(HOSTILE, HOSTILE)
def test_any_text_gives_sorted_distinct_bounded_terms(summary: str, description: str) -> None:
    said = terms(summary, description)

    assert list(said.ids) == sorted(set(said.ids))
    assert all(0 <= term < 2**31 and 1 <= times <= 255 for term, times in said.counts)
    assert len(said.words) == len(said.counts) <= DISTINCT_TERMS
    assert set(said.summary) <= set(said.ids)
    assert said == terms(summary, description)


@given(st.text(alphabet="abcdefgXYZ_ .-é", max_size=100))
def test_case_and_unicode_form_do_not_matter(text: str) -> None:
    assert terms(text.lower(), "").ids == terms(unicodedata.normalize("NFD", text.lower()), "").ids
    assert set(terms(text.lower(), "").ids) <= set(terms(text, "").ids)


@given(
    st.dictionaries(st.sampled_from([term_id(word) for word in DEPENDENCIES]), st.integers(0, 3_000)),
    st.integers(1, 4_000),
)
def test_the_search_takes_the_rarest_terms_within_its_budget(df: dict[int, int], budget: int) -> None:
    query = terms(" ".join(DEPENDENCIES), "")

    chosen = query_terms(query, df, 10_000, budget)

    known = sorted((df[term], term) for term in query.ids if df.get(term, 0))
    assert chosen == tuple(term for _, term in known[: len(chosen)])
    assert len(chosen) >= min(1, len(known))
    assert len(chosen) < 2 or sum(df[term] for term in chosen) <= budget
    assert len(chosen) == len(known) or sum(frequency for frequency, _ in known[: len(chosen) + 1]) > budget


def test_a_term_of_every_document_is_searched_only_for_want_of_another() -> None:
    query = terms("kafka netty", "")

    assert query_terms(query, {term_id("kafka"): 9, term_id("netty"): 2}, 9) == (term_id("netty"),)
    assert query_terms(query, {term_id("kafka"): 9}, 9) == (term_id("kafka"),)


def test_unknown_words_find_nothing() -> None:
    assert query_terms(terms("kafka", ""), {}, 100) == ()
