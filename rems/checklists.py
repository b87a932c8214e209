"""The Education and Counseling Checklist of each risk category, as the pharmacist ticks it.

A list has three ticks; each holds its points, so that they are read and one tick says that the
patient was counseled on all of them. The points and their marks follow the programs' checklist and
the prescribing information (rule book, Pharmacy); that they stand under three ticks is a convention
of this project (D).
"""

from dataclasses import dataclass

from eligibility.vocabulary import Category

LABEL = "Prescribing information 5.1, 8.1, 8.3"
FORM = "Education and Counseling Checklist"
GUIDES = "Program guides"
GROUPING_MARK = "D"
GROUPING_SOURCE = "A convention of this project: the points of the checklist stand under three ticks."


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing that the patient is told."""

    words: str
    mark: str = "A"
    source: str = FORM


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One box of the list. ``code`` is what the record keeps."""

    code: str
    title: str
    points: tuple[Point, ...]

    @property
    def mark(self) -> str:
        """The marks of its points, best first."""
        return "/".join(sorted({point.mark for point in self.points}))

    @property
    def source(self) -> str:
        """Where its points were read."""
        return "; ".join(dict.fromkeys(point.source for point in self.points))


PREGNANCY = Tick(
    code="pregnancy",
    title="Pregnancy and contraception",
    points=(
        Point(words="Severe birth defects.", source=LABEL),
        Point(words="Two methods at once or abstinence: during, in interruptions, 4 weeks after.", source=LABEL),
        Point(words="Tests on time.", source=LABEL),
        Point(words="A missed period or doubt: stop and call at once.", source=LABEL),
        Point(words="No breast-feeding.", source=LABEL),
    ),
)
BIRTH_DEFECTS = Tick(
    code="birth_defects",
    title="Risk of birth defects",
    points=(
        Point(words="Severe birth defects, if anyone takes it in pregnancy.", source=LABEL),
        Point(words="Keep it from anyone who can get pregnant.", source=FORM),
    ),
)
BEFORE_MENSES = Tick(
    code="first_period",
    title="Risk of birth defects and the first period",
    points=(
        Point(words="Severe birth defects, if anyone takes it in pregnancy.", source=LABEL),
        Point(words="A first period: stop and call the prescriber at once.", mark="C", source=GUIDES),
        Point(words="The parent or guardian knows this too.", mark="C", source=GUIDES),
    ),
)
PARTNERS = Tick(
    code="partners",
    title="Partners and condoms",
    points=(
        Point(words="Severe birth defects. The medicine is in semen.", source=LABEL),
        Point(
            words="A latex or synthetic condom each time with anyone who can get pregnant, also after a vasectomy: "
            "during, in interruptions, 4 weeks after.",
            source=LABEL,
        ),
        Point(words="No sperm donation in that time.", source=LABEL),
        Point(words="A partner who may be pregnant: call at once.", source=LABEL),
    ),
)
HANDLING = Tick(
    code="handling",
    title="Handling",
    points=(
        Point(words="Do not share."),
        Point(words="No blood donation until 4 weeks after."),
        Point(words="Keep from children."),
        Point(words="Do not open or break capsules."),
        Point(words="Return unused capsules."),
    ),
)
TAKING = Tick(
    code="taking",
    title="Taking it",
    points=(
        Point(words="Dose and days of this cycle."),
        Point(words="Side effects that need a call."),
        Point(words="No more than 28 days’ supply at a time."),
    ),
)

CHECKLISTS: dict[Category, tuple[Tick, ...]] = {
    Category.ADULT_FEMALE_RP: (PREGNANCY, HANDLING, TAKING),
    Category.FEMALE_CHILD_RP: (PREGNANCY, HANDLING, TAKING),
    Category.ADULT_FEMALE_NRP: (BIRTH_DEFECTS, HANDLING, TAKING),
    Category.FEMALE_CHILD_NRP: (BEFORE_MENSES, HANDLING, TAKING),
    Category.ADULT_MALE: (PARTNERS, HANDLING, TAKING),
    Category.MALE_CHILD: (PARTNERS, HANDLING, TAKING),
}


def checklist(category: Category | str) -> tuple[Tick, ...]:
    """The three ticks of a category. ValueError for a code that is none."""
    return CHECKLISTS[Category(category)]


def required_points(category: Category | str) -> tuple[str, ...]:
    """The codes that have to be ticked before a confirmation. ValueError for a code that is none."""
    return tuple(tick.code for tick in checklist(category))
