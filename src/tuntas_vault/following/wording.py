"""The words of letters to followers: plain facts in, plain text out; it knows no address."""

from tuntas.kernel.numbers import spell_number
from tuntas_vault.following.queries import Owed
from tuntas_vault.writing import Text, fill, harmless, words


def write(letter: Owed, *, title: str, origin: str, token: str) -> Text:
    """The words of one letter. Before somebody said yes it repeats nothing that anybody typed."""
    spoken = words(letter.language)["follower"]
    number = str(letter.params.get("number", ""))
    was = str(letter.params.get("was", ""))
    facts = {
        "number": spell_number(number) if number else "",
        "was": spell_number(was) if was else "",
        "title": harmless(title),
        "state": str(spoken["state"].get(letter.params.get("state"), "")),
        "report": f"{origin}/laporan/{number}",
        "link": f"{origin}/ikuti/{token}",
    }
    subject = str(spoken[f"{letter.template}_subject"])
    return Text(subject, fill(str(spoken[letter.template]), facts) + "\n")
