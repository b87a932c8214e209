"""What patients agree to, in the words that they read and sign (rule book, Patient-Physician Agreement; mark C)."""

from eligibility import Category

AGREED: dict[str, list[str]] = {
    "all": [
        "The medicine can cause severe birth defects.",
        "It is not shared with anyone and kept away from children.",
        "No blood is donated during treatment, in interruptions and for 4 weeks after.",
        "Unused capsules come back.",
        "The surveys are answered.",
        "What is recorded here may be seen by the prescriber, the pharmacy and the program.",
    ],
    "pregnant": [
        "She is not pregnant. Two tests come before the start, the test calendar after it.",
        "Two methods of contraception at once, or continuous abstinence, from 4 weeks before to 4 weeks after.",
        "A missed period, unusual bleeding or any doubt: stop and call at once.",
        "No breast-feeding.",
    ],
    "before_menses": ["A first period is reported at once: stop and call."],
    "male": [
        "A latex or synthetic condom at each contact with a female who can get pregnant, also after vasectomy.",
        "No sperm is donated during treatment, in interruptions and for 4 weeks after.",
    ],
}


def agreement_points(category: Category) -> list[str]:
    """The statements of a category's agreement. The signatures cover them."""
    if category.can_get_pregnant:
        return AGREED["pregnant"] + AGREED["all"]
    if category is Category.FEMALE_CHILD_NRP:
        return AGREED["before_menses"] + AGREED["all"]
    return (AGREED["male"] if category.male else []) + AGREED["all"]
