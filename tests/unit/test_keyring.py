from __future__ import annotations

import base64
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from bot.config.catalogue import BY_NAME
from bot.config.keyring import HOW_TO_MAKE, Keyring, keyring
from bot.config.values import SecretToMakeError

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 255))


def test_the_first_key_encrypts_and_each_decrypts() -> None:
    before = keyring(OLD).encrypt("a secret")
    both = keyring(f"{NEW}, {OLD}\n")
    assert both.decrypt(before) == (2, "a secret")
    after = both.encrypt("a secret")
    assert both.decrypt(after) == (1, "a secret")
    assert keyring(NEW).decrypt(after) == (1, "a secret")
    assert keyring(OLD).decrypt(after) is None
    assert Fernet(NEW).decrypt(after) == b"a secret"


@pytest.mark.parametrize("text", ["short", OLD[:-1], f"{OLD},x", OLD.replace("A", "ä"), BY_NAME["SECRET_KEY"].example])
def test_what_is_no_key_is_refused_with_how_to_make_one_and_not_repeated(text: str) -> None:
    with pytest.raises(SecretToMakeError, match="To make one: python -c") as caught:
        keyring(text)
    assert text not in str(caught.value)


def test_the_command_makes_a_key() -> None:
    command = HOW_TO_MAKE.split('"')[1]
    made = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout
    assert keyring(made).decrypt(keyring(made).encrypt("x")) == (1, "x")


def test_it_shows_no_key_and_loads_no_cryptography_before_it_is_needed() -> None:
    assert OLD not in repr(Keyring((OLD,)))
    code = "import sys, bot.app, bot.store.secrets; print('cryptography' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stdout.strip() == "False"
