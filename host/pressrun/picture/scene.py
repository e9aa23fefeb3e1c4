"""The scene that a panel belongs to."""


def scene_of(key: str) -> str:
    """What the first part of a key names (`ch01` of `ch01/p012/3`); empty where it has one part."""
    scene, slash, _ = key.partition("/")
    return scene if slash else ""
