"""Working hours and times of digests, in the words of each language: typed, kept as English has them, and shown."""

from __future__ import annotations

import pytest

from bot.config.hours import digest_times, working_hours
from bot.config.values import BadValueError
from bot.domain.hour_words import in_english, in_words
from bot.i18n import LANGUAGES, speaking

KEPT, OTHERS = "Mon-Sat 09:30-19:00, Sun 10:00-14:00", "Tue 9-10, Wed 9-10, Thu 9-10, Fri 9-10"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("सोम-शनि 9:30 से 19:00", "Mon-Sat 9:30-19:00"),
        ("सोमवार से शनिवार 10-18, रवि 10-14", "Mon-Sat 10-18, Sun 10-14"),
        ("somvar se shanivar 10 to 18", "Mon-Sat 10-18"),
        ("રોજ 9-18", "daily 9-18"),
        ("સોમથી શનિ 9:30-19:00", "Mon-Sat 9:30-19:00"),
        ("सोम ते शनि १०-१८", "Mon-Sat 10-18"),
        ("திங்கள் முதல் சனி வரை 10-18", "Mon-Sat 10-18"),
        ("సోమ నుండి శని వరకు 10-18", "Mon-Sat 10-18"),
        ("Mon to Fri 10am to 6pm", "Mon-Fri 10am-6pm"),
        ("Tuesday 10-18", "Tuesday 10-18"),
    ],
)
def test_days_are_typed_in_any_language(typed: str, kept: str) -> None:
    assert in_english(typed) == kept
    assert working_hours(typed) == working_hours(kept)


def test_the_day_of_a_weeks_digest_is_typed_in_any_language() -> None:
    assert digest_times("09:15, 19:00, शुक्र 18:00 admins") == digest_times("09:15, 19:00, Fri 18:00 admins")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_can_be_typed(language: str) -> None:
    with speaking(language):
        assert ("Mon" in in_words(KEPT)) == (language == "en")
        assert in_english(in_words(KEPT)) == KEPT
        assert (
            in_english(in_words("Tue 9-10, Wed 9-10, Thu 9-10, Fri 9-10")) == "Tue 9-10, Wed 9-10, Thu 9-10, Fri 9-10"
        )


def test_what_means_nothing_stays_and_is_refused_in_its_own_words() -> None:
    with pytest.raises(BadValueError, match="कुछ भी"):
        working_hours("कुछ भी")
