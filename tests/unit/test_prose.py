"""Ordinary prose tells no time to wait: words that only look like a duration are none."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import prose
from pressrun.sites.waits import is_overlong, told_wait

NOON = 1_795_518_000.0
ORDINARY = """
I can create more as soon as the limit resets.
Here is the panel in a limited palette, as you asked.
As I am at the station, a minor is an heir to us all.
Am Rand sah uns ah und oh niemand, am Ende aber half er.
Das Bild ist am Tag so hell wie in der Nacht.
Je suis à la gare, un ami m'a vu hier.
Le jour se lève, et les heures passent.
Estoy en la hora de los días y a la vez en un lugar.
Às vezes o dia é um sonho, e a hora não passa.
L'ora è tarda, ma un amico ama ancora il giorno.
Op een dag in de tuin zat er een vos in de uren van de nacht.
Lis stoi na skraju lasu i o dniu nie myśli.
Лис стоит на краю леса в час заката.
Лис стоїть на узліссі, і день минає.
Liška stojí na kraji lesa a den končí.
Tilki seisoo metsän reunassa, ja päivä päättyy.
Bir tilki ormanın kenarında, gün batarken duruyor.
Räven står i skogen om dagen, och en vän ser på.
Ræven står i skoven, og en time er ikke lang nok til os.
A róka az erdő szélén áll, és a nap lemegy.
Vulpea stă la marginea pădurii, iar ziua se termină.
Η αλεπού στέκεται στην άκρη του δάσους και η μέρα τελειώνει.
狐狸站在森林的边缘，天气很好，分为两半。
狐狸站在森林的邊緣，每天都在等。
森の端にキツネが立っていて、時間は流れる。十分に明るい。
여우가 숲의 가장자리에 서 있고, 시간이 흐른다.
الثعلب يقف عند حافة الغابة واليوم ينتهي.
השועל עומד בקצה היער, והיום נגמר.
लोमड़ी जंगल के किनारे खड़ी है और दिन ढल रहा है।
Rubah berdiri di tepi hutan, dan hari berakhir.
Con cáo đứng ở bìa rừng, và ngày đang tàn.
สุนัขจิ้งจอกยืนอยู่ที่ชายป่า และวันกำลังจะหมด
Here is a second version of it, with minute details.
One day the fox woke, and after that the days were long.
After the panel, until further notice, at noon, pm or am.
A picture of 1024x1024 in 16:10, by GPT-4o, version 2.1, panel 3, p. 12, and 24 images.
""".strip().splitlines()
WORDS = sorted({word for sentence in ORDINARY[:-3] for word in sentence.split()})


@pytest.mark.parametrize("sentence", ORDINARY)
def test_an_ordinary_sentence_tells_no_wait(sentence: str) -> None:
    """In the languages that the site is served in."""
    assert told_wait(sentence, NOON, "Europe/Berlin") is None


ARTICLES = {"a", "an", "en", "ein", "eine", "one", "un", "une", "um", "uno", "una", "een", "bir"}


@given(st.lists(st.sampled_from([word for word in WORDS if word.lower() not in ARTICLES])))
def test_no_words_without_a_number_tell_a_wait(words: list[str]) -> None:
    """However the words of ordinary sentences are mixed."""
    assert told_wait(" ".join(words), NOON, "Europe/Berlin") is None


@given(st.text(alphabet="asmhdnifor ,.'’\n", max_size=200))
def test_letters_alone_are_no_wait(text: str) -> None:
    """The letters of units and articles, with blanks anywhere, do not add up to a duration."""
    assert told_wait(text, NOON, "Europe/Berlin") is None


@pytest.mark.parametrize(
    "text",
    [
        "in inf hours, in nan days, in 1e9 hours",
        f"after {'9' * 400}:{'9' * 400}",
        f"on Nov {'9' * 400}, {'9' * 400}",
        "2026-99-99 99:99",
    ],
)
def test_an_absurd_number_is_no_wait(text: str) -> None:
    """What nobody waits for is taken for no time at all."""
    assert told_wait(text, NOON, "Europe/Berlin") is None


@pytest.mark.parametrize(
    "text",
    [
        "in 720 hours",
        "in 30 days",
        "in 9999 days and 9999 hours",
        "in 99999999999 hours",
        f"in {'9' * 400} hours",
        f"in {'9' * 4_000} days and {'9' * 3_000} minutes",
    ],
)
def test_nobody_waits_longer_than_a_week(text: str) -> None:
    """A site that asks for longer is told of, and asked again after seven days."""
    assert told_wait(text) == 7 * 86_400
    assert is_overlong(text)


@pytest.mark.parametrize("text", ["in 7 days", "in 168 hours", "in 5 minutes", "later", ""])
def test_a_week_or_less_is_waited_without_asking(text: str) -> None:
    """So is what tells no time."""
    assert not is_overlong(text)


@pytest.mark.long
def test_five_thousand_sentences_tell_no_wait() -> None:
    """Of ten languages, 500 each, from the manual pages of Debian.

    They come with manpages-de, -es, -fr, -it, -ja, -nl, -pl, -pt-br, -ru and -sv, and are read
    where these are installed; `scripts/test --full` installs them.
    """
    if lacking := prose.missing():
        pytest.skip(f"these packages are not installed: {', '.join(lacking)}")
    told = []
    for language in prose.PACKAGES:
        some = list(islice(prose.sentences(language), 500))
        assert len(some) == 500
        told += [text for text in some if told_wait(text, NOON, "Europe/Berlin") is not None]
    assert told == []
