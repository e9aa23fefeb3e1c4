"""`pressrun logs` shows the part of the log that is asked for."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pressrun import cli
from pressrun.home import Home

Logs = Callable[..., list[str]]


@pytest.fixture
def logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Logs:
    """The command, over a log of 90 lines; returns the lines that it prints."""
    home = Home.at(tmp_path)
    home.logs.mkdir(parents=True)
    lines = []
    for number in range(90):
        about = {"event": "picture_filed", "key": f"ch01/{number}", "logger": "pressrun.press"}
        level = "warning" if number % 10 == 0 else "info"
        lines.append(json.dumps({"timestamp": "2026-01-02T03:04:05Z", "level": level, **about}))
    home.log.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(*arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["pressrun", "logs", *arguments, "--home", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsys.readouterr().out.splitlines()

    return run


def test_the_last_lines_are_shown(logs: Logs) -> None:
    """As many as are asked for."""
    assert [line.split("key=ch01/")[1] for line in logs("-n", "2")] == ["88", "89"]


def test_lines_that_do_not_fit_take_no_place(logs: Logs) -> None:
    """The last three warnings are three lines, however many others come between."""
    found = logs("--level", "warning", "-n", "3")
    assert [line.split("key=ch01/")[1] for line in found] == ["60", "70", "80"]
    assert logs("--level", "error") == []


def test_a_text_is_found_without_regard_to_case_and_in_json_too(logs: Logs) -> None:
    """What is printed as JSON is the line as it stands in the file."""
    [line] = logs("--text", "CH01/42", "--json")
    assert json.loads(line)["key"] == "ch01/42"
    assert len(logs("--text", "Picture filed", "-n", "500")) == 90
