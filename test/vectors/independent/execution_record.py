"""The execution record that follows from a run's events: sections "Statements" and "Coverage" of docs/record-format.md."""

SUMS = ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens", "reasoningTokens", "costNanoUsd"]


def of_kind(events, *kinds):
    return [event for event in events if event["kind"] in kinds]


def data_of(events, *kinds):
    return [event["data"] for event in of_kind(events, *kinds)]


def pick(data, *names):
    return {name: data[name] for name in names if name in data}


def grouped(rows, key):
    """Rows by key, in the order in which the keys first come."""
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def record_of(events, root):
    """Subjects and predicate, without the coverage."""
    opened, end = events[0], events[-1]
    predicate = {
        "v": 1,
        "run": opened["run"],
        **pick(opened["data"], "sponsor", "workflow", "policyDigest"),
        "task": opened["parts"]["task"],
        "openedAt": opened["at"],
        "closedAt": end["at"],
        "status": "abandoned" if end["kind"] == "run.abandoned" else "closed",
        **pick(end["data"], "exitCode", "durationMs"),
        **{"agent": agent for agent in agents_of(events)[:1]},
        "models": models_of(events),
        "tools": tools_of(events),
        "repositories": [
            {"repository": data["repository"], **pick(data, "commit", "tree"), "clean": data["clean"]}
            for data in data_of(events, "repository.observed")
            if data["moment"] == "before"
        ],
        "changes": [
            {**pick(data, "repository", "base", "head", "tree", "commits", "files"), "dirty": data.get("dirty", 0)}
            for data in data_of(events, "change.observed")
        ],
        "refusals": refusals_of(events),
        "decisions": [],
        "entries": {"count": len(events), "root": root},
    }
    return {"subject": subjects_of(events, root), "predicate": predicate}


def subjects_of(events, root):
    subjects = []
    for data in data_of(events, "change.observed"):
        commits = [("gitCommit", commit) for commit in data.get("commits", [])]
        trees = [("gitTree", tree) for tree in data.get("trees", []) + [data[name] for name in ["tree"] if name in data]]
        for algorithm, digest in commits + trees:
            subject = {"name": f"repository-{data['repository']}", "digest": {algorithm: digest}}
            subjects += [] if subject in subjects else [subject]
    return subjects + [{"name": "events", "digest": {"sha256": root}}]


def agents_of(events):
    return [pick(data, "kind", "version", "binarySha256") for data in data_of(events, "agent.configured")]


def answered_calls(events):
    """The answers to model calls, each with its request."""
    requests = {data["call"]: data for data in data_of(events, "model.requested")}
    answers = [(requests.get(data["call"], {}), data) for data in data_of(events, "model.responded")]
    return [
        (request, answer)
        for request, answer in answers
        if request.get("purpose", "model-call") == "model-call" and request.get("protocol") != "none"
    ]


def models_of(events):
    def by(call):
        request, answer = call
        return request.get("protocol", ""), answer.get("model", request.get("model", ""))

    return [
        {
            "protocol": protocol,
            "model": model,
            "calls": len(calls),
            "completed": sum(answer.get("outcome") == "completed" for _, answer in calls),
            **{name: sum(answer.get(name, 0) for _, answer in calls) for name in SUMS},
            "unreported": sum(answer.get("usage") != "reported" for _, answer in calls),
            "unpriced": sum(answer.get("usage") == "reported" and "costNanoUsd" not in answer for _, answer in calls),
        }
        for (protocol, model), calls in grouped(answered_calls(events), by).items()
    ]


def tools_of(events):
    is_error = {data["toolCall"]: data.get("isError") is True for data in data_of(events, "tool.returned")}
    calls = grouped(data_of(events, "tool.called"), lambda data: data["tool"])
    return [
        {"tool": tool, "calls": len(rows), "errors": sum(is_error.get(row["toolCall"], False) for row in rows)}
        for tool, rows in calls.items()
    ]


def refusals_of(events):
    refused = [event["data"]["code"] for event in events if event["kind"].endswith(".refused")]
    return [{"code": code, "count": len(rows)} for code, rows in grouped(refused, lambda code: code).items()]


# ---- coverage ----------------------------------------------------------------------------------------------------

CHANNELS = {
    "gateway": (lambda e: e["kind"].startswith("model."), {"model-call.unanswered", "model-call.interrupted"}),
    "hooks": (lambda e: "hooks" in e["data"].get("channels", []), set()),
    "mcp": (lambda e: "mcp" in e["data"].get("channels", []), set()),
    "git": (
        lambda e: e["kind"] in ("repository.observed", "change.observed"),
        {"repository.after-missing", "repository.unread"},
    ),
    "sandbox": (lambda e: "sandbox" in e["data"].get("channels", []), set()),
}


def coverage_of(events):
    found = gaps_of(events)
    channels = {}
    for channel, (sees, missed_by) in CHANNELS.items():
        seen = [event["seq"] for event in events if sees(event)]
        state = "partial" if (missed_by | {"recording.gap"}) & set(found) else "observed"
        span = {"firstSeq": seen[0], "lastSeq": seen[-1]} if seen else {}
        channels[channel] = {"state": state if seen else "absent", "events": len(seen), **span}
    absent = {f"{name}.absent": 1 for name in ("gateway", "git") if channels[name]["state"] == "absent"}
    gaps = [{"code": code, "count": count} for code, count in {**absent, **found}.items()]
    calls = data_of(events, "tool.called")
    return {
        "verdict": "gaps" if gaps else "complete",
        "channels": channels,
        "modelCalls": {
            name: len(of_kind(events, f"model.{name}")) for name in ("requested", "responded", "refused")
        },
        "toolCalls": {
            "total": len(calls),
            "returned": len(calls) - found.get("tool-call.unreturned", 0),
            "seenBy": {
                name: sum(name in data.get("channels", []) for data in calls) for name in ("gateway", "hooks", "mcp")
            },
        },
        "files": files_of(events),
        "gaps": gaps,
    }


def gaps_of(events):
    """Those that are not zero, in the order of the page."""
    answers = data_of(events, "model.responded")
    recording = data_of(events, "recording.gap")
    unread = sum("repository" in data for data in recording)
    at = {
        moment: {data["repository"] for data in data_of(events, "repository.observed") if data["moment"] == moment}
        for moment in ("before", "after")
    }
    counts = {
        "model-call.unanswered": unmatched(events, "call", "model.requested", "model.responded", "model.refused"),
        "model-call.interrupted": sum(data.get("outcome") in ("client-gone", "cut") for data in answers),
        "model-call.usage-missing": sum(
            data.get("outcome") == "completed" and data.get("status", 0) < 300 and data.get("usage") != "reported"
            for _, data in answered_calls(events)
        ),
        "tool-call.unreturned": unmatched(events, "toolCall", "tool.called", "tool.returned"),
        "repository.after-missing": len(at["before"] - at["after"]),
        "change.unexplained-file": files_of(events).get("unexplained", 0),
        "repository.unread": unread,
        "recording.gap": len(recording) - unread,
        "run.abandoned": len(of_kind(events, "run.abandoned")),
    }
    return {code: count for code, count in counts.items() if count}


def unmatched(events, name, question, *answers):
    answered = {data.get(name) for data in data_of(events, *answers)}
    return sum(data.get(name) not in answered for data in data_of(events, question))


def files_of(events):
    changes = data_of(events, "change.observed")
    changed = sum(data.get("files", 0) for data in changes)
    is_examined = changes and all("unexplained" in data for data in changes)
    return {"changed": changed, **({"unexplained": sum(data["unexplained"] for data in changes)} if is_examined else {})}
