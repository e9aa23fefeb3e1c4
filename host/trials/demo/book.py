"""The demo's book: "The Lamplighter of Port Sable", 24 panels on six pages."""

from collections.abc import Iterator

from pressrun.picture.panel import Panel

PANELS_A_PAGE = 4

_STORY = (
    "Dusk over the harbour town of Port Sable, gas lamps unlit along the quay, gulls wheeling.",
    "Ines the lamplighter, in a long coat with a brass pole, looks up at the first dark lamp.",
    "Close on her hands as she trims the wick; the flame refuses to catch.",
    "All along the quay every lamp is dark, and a low fog rolls in from the sea.",
    "Ines climbs the hill towards the old lighthouse, the town a scatter of roofs below her.",
    "The lighthouse door stands open; inside, a spiral stair goes up into the dark.",
    "An old keeper sits asleep at a table covered with charts and one cold lantern.",
    "The keeper wakes: “The tide has taken the fire. It has to be carried back.”",
    "Ines and the keeper walk down to the beach, carrying the great empty lantern between them.",
    "A rowing boat on black water; phosphorescence glows around the oars.",
    "Far out, a light under the waves, as large as a house and as slow as breathing.",
    "Ines leans over the edge of the boat, her face lit from below in pale green.",
    "She lowers the lantern on a rope; the sea light gathers around it like fish.",
    "A whale of light turns beneath the little boat, its eye calm and enormous.",
    "The lantern fills with cold fire; the keeper shields his eyes and laughs.",
    "They row home, a single bright point on the wide dark sea, stars overhead.",
    "On the quay the townspeople wait in silence with unlit candles in their hands.",
    "Ines touches her pole to the lantern, and the tip takes the pale flame.",
    "The first lamp on the quay lights; a child lifts a candle towards it.",
    "One after another, lamps wake along the harbour in a long curve of green gold.",
    "From the hill: Port Sable shining, its windows answering the lamps.",
    "The keeper climbs the spiral stair, and the great light turns again.",
    "Out at sea the whale of light sinks away, its glow fading to a thread.",
    "Morning. Ines asleep on the lighthouse step, the pole across her knees, one lamp still lit.",
)


def panels(count: int) -> list[Panel]:
    """The first `count` panels; after the story's end it begins again as another night."""
    return list(_endless(count))


def _endless(count: int) -> Iterator[Panel]:
    for number in range(count):
        night, panel = divmod(number, len(_STORY))
        page, place = divmod(number, PANELS_A_PAGE)
        again = f" Another night, the {night + 1}th telling." if night else ""
        yield Panel(f"ch01/p{page + 1:03d}/panel-{place + 1}", _STORY[panel] + again)
