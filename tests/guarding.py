"""An article about a bridge, and helpers that examine answers about it, for the tests of the guards."""

from summarise import Reply
from summarise.writing.guards import Examined, examine

SOURCE = (
    "The harbour bridge in Vesterholm closed on Friday after engineers found cracks in 12 of its 30 cables. "
    "Mayor Ann Poe said repairs would cost 3.4 million crowns. “We could not wait. Nobody could,” she told reporters. "
    "Drivers were told to use the tunnel, which is open all night. The bridge was built in 1968 and carries 40,000 "
    "cars a day. The company that built it does not exist any more."
)
CLOSED = "The harbour bridge in Vesterholm closed on Friday."
COST = "Repairs would cost 3.4 million crowns, Ann Poe said."
TUNNEL = "Drivers were told to use the tunnel."


def examined(text: str, finish: str = "stop", **options: object) -> Examined:
    reply = Reply.model_validate({"text": text, "finish": finish, "model": "scripted"})
    return examine(reply, **{"source": SOURCE, **options})  # type: ignore[arg-type]


def texts(result: Examined) -> list[str]:
    return [sentence.text for sentence in result.said]


def kinds(result: Examined) -> list[str]:
    return [event.kind for event in result.events]
