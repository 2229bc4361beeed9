"""The command's body reads lines and writes lines, in the same order."""

from __future__ import annotations

import json

from bot.understand import run


def test_lines_in_and_lines_out() -> None:
    lines = [
        '{"_header": true}',
        json.dumps({"id": "a", "text": "这周六下午3点去张小明家家访", "ref": "2026-11-23T08:05"}, ensure_ascii=False),
        json.dumps({"id": "b", "text": "帮助", "ref": "2026-11-23T08:05"}, ensure_ascii=False),
    ]
    roster = {"students": [{"id": "s1", "name": "张小明", "class": "三(2)班"}], "teachers": []}
    first, second = [json.loads(each) for each in run(lines, "teacher", roster)]
    assert first["result"]["slots"]["time"] == {"start": "2026-11-28T15:00", "granularity": "datetime"}
    assert (second["id"], second["result"]["intent"]) == ("b", "help")


def test_a_bare_time_is_read_against_the_visit_under_discussion() -> None:
    row = {"id": "a", "text": "往后挪一周", "ref": "2026-09-09T10:00", "context": {"pending": "2026-09-12T15:30"}}
    (line,) = run([json.dumps(row)], "time")
    assert json.loads(line)["result"]["start"] == "2026-09-19T15:30"
