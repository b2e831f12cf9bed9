"""English is complete, keeps every place, and the compiled file is the source's."""

import re

from scripts import catalogue

PLACES = re.compile(r"%\((\w+)\)[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_sentence_has_an_english_one():
    assert catalogue.missing(catalogue.read()) == []


def test_every_place_is_kept():
    wrong = [
        message.id
        for message in catalogue.read()
        if message.id and set(PLACES.findall(message.id)) != set(PLACES.findall(message.string))
    ]
    assert wrong == []


def test_a_percent_sign_of_a_sentence_is_doubled():
    """Templates fill places in every sentence, in those without any too."""
    for message in catalogue.read():
        if message.id:
            for words in (message.id, message.string):
                assert words % dict.fromkeys(PLACES.findall(words), "") is not None, words


def test_the_compiled_catalogue_is_fresh():
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.read())


def test_every_sentence_can_be_filled():
    """Templates fill every sentence: a lone per cent sign is a page that does not open."""
    for message in catalogue.read():
        for words in filter(None, (message.id, message.string)):
            assert words % dict.fromkeys(PLACES.findall(words), 1)
