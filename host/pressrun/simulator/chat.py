"""What a site makes of a prompt, and what a page shows of it: a plain function of time.

Nothing here waits: a turn's course is worked out whole at its submission, as if the site were a
clockwork that nobody can stop. Every stand-in of the site builds on it: the simulator's, the
replica's server, and the site that tests play.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from pressrun.protocol.messages.page import SeenNotice, SeenPicture, SeenTurn
from pressrun.simulator import failures, pictures
from pressrun.simulator.time import NEVER

HOME = "https://chatgpt.com/"
ANSWER_SECONDS = 15.0
"""How long the site takes for an answer to the author."""
PICTURE_RULE = '[id^="image-"] img, img[id^="image-"]'
"""What finds a picture on its pages."""


@dataclass(frozen=True, slots=True)
class Course:
    """When things happen in a turn, in the site's own time; `NEVER` where they do not."""

    addressed: float
    """The page's address becomes that of the chat."""
    speaks: float
    """The answer's words begin."""
    silent: float
    """They end."""
    draws: float
    """The picture is being made."""
    blurred: float
    """A blurred picture stands where the final one will."""
    ends: float
    """The picture, or the words of a failure, are there."""
    unstopped: float
    """The Stop button gives its place back."""
    stops: bool = False
    """Whether Stop shows while the picture is drawn."""
    marked: bool = True
    """Whether finished evidence stands beside the picture."""
    parted: bool = False
    """Whether words and picture are two turns."""
    failure: failures.Refusal | None = None

    @property
    def changes(self) -> list[float]:
        """The moments at which a page that shows the turn changes."""
        moments = (self.addressed, self.speaks, self.silent, self.draws, self.blurred)
        return sorted((*moments, self.ends, self.unstopped))

    @property
    def over(self) -> float:
        """The last of those moments."""
        return max(self.addressed, self.unstopped)


@dataclass(slots=True)
class Turn:
    """A prompt that the site took, and its answer."""

    id: str
    prompt: str
    at: float
    course: Course
    file_ids: list[str] = field(default_factory=list)
    """The site's names of the pictures that it comes to, the first of them the panel's."""
    side: int = pictures.SIDE
    """The width and height of its pictures, in pixels."""
    received: bool = False
    """Whether a page has handed over its picture whole."""
    left_at: float = NEVER
    """From when on it stands in a branch of its chat that no page shows any more."""

    @property
    def changes(self) -> list[float]:
        """The moments at which a page that shows it changes."""
        return self.course.changes

    @property
    def over(self) -> float:
        """When it has come to its end."""
        return self.course.over

    def shown(self, now: float, link: str, *, stuck: bool = False) -> list[SeenTurn]:
        """What a page shows of it at a moment.

        Args:
            now: the moment.
            link: what the page's picture links are signed with.
            stuck: whether its state stands at "in progress" for good.
        """
        user, course = user_turn(self.id, self.prompt), self.course
        if now < min(course.speaks, course.draws, course.ends):
            return [user]
        if course.failure is not None and now >= course.ends:
            beside = course.failure.place in ("toast", "dialog")
            return [user] if beside else [user, site_turn(f"{self.id}-a", course.failure.text)]
        text = f"I'll draw this as one panel: {self.prompt[:40]}" if course.speaks < NEVER else ""
        drawing = course.draws <= now < course.ends
        made = now >= course.ends
        seen: list[SeenPicture] = []
        if made:
            seen = [seen_picture(each, link, self.side) for each in self.file_ids]
        elif course.failure is None and now >= course.blurred:
            seen = [seen_picture(f"{self.file_ids[0]}b", link, self.side)]
        busy = stuck or drawing or now < course.silent
        finished = made and course.marked
        if course.parted and (drawing or made):
            answer = SeenTurn(
                id=f"{self.id}-p",
                role="assistant",
                text="",
                busy=busy,
                finished=finished,
                pictures=seen,
            )
            return [user, site_turn(f"{self.id}-a", text), answer]
        answer = SeenTurn(
            id=f"{self.id}-a",
            role="assistant",
            text=text,
            busy=busy,
            finished=finished,
            pictures=seen,
        )
        return [user, answer]

    def notice(self, now: float) -> SeenNotice | None:
        """What the page says of it beside its turns."""
        failure = self.course.failure
        if failure is None or now < self.course.ends or failure.place not in ("toast", "dialog"):
            return None
        blocks = failure.place == "dialog"
        return SeenNotice(where=f"[{failure.place}]", text=failure.text, blocks=blocks)

    def stop(self, now: float) -> bool:
        """Whether Stop shows."""
        if now < self.course.silent:
            return True
        if now < self.course.ends:
            return self.course.stops and now >= self.course.draws
        return now < self.course.unstopped


