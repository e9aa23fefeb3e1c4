"""A script's file, whatever its form, read into chapters, pages and panels."""

from pathlib import Path

from pressrun.scripts import shotlist, storyboard
from pressrun.scripts import text as texts
from pressrun.scripts.script import Script
from pressrun.texts import encoding, source
from pressrun.texts.intake import Intake


def read(path: Path) -> Script:
    intake = Intake(path)
    text = encoding.text_of(intake, source.content(path))
    if storyboard.is_storyboard(text):
        return storyboard.script_of(intake, text)
    if rows := shotlist.rows_of(text):
        return shotlist.script_of(rows, [])
    return texts.script_of(text)
