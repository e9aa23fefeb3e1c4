"""The art that the measure is calibrated on: which files of which package are of one style.

Each row was looked at: a folder in which several hands drew would teach the metric that their
styles are one. None of these packages is used to judge the result.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Source:
    """Pictures of one style."""

    style: str
    package: str
    """Of Debian."""
    patterns: tuple[str, ...]
    """Below `/usr/share`."""
    but: tuple[str, ...] = ()
    """Files whose path contains one of these are left out."""


_CLIPS = "openclipart-png"
_CLIP = "openclipart/png/"
_COL = "games/freecol/default/resources/images/"
_STAMP = "tuxpaint/stamps/"
_WIDE = "games/widelands/data/tribes/buildings/"
_DROID = "freedroidrpg/data/graphics/"
_FISH = "games/fillets-ng/images/"
_SUPER = "games/supertux2/images/"
_WESNOTH = "wesnoth-1.16-data"
_PORTRAIT = "games/wesnoth/1.16/data/core/images/portraits/"
_HEDGE = "games/hedgewars/Data/Graphics/"
_PINGUS = "games/pingus/data/images/"
_ORION = "games/freeorion/default/data/art/"


def _author(style: str, name: str, *but: str) -> Source:
    return Source(f"clips-{style}", _CLIPS, (f"{_CLIP}**/*{name}*.png",), but)


def _glest(faction: str) -> Source:
    folder = f"games/megaglest/techs/megapack/factions/{faction}/"
    return Source(f"glest-{faction}", "megaglest-data", (f"{folder}**/images/*.*",))


SOURCES: Final = (
    _author("gerald", "gerald_g"),
    _author("ganson", "ganson"),
    _author("benji", "benji_park"),
    Source("clips-krug", _CLIPS, (f"{_CLIP}people/*krug*.png", f"{_CLIP}**/*people*krug*.png")),
    _author("vasamaa", "vasamaa"),
    _author("nicu", "nicu_bucule"),
    _author("zazou", "zazou"),
    _author("mimooh", "mimooh"),
    _author("mateya", "mateya"),
    _author("balin", "jean-victor"),
    _author("guillou", "yves_guillou"),
    _author("kim", "linda_kim", "bullet", "x_", "splat"),
    _author("planets", "gerhard"),
    Source("clips-lemon", _CLIPS, (f"{_CLIP}computer/icons/lemon-theme/**/*.png",)),
    Source("clips-etiquette", _CLIPS, (f"{_CLIP}computer/icons/etiquette-theme/**/*.png",)),
    Source("clips-aiga", _CLIPS, (f"{_CLIP}signs_and_symbols/map_symbols/*aiga*.png",)),
    Source("clips-flags", _CLIPS, (f"{_CLIP}signs_and_symbols/flags/a*/**/*.png",)),
    Source("clips-roadsigns", _CLIPS, (f"{_CLIP}transportation/roadsigns/*.png",)),
    Source("clips-cards", _CLIPS, (f"{_CLIP}recreation/games/cards/white/*.png",)),
    Source("clips-cream-cards", _CLIPS, (f"{_CLIP}recreation/games/cards/simple/*.png",)),
    Source("clips-stickmen", _CLIPS, (f"{_CLIP}people/stickmen/*blueman*.png",)),
    Source("clips-patterns", _CLIPS, (f"{_CLIP}special/patterns/*.png",)),
    Source("clips-jigsaw", _CLIPS, (f"{_CLIP}shapes/jigsaw/*.png",)),
    Source("gnome", "gnome-icon-theme", ("icons/gnome/256x256/*/*.png",), ("/emotes/",)),
    Source("gnome-emotes", "gnome-icon-theme", ("icons/gnome/256x256/emotes/*.png",)),
    Source(
        "moka",
        "moka-icon-theme",
        tuple(f"icons/Moka/256x256/{each}/*.png" for each in ("apps", "places", "web")),
    ),
    Source(
        "faenza",
        "faenza-icon-theme",
        tuple(f"icons/Faenza/{each}/96/*.png" for each in ("apps", "devices", "mimetypes")),
    ),
    Source("faenza-folders", "faenza-icon-theme", ("icons/Faenza/places/96/*.png",), ("distrib",)),
    Source("fish-rooms", "fillets-ng-data", (f"{_FISH}*/*-p.png",)),
    Source("fish-painting", "fillets-ng-data", (f"{_FISH}puzzle/*.png",), ("-p.", "-w.", "okraj")),
    Source("col-settlements", "freecol", (f"{_COL}settlements/**/*.*",)),
    Source("col-buildings", "freecol", (f"{_COL}buildings/*.*",)),
    Source("col-fathers", "freecol", (f"{_COL}foundingFathers/*.*",)),
    Source("col-units", "freecol", (f"{_COL}units/**/*.*",)),
    Source("col-forest", "freecol", (f"{_COL}forest/*/*.*",)),
    Source(
        "col-engravings",
        "freecol",
        tuple(
            f"{_COL}ui/{each}*.png"
            for each in ("disc", "expl", "land", "meet_n", "mil", "pol", "rel", "trade", "vic")
        ),
    ),
    Source(
        "droids", "freedroidrpg-data", (f"{_DROID}droids/*/portrait*", f"{_DROID}items/**/*port*")
    ),
    Source("droid-items", "freedroidrpg-data", (f"{_DROID}items/**/*inv*",)),
    Source("droid-screens", "freedroidrpg-data", (f"{_DROID}backgrounds/*.*",)),
    Source("city-tiles", "lincity-ng-data", ("games/lincity-ng/images/tiles/*.*",)),
    Source(
        "lords",
        "lordsawar-data",
        ("games/lordsawar/various/*.*",),
        ("medal", "hero_", "ship_", "black", "tileset"),
    ),
    Source("glest-ground", "megaglest-data", ("games/megaglest/tilesets/*/textures/*.*",)),
    *map(_glest, ("egypt", "indian", "magic", "norsemen", "persian", "romans", "tech")),
    Source("super-creatures", "supertux-data", (f"{_SUPER}creatures/**/*.png",), ("livefire",)),
    Source("super-tiles", "supertux-data", (f"{_SUPER}tiles/*/*.png",)),
    Source("super-signs", "supertux-data", (f"{_SUPER}decal/explanations/*.png",)),
    Source("stamp-hands", "tuxpaint-stamps-default", (f"{_STAMP}symbols/alphabets/asl/*.png",)),
    Source(
        "stamp-photos",
        "tuxpaint-stamps-default",
        tuple(
            f"{_STAMP}{each}/*.png"
            for each in ("food/fruit", "plants/flowers", "animals/birds", "animals/mammals/**")
        ),
        ("cartoon",),
    ),
    Source("stamp-fruit", "tuxpaint-stamps-default", (f"{_STAMP}food/fruit/cartoon/*.png",)),
    Source(
        "stamp-houses",
        "tuxpaint-stamps-default",
        (f"{_STAMP}town/houses/cartoon/*.png", f"{_STAMP}town/monuments/cartoon/*.png"),
    ),
    Source("stamp-trains", "tuxpaint-stamps-default", (f"{_STAMP}vehicles/**/cartoon/*.png",)),
    *(
        Source(f"wide-{each}", "widelands-data", (f"{_WIDE}**/{each}/**/idle*.png",), ("_pc",))
        for each in ("barbarians", "amazons", "atlanteans", "empire", "frisians")
    ),
    Source(
        "wide-photos",
        "widelands-data",
        ("games/widelands/data/templates/default/loadscreens/mainmenu/*.*",),
        ("00", "pattern"),
    ),
    Source(
        "wide-screens",
        "widelands-data",
        ("games/widelands/data/templates/default/loadscreens/gameloading/**/*.*",),
    ),
    *(
        Source(f"{name}-{each}", f"{name}-icon-theme", (f"icons/{folder}/*.svg",))
        for name, each, folder in (
            ("papirus", "apps", "Papirus/64x64/apps"),
            ("papirus", "mimetypes", "Papirus/64x64/mimetypes"),
            ("papirus", "symbols", "Papirus/symbolic/actions"),
            ("breeze", "apps", "breeze/apps/48"),
            ("breeze", "mimetypes", "breeze/mimetypes/64"),
            ("breeze", "places", "breeze/places/64"),
            ("breeze", "devices", "breeze/devices/64"),
            ("breeze", "applets", "breeze/applets/256"),
            ("breeze", "actions", "breeze/actions/32"),
        )
    ),
    *(
        Source(f"oxygen-{each}", "oxygen-icon-theme", (f"icons/oxygen/base/256x256/{each}/*.png",))
        for each in ("apps", "devices", "mimetypes", "places")
    ),
    Source("nuove", "lxde-icon-theme", ("icons/nuoveXT2/128x128/*/*.png",)),
    Source(
        "wesnoth-people",
        _WESNOTH,
        tuple(
            f"{_PORTRAIT}{each}/*.*" for each in ("humans", "elves", "dwarves", "undead", "orcs")
        ),
    ),
    Source("wesnoth-story", _WESNOTH, ("games/wesnoth/1.16/data/core/images/story/*.*",)),
    Source(
        "flare-people",
        "flare-game",
        ("games/flare/mods/*/images/portraits/*.*",),
        ("goblin", "dog"),
    ),
    Source("hedgewars-missions", "hedgewars-data", (f"{_HEDGE}Missions/**/*.*",)),
    Source("pingus-ground", "pingus-data", (f"{_PINGUS}groundpieces/ground/*/*.*",)),
    Source("pingus-story", "pingus-data", (f"{_PINGUS}story/*.*",)),
    Source(
        "horizons-buildings",
        "unknown-horizons",
        ("unknown-horizons/content/gfx/buildings/*/*/*/idle/45/0.png",),
    ),
    Source("math-space", "tuxmath-data", ("tuxmath/images/backgrounds/*.*",)),
    Source("type-places", "tuxtype-data", ("tuxtype/images/*.jpg", "tuxtype/images/backgrounds/*")),
    Source("type-cities", "tuxtype-data", ("tuxtype/images/cities/*.*",)),
    *(
        Source(f"orion-{style}", "freeorion-data", (f"{_ORION}{folder}/*.*",))
        for style, folder in (
            ("planets", "planets"),
            ("nebulae", "nebulae"),
            ("hulls", "icons/ship_hulls"),
            ("people", "icons/species"),
            ("techs", "icons/tech"),
            ("buildings", "icons/building"),
        )
    ),
)
