"""Names and streets of the crowd. None of the family names is one of the cast's."""


def _words(text: str) -> list[str]:
    return text.split()


WOMEN = _words(
    "Agnes Alice Anita Audrey Bernice Betty Brenda Carol Catherine Charlotte Cynthia Deborah Denise Donna Doris "
    "Eleanor Elaine Esther Evelyn Florence Frances Gail Geraldine Grace Helen Irma Jacqueline Janet Jean Joyce Judy "
    "Karen Kathleen Laura Linda Lorraine Louise Lucille Marie Marilyn Marion Martha Mary Nancy Norma Pamela Paula "
    "Peggy Phyllis Rita Rosemary Ruby Sally Sheila Shirley Sylvia Theresa Vera Virginia Wanda"
)
MEN = _words(
    "Alan Alfred Allen Andrew Anthony Benjamin Bernard Bruce Charles Clarence Craig Dale David Dennis Douglas Earl "
    "Eugene Francis Fred Gary Glenn Gordon Harold Harvey Henry Herbert Jack James Jeffrey Jerome Joel John Joseph "
    "Keith Kenneth Larry Lawrence Leroy Lewis Marvin Michael Milton Nathan Norman Oscar Patrick Paul Ralph Raymond "
    "Richard Roger Ronald Roy Russell Stephen Theodore Victor Wayne William"
)
FAMILIES = _words(
    "Alvarez Baker Banerjee Becker Bennett Bishop Brennan Caldwell Campbell Cardenas Carlson Chandler Chowdhury Cohen "
    "Contreras Daniels Davenport Diaz Donovan Eriksen Farrell Ferguson Fitzgerald Fleming Flores Franklin Fuentes "
    "Gibbons Gomez Greenberg Griffin Gupta Hansen Harper Hayashi Henderson Herrera Hoffman Hutchins Ibrahim Iyer "
    "Jacobs Johansen Kaplan Kelleher Keller Kowalczyk Lambert Lawson Levine Maldonado Marchetti Mbeki McCarthy Mendoza "
    "Middleton Monroe Nakamura Nichols Nguyen Osborne Padilla Palmer Patel Pearson Peterson Pham Pritchard Ramirez "
    "Reilly Rhodes Rosario Rossi Santiago Schneider Schultz Shapiro Sheridan Silva Simmons Sorensen Stafford Stein "
    "Sullivan Sutton Thornton Tucker Underwood Valdez Vaughn Vogel Wagner Wallace Warren Weaver Whitman Yamada Zimmer"
)
STREETS = ("Oak Street", "Cedar Lane", "Park Avenue", "Hillside Road", "Lake Drive", "Second Street", "Church Street")
