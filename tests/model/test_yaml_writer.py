"""The look of what is written."""

from faulttree.model import Model
from faulttree.model.yaml import read_yaml, write_yaml

PUMPS = """\
faulttree: 1
name: Pump station
top: no_flow
mission_time: 24 h
sources:
  handbook: {title: Pump reliability handbook, year: 1998, note: table 4}
gates:
  no_flow: {label: No flow to the tank, or: [power_lost, pumps_lost]}
  pumps_lost: {label: Both trains lost, atleast: {k: 2, of: [pump_a, pump_b, {and: [pump_c, {not: bypass_open}]}]}}
  power_lost: {label: Power lost, inhibit: {input: grid_lost, condition: diesel_unavailable}}
basic_events:
  pump_a: {label: Pump A fails to run, rate: 1e-5 /h, source: handbook}
  pump_b: {label: Pump B fails to run, rate: 1e-5 /h, source: handbook}
  pump_c: {label: Pump C fails on demand, probability: 0.003, source: handbook}
  grid_lost: {kind: undeveloped, label: Grid lost, probability: grid_loss}
  diesel_unavailable: {kind: conditioning, probability: 0.02, source: judgement}
house_events:
  bypass_open: {label: Bypass open, state: false}
parameters:
  grid_loss: {description: per day, value: 1.0e-5}
scenarios:
  bypass: {label: Bypass open and pump C gone, set: {bypass_open: true, pump_c: true}}
timeline:
  - {at: 0 s, event: demand}
"""

LONG = """\
faulttree: 1
name: 'yes'
description: |-
  Several lines,
    one of them indented.

  # no comment
top: ['NO', '1E5']
basic_events:
  'NO':
    label: >-
      A text that is so long that it would run out of the window of every editor, and that is therefore folded over
      several lines here
    attributes:
      note: |
        first
        second
      list:
        - |-
          a
          b
        - [x, z]
        - c: |-
            d
            e
          f: 1
        - {}
  '1E5': {probability: 1.0e-5, attributes: {at: '12:30', big: 1.0e+300, nothing: null, tab: "a\\tb"}}
"""


def test_a_model_is_written_as_an_engineer_would():
    assert write_yaml(read_yaml(PUMPS)) == PUMPS


def test_long_texts_are_folded_and_lines_kept():
    assert write_yaml(read_yaml(LONG)) == LONG


def test_a_long_item_or_key_is_given_lines():
    key = "k" * 130
    entries = [{"phase": "p" * 100, "event": "e" * 100}, {"phase": "p", "event": "e"}]
    data = {"name": "t", "top": key, "basic_events": {key: {}}, "timeline": entries, "attributes": {key: {key: {}}}}
    model = Model.from_data(data)
    text = write_yaml(model)
    assert "\n  - phase: ppp" in text
    assert "\n    event: eee" in text
    assert read_yaml(text) == model
