"""Buttons' codes: whatever was written comes back, and nothing else is understood."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.named_leads import NAMES_ACCOUNT
from bot.chat.views import lead_codes, list_codes, setting_codes
from bot.chat.views.callback_data import LARGEST, Code, decode, encode
from bot.chat.views.lead_codes import OpenMenu, SendContact, SetStatus, ShowLead
from bot.chat.views.list_codes import TurnPage
from bot.domain.chart import ChartKind
from bot.domain.lead import Kind, LostReason, Status
from bot.domain.typed_times import Preset

NUMBERS = st.integers(0, LARGEST)
MARKS = st.sampled_from([Status.CONTACTED, Status.QUOTED, Status.WON, Status.LOST, Status.JUNK])
CODES: st.SearchStrategy[Code] = st.one_of(
    st.builds(SendContact, NUMBERS),
    st.builds(ShowLead, NUMBERS),
    st.builds(lead_codes.ShowNumber, NUMBERS),
    st.builds(lead_codes.Silence, NUMBERS),
    st.builds(lead_codes.CallAgain, NUMBERS),
    st.builds(TurnPage, NUMBERS, st.booleans(), NUMBERS),
    st.builds(lead_codes.Claim, NUMBERS),
    st.builds(lead_codes.Release, NUMBERS),
    st.builds(lead_codes.Reassign, NUMBERS, NUMBERS),
    st.builds(SetStatus, NUMBERS, MARKS),
    st.builds(lead_codes.MarkLost, NUMBERS, st.sampled_from(LostReason)),
    st.builds(lead_codes.Undo, NUMBERS, NUMBERS),
    st.builds(OpenMenu, NUMBERS, st.sampled_from(lead_codes.Menu)),
    st.builds(lead_codes.AskFor, NUMBERS, st.sampled_from(lead_codes.PromptKind)),
    st.builds(lead_codes.SetReminder, NUMBERS, st.sampled_from(Preset)),
    st.builds(list_codes.CancelReminder, NUMBERS, NUMBERS),
    st.builds(lead_codes.ShowHistory, NUMBERS, NUMBERS),
    st.builds(list_codes.TurnCallout, NUMBERS, NUMBERS),
    st.builds(lead_codes.ClaimFromCallout, NUMBERS, NUMBERS, NUMBERS),
    st.builds(list_codes.TurnOpenList, NUMBERS, NUMBERS),
    st.builds(list_codes.OpenList, NUMBERS),
    st.builds(list_codes.TurnMyList, NUMBERS, NUMBERS, NUMBERS),
    st.builds(list_codes.ShowStats, NUMBERS, st.sampled_from(list_codes.StatsPage)),
    st.builds(list_codes.SendChart, NUMBERS, st.sampled_from(ChartKind)),
    st.builds(lead_codes.Forget, NUMBERS, st.sampled_from(lead_codes.ForgetStep)),
    st.builds(setting_codes.SaveTemplate, NUMBERS, st.sampled_from(("", *Kind.KNOWN))),
    st.just(setting_codes.ProveWay()),
    st.builds(setting_codes.ChooseAccount, NUMBERS),
    st.builds(setting_codes.ChangeSetting, NUMBERS, NUMBERS, st.sampled_from(setting_codes.SettingStep), NUMBERS),
    st.builds(setting_codes.SetLanguage, NUMBERS, st.booleans()),
    st.builds(setting_codes.RoutePress, NUMBERS, st.sampled_from(setting_codes.RouteStep), NUMBERS),
)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(CODES)
@example(TurnPage(LARGEST, older=True, key=LARGEST))
@example(lead_codes.ClaimFromCallout(LARGEST, LARGEST, LARGEST))
@example(setting_codes.ChangeSetting(LARGEST, LARGEST, setting_codes.SettingStep.UNDO, LARGEST))
def test_a_code_comes_back_as_it_went_and_fits_a_button(code: Code) -> None:
    data = encode(code)
    assert decode(data) == code
    assert 1 <= len(data.encode()) <= 64


@given(st.one_of(st.text(), st.from_regex(rf"[0-9][{LETTERS}][0-9a-z.]*", fullmatch=True)))
def test_whatever_is_understood_was_written_by_us(data: str) -> None:
    code = decode(data)
    assert code is None or encode(code) == data


def test_every_code_is_tried_here() -> None:
    tried = {type(code) for letter in LETTERS for code in _understood(letter)}
    assert tried == set(get_args(Code))


def _understood(letter: str) -> list[Code]:
    bodies = ("l1", "", "1", "1.1", "1.1.1", "1o1", "1c", "1p", "1n", "1h", "1s", "a", "1.1s1", "1a", "1l1")
    found = (decode(f"1{letter}{body}") for body in bodies)
    return [code for code in found if code is not None]


@pytest.mark.parametrize(
    ("code", "data"),
    [
        (SendContact(5), "1c5"),
        (ShowLead(5), "1s5"),
        (TurnPage(3, older=True, key=9), "1t3o9"),
        (lead_codes.Claim(5), "1k5"),
        (list_codes.TurnCallout(3, 0), "1l3.0"),
        (list_codes.OpenList(3), "1D3"),
        (lead_codes.ClaimFromCallout(5, 3, 0), "1e5.3.0"),
    ],
)
def test_codes_in_old_messages_keep_their_meaning(code: Code, data: str) -> None:
    assert decode(data) == code
    assert encode(code) == data


OF_NO_ACCOUNT = {
    setting_codes.ProveWay: "the answer is the same for all",
    setting_codes.SetLanguage: "in private a person's, with all accounts of the bot; in a group its own",
}


def test_every_code_names_its_account_or_a_row_that_only_one_has() -> None:
    nameless = {code for code in get_args(Code) if not {one.name for one in fields(code)} & {*NAMES_ACCOUNT}}
    assert nameless == OF_NO_ACCOUNT.keys()


@pytest.mark.parametrize("data", ["1va", "1vW", "1Ro7", "1Rl0", "1o0", "1o5", "1y5.3"])
def test_a_button_from_before_it_named_its_account_is_an_old_one(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "1",
        "1c",
        "1c-1",
        "1c01",
        "0c1",
        "2c1",
        "1c१",
        "1c1 ",
        "1c1\n",
        "1t1o",
        "1t1x1",
        "1s9223372036854775808",
        "1g1",
        "1g11.",
        "1p1n",
        "1vX",
    ],
)
def test_another_versions_code_and_garbage_are_none(data: str | None) -> None:
    assert decode(data) is None
