"""Writes results on related issues down, as words for a person or as plain data for a program. It measures nothing."""

from benchmarks.asking import Asked, Results
from benchmarks.measures import CUTS, Estimate, Retrieval


def as_table(name: str, results: Results) -> str:
    """Give the results as lines of text."""
    header = f"{'':8}" + "".join(f"{f'recall@{cut}':>20}" for cut in CUTS) + f"{'MRR':>20}"
    rows = (("tfidf", results.tfidf), ("bm25", results.bm25), ("ours", results.ours))
    return "\n".join(
        (
            f"{name}: {results.issues:,} issues, {results.ours.queries} questions, model {results.model}",
            header,
            *(f"{who:8}" + "".join(f"{_interval(each):>20}" for each in _estimates(found)) for who, found in rows),
            f"coverage at 95 % precision {results.coverage:.2f}",
            f"calibration error, listed {results.ece:.3f}, judged {results.ece_judged:.3f}",
            asking(results.asked),
            f"{results.milliseconds:.1f} ms per query, {results.milliseconds_to_encode:.1f} ms to encode its text",
        )
    )


def asking(asked: Asked) -> str:
    """Give what would be asked in one line."""
    return (
        f"asked {asked.count} at {asked.floor / 10:.0f} %: listed as the same {asked.listed}, linked {asked.linked}, "
        f"precision listed {asked.precision:.2f}, judged {asked.precision_judged:.2f} "
        f"({asked.undecided} undecided), recall {asked.recall:.2f}"
    )


def in_a_line(found: Retrieval) -> str:
    """Give how soon right answers come in one line."""
    recall = ", ".join(f"recall@{cut} {value.mean:.3f}" for cut, value in found.recall.items())
    return f"{recall}, MRR {found.mrr.mean:.3f} ({found.queries} questions)"


def as_data(results: Results) -> dict[str, object]:
    """Give the results as JSON types; shares from 0 to 1."""
    return {
        "model": results.model,
        "issues": results.issues,
        "queries": results.ours.queries,
        **_retrieval(results.ours),
        "baselines": {"tfidf": _retrieval(results.tfidf), "bm25": _retrieval(results.bm25)},
        "coverage_at_precision_95": round(results.coverage, 4),
        "ece": round(results.ece, 4),
        "ece_judged": round(results.ece_judged, 4),
        "asked": {
            "floor": results.asked.floor,
            "count": results.asked.count,
            "listed": results.asked.listed,
            "linked": results.asked.linked,
            "judged": results.asked.judged,
            "undecided": results.asked.undecided,
            "precision": round(results.asked.precision, 4),
            "precision_judged": round(results.asked.precision_judged, 4),
            "recall": round(results.asked.recall, 4),
        },
        "ms_per_query": round(results.milliseconds, 2),
        "ms_to_encode": round(results.milliseconds_to_encode, 2),
    }


def _estimates(found: Retrieval) -> tuple[Estimate, ...]:
    return (*found.recall.values(), found.mrr)


def _interval(value: Estimate) -> str:
    return f"{value.mean:.3f} [{value.low:.2f}, {value.high:.2f}]"


def _retrieval(found: Retrieval) -> dict[str, object]:
    return {
        "recall": {str(cut): round(value.mean, 4) for cut, value in found.recall.items()},
        "mrr": round(found.mrr.mean, 4),
        "intervals": {
            "recall": {str(cut): [round(value.low, 4), round(value.high, 4)] for cut, value in found.recall.items()},
            "mrr": [round(found.mrr.low, 4), round(found.mrr.high, 4)],
        },
    }