@dataclass(slots=True)
class Remark:
    """What the author wrote in a chat that we made, and the answer."""

    id: str
    at: float
    text: str
    answer: str = ""
    """In words; empty where there is none."""
    file_id: str = ""
    """The picture that the author was given; empty where there is none."""
    left_at: float = NEVER
    """From when on it stands in a branch of its chat that no page shows any more."""

    @property
    def changes(self) -> list[float]:
        """The moments at which a page that shows it changes."""
        return [self.at, self.over] if self.answer else [self.at]

    @property
    def over(self) -> float:
        """When it has come to its end."""
        return self.at + ANSWER_SECONDS if self.answer else self.at

    def shown(self, now: float, link: str) -> list[SeenTurn]:
        """What a page shows of it at a moment, its picture signed with `link`."""
        said = user_turn(self.id, self.text)
        if not self.answer or now < self.over:
            return [said]
        made = [seen_picture(self.file_id, link)] if self.file_id else []
        answer = site_turn(f"{self.id}-a", self.answer)
        return [said, answer.model_copy(update={"finished": bool(made), "pictures": made})]


def user_turn(name: str, text: str) -> SeenTurn:
    """What a page shows of words that were sent to the site."""
    return SeenTurn(id=name, role="user", text=text, busy=False, finished=False, pictures=[])


def site_turn(name: str, text: str) -> SeenTurn:
    """What a page shows of an answer in words."""
    return SeenTurn(id=name, role="assistant", text=text, busy=False, finished=False, pictures=[])


def seen_picture(file_id: str, link: str, side: int = pictures.SIDE) -> SeenPicture:
    """What a page shows of a picture, under an address that is signed with `link`."""
    src = f"{HOME}backend-api/estuary/content?id={file_id}&sig={link}"
    return SeenPicture(
        src=src,
        width=side,
        height=side,
        loaded=True,
        hidden=False,
        rule=PICTURE_RULE,
        where="img",
    )


@dataclass(slots=True)
class Chat:
    """A chat of one account."""

    name: str
    account: str
    began: float
    listed: float
    """When the history shows it."""
    turns: list[Turn] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """The author's own prompts, in a chat of the author's own."""
    drawn: bool = False
    """Whether they came to pictures."""
    remarks: list[Remark] = field(default_factory=list)
    """What the author wrote in a chat that was made by us."""
    draft: str = ""
    """What the author has left in its composer, …"""
    draft_until: float = 0.0
    """… and until when it stands there."""
    gone_at: float = NEVER
    """When the author deleted or archived it."""
    full: bool = False
    """Whether it has reached its maximum length."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"{HOME}c/{self.name}"

    def authors_turns(self, link: str) -> Iterator[SeenTurn]:
        """What a page shows of a chat of the author's own, in which pictures may be made, too."""
        for number, text in enumerate(self.others):
            name = f"o{number}"
            yield user_turn(name, text)
            if self.drawn:
                picture = seen_picture(f"file_{self.name.replace('-', '')}{number}", link)
                yield site_turn(f"{name}-a", "Here you are.").model_copy(
                    update={"finished": True, "pictures": [picture]}
                )

    def thread(self, moment: float) -> list[Turn | Remark]:
        """What stood in it at a moment, in order, but for what was left in other branches."""
        if not self.remarks and len(self.turns) == 1:
            return [*self.turns]
        all_of_it: list[Turn | Remark] = [*self.turns, *self.remarks]
        there = [each for each in all_of_it if each.at <= moment < each.left_at]
        return sorted(there, key=lambda each: each.at)

    def branch(self, known: float, now: float) -> None:
        """Go on after what was known at a moment: what came later stands in another branch."""
        all_of_it: list[Turn | Remark] = [*self.turns, *self.remarks]
        for each in all_of_it:
            if known < each.at <= now < each.left_at:
                each.left_at = now

    def write(self, remark: Remark) -> None:
        """The author writes in it; whoever writes while it answers waits for the answer."""
        remark.at = max(remark.at, *(turn.course.ends for turn in self.turns))
        self.remarks.append(remark)

    def receive(self, file_id: str) -> None:
        """A page has handed over one of its pictures whole."""
        for turn in self.turns:
            turn.received = turn.received or file_id in turn.file_ids

    def quiet(self, now: float) -> bool:
        """Whether all that was sent in it has ended, and its pictures were handed over."""
        return all(turn.over <= now and (turn.received or not turn.file_ids) for turn in self.turns)

    def updated(self, now: float) -> float:
        """When it last changed."""
        if not self.turns:
            return self.began
        late: list[Turn | Remark] = [self.turns[-1], *self.remarks]
        last = max(each.over for each in late)
        if now >= last:
            return last
        changes = sorted(moment for each in late for moment in each.changes)
        passed = bisect_right(changes, now)
        return changes[passed - 1] if passed else self.turns[-1].at
