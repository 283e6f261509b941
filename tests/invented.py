"""Invented articles and scripted answers for tests of full runs."""

import json
from collections.abc import Callable
from typing import Any

from summarise import Reply, Request
from summarise.testing import ScriptedBackend as ScriptedBackend

BRIDGE = """Harbour Bridge Closes After Engineers Find Cracks

By Mara Quill

The Harbour Bridge in Brelmouth was closed on Monday after engineers found cracks in 12 of its 30 cables. The city \
council said that repairs would cost £4.5 million and take about six weeks.

“We could not wait any longer,” said Petra Voss, the council's chief engineer. She told reporters that the oldest \
cables date from 1931.

About 18,000 vehicles cross the bridge every day. Drivers are being sent to the Mill Street tunnel, which was \
widened in 2019.

The bus company Northline said that it would run 14 extra ferries between the two banks. Its director, Tomas Feld, \
said the ferries would be free until 30 June.

Shop owners near the bridge fear that they will lose customers. The council has not decided whether to pay them \
compensation.

Leave a Comment
"""
CABLES = "The Harbour Bridge in Brelmouth was closed on Monday after engineers found cracks in 12 of its 30 cables."
VEHICLES = "About 18,000 vehicles cross the bridge every day."
FALSE = "The Harbour Bridge in Brelmouth was closed on Friday after engineers found cracks in 20 of its 30 cables."

HARBOUR = (
    "The harbour of Vesterholm will close to large ships from Monday.",
    "Divers need about twelve days to cut a fallen crane into pieces.",
    "The town council expects repairs worth three million euros this spring.",
    "Fishing boats under ten metres may still use the northern entrance.",
    "Jane Doe leads the port authority since the great storm.",
)
"""Sentences of one story that share few words."""

VALLEY = """Orchard Growers Count Their Losses After Late Frost

Growers in the Sellen valley lost 40 per cent of their apples to frost on 9 May, the growers' union said on \
Thursday. The damage comes to €7.2 million. It was the coldest May night since 1978.

The union's chair, Ilse Brandt, asked the regional government for help. “Some families have nothing left to sell,” \
she said. The government has promised to answer within three weeks.

Cold air gathered in the valley after midnight, the weather service reported. At Orlow, 230 metres above the sea, \
the temperature fell to minus 6 degrees. Growers lit small fires between the rows, but in most orchards they came \
too late.

Cherries were hit hardest of all. Of 310 hectares, 190 will give no fruit this year, according to the union. Pears \
bloom earlier and had already set; most of them survived.

Supermarkets expect that prices will rise in autumn. Karel Munk, who buys fruit for the chain Grossmarkt, said that \
the company would look for apples in the south. “We will pay more, and so will everybody else,” he told a local \
radio station.

Insurance covers only one orchard in five. A policy against frost costs about €900 a hectare each year, which small \
farms say they cannot afford. The union wants the region to pay half of it from next spring.
"""


def answer(*sentences: str) -> str:
    return json.dumps({"sentences": list(sentences)}, ensure_ascii=False)


def copying(request: Request) -> str:
    return answer(*(passage.text for passage in request.passages[: request.sentences]))


def saying(*sentences: str) -> ScriptedBackend:
    return ScriptedBackend(lambda _: answer(*sentences))


def but_for(bad: Callable[[Request], bool], reply: str | Reply | Exception) -> ScriptedBackend:
    """Return a backend that copies passages, or gives `reply` if `bad(request)`."""
    return ScriptedBackend(lambda request: reply if bad(request) else copying(request))


TEACHER = """Former Teacher Corra Lindholm Dies Aged 58

Corra Lindholm died on Monday after an illness, her lawyer said. The former teacher served more than seven years \
after having an affair with her 13-year-old student, Vili Arandel. In 1996 she was a married 34-year-old teacher \
when the two met at a school in Brelmouth.

The pair married in 2005. “We were happy for a long time,” she told a newspaper in 2015. She denied that she had \
broken the rules of her parole in 1998. The couple parted in 2019, and a court in Brelmouth ended the marriage.
"""
"""“She” has two possible referents; the right one is Corra Lindholm."""


class Named(ScriptedBackend):
    """A scripted backend with another id."""

    def __init__(self, name: str, replies: Any = ()) -> None:
        super().__init__(replies)
        self._name = name

    @property
    def id(self) -> str:
        """The given id."""
        return self._name
