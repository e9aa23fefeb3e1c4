"""What is in the way of a panel's picture: found before a Send, and told with its path."""

from pathlib import Path

from pressrun.library import obstacles


def test_what_is_in_the_way_is_found_before_anything_is_sent(tmp_path: Path) -> None:
    """A folder where a file goes, a file where a folder goes, and names that are too long."""
    library = tmp_path / "library"
    (library / "a.png").mkdir(parents=True)
    (library / "b.json").mkdir()
    (library / "ch01").write_bytes(b"mine")
    (library / ".pressrun/alternatives").mkdir(parents=True)
    (library / ".pressrun/alternatives/d").write_bytes(b"mine")
    (library / "out").symlink_to(tmp_path)
    (library / "free.png").write_bytes(b"a file is no obstacle")
    long = "x" * 250
    found = obstacles.find(library, ["a", "b", "ch01/c", "d", "out/e", long, "free", "ch02/f"])
    assert set(found) == {"a", "b", "ch01/c", "d", "out/e", long}
    assert f"{library}/a.png is a folder" in found["a"]
    assert f"{library}/ch01 is a file" in found["ch01/c"]
    assert "outside the library" in found["out/e"]
    assert "too long" in found[long]


def test_a_library_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    """Only the length of names is known before."""
    assert set(obstacles.find(tmp_path / "none", ["a", "x" * 250])) == {"x" * 250}


def test_panels_of_one_folder_share_what_is_found_of_it(tmp_path: Path) -> None:
    """Each is told by its own key; a link that stays inside leads on, and others do not."""
    library, real = tmp_path / "library", tmp_path / "real"
    (library / "ch01").mkdir(parents=True)
    (real / "p2").mkdir(parents=True)
    (library / "ch02").symlink_to(library / "ch01")
    (library / "ch03").symlink_to(real)
    (library / "ch04").symlink_to(tmp_path / "nowhere")
    (library / "ch01" / "p1").write_bytes(b"mine")
    (library / "ch01" / "b.png").mkdir()
    inside = ["ch01/a", "ch02/a", "ch05/deep/er/a"]
    blocked = ["ch01/p1/a", "ch01/p1/b", "ch02/p1/a", "ch01/b", "ch02/b"]
    outside = ["ch03/a", "ch03/p2/a", "ch03/p9/a", "ch04/a"]
    found = obstacles.find(library, [*inside, *blocked, *outside])
    assert found.keys() == {*blocked, *outside}
    assert all(repr(key) in found[key] for key in outside)
    for key in (*inside, *blocked, *outside):
        assert obstacles.in_the_way(library, key) == found.get(key)
