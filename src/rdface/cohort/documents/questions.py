"""The questions of a datasheet, in our own words.

What is asked, and the seven headings, follow Gebru et al., "Datasheets for Datasets",
Communications of the ACM 64(12), 2021.

An id is ``heading.word``; it is the key of an answer in ``cohort.yaml``::

    datasheet:
      collection.who: Two clinical photographers, employed by the hospital.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Question(NamedTuple):
    """One question.

    Attributes:
        id: Its name: ``collection.who``.
        text: What is asked.
    """

    id: str
    text: str


HEADINGS: Final = {
    "motivation": "Motivation",
    "composition": "Composition",
    "collection": "Collection",
    "preprocessing": "Cleaning and labelling",
    "uses": "Uses",
    "distribution": "Distribution",
    "maintenance": "Maintenance",
}
"""First part of an id -> heading."""

QUESTIONS: Final = tuple(
    Question(*line.split(maxsplit=1))
    for line in """
motivation.why What was it made for, and which gap does it fill?
motivation.who Who made it, and on whose behalf?
motivation.funding Who paid for it?
composition.instances What does one entry stand for?
composition.counts How many are there, of each kind?
composition.sample Is it all there is, or a sample of something larger, and how was that drawn?
composition.data What is recorded of each entry?
composition.labels Which label does an entry have, and how was it found?
composition.missing What is missing from entries, and why?
composition.relations Which entries belong together?
composition.splits Which division into training and test is recommended?
composition.errors Which errors, noise or repetitions are known?
composition.outside Does it need anything outside of itself?
composition.confidential Is anything in it confidential?
composition.distress Could the pictures distress somebody who looks at them?
composition.subgroups Which groups of people are in it, and how many of each?
composition.identity Can people be recognised from it?
composition.sensitive Does it hold data of a sensitive kind?
collection.sources Where does the data come from?
collection.tools With which devices or programs was it collected, and how were these checked?
collection.sampling By which rule was it decided who or what is taken?
collection.who Who collected it, and how were they paid?
collection.when Over which time was it collected?
collection.ethics Which ethics committee has approved it?
collection.direct Was it had from the people themselves, or from others?
collection.notice Were the people told?
collection.consent Have they, or their guardians, consented, and to what?
collection.withdrawal How can consent be withdrawn?
collection.impact Has it been studied what this may do to the people in it?
preprocessing.steps What was done to the pictures and the tables?
preprocessing.raw Is the state before that kept, and where?
preprocessing.software Is the software for that to be had?
uses.past What has it been used for?
uses.works Where are works that use it listed?
uses.other What else could it be used for?
uses.harm Which uses could be unfair or harmful to some, and how is that avoided?
uses.forbidden What must it not be used for?
distribution.who To whom outside of its makers is it given?
distribution.how How is it given out, and under which identifier?
distribution.when Since when, or from when on?
distribution.licence Under which licence and terms?
distribution.third Have others rights in the data, or set terms for it?
distribution.export Do export controls or other rules apply?
distribution.cite How is it cited?
maintenance.who Who keeps it, and how are they reached?
maintenance.errata Is there a list of errors?
maintenance.updates Will it be updated, by whom, how often, and how is that told?
maintenance.retention Until when may data of the people be kept?
maintenance.versions Are former versions kept, and how is a version named?
maintenance.others How can others add to it?
""".strip().splitlines()
)
"""All questions, in order."""
