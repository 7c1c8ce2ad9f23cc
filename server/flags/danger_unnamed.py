"""The words of a danger that nobody names: a farewell, a question about means, a life under watch. Pure.

Each is long enough to mean nothing else: "I won't be here on Friday" is said of every parcel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from server.flags.danger_signs import any_of

_WONT = r"(?:won'?t|wont|shan'?t|shall not|will not)"
_HE = (
    r"(?:he|she|my (?:husband|wife|boyfriend|girlfriend|partner|ex|uncle|brother|dad|father"
    r"|brother-in-law))"
)
_GONE = r"(?:i'?m|i am) (?:gone|no longer (?:here|around))"
_BEAST = r"(?:dogs?|cats?|hens|horse|cows)"

UNNAMED: Mapping[str, re.Pattern[str]] = {
    "farewell": any_of(
        rf"i {_WONT} be (?:here|around|about) (?:any ?more|to (?:see|read|need|pay)"
        rf"|by the time the next)",
        rf"after to-?night i {_WONT}|there (?:will be|'ll be|won'?t be) (?:no ?body|anybody"
        rf"|anyone) (?:here |left )?"
        r"(?:to (?:mow|carry|miss|be well)|for me)|no ?one left for me to",
        rf"(?:when|once) {_GONE}(?! (?:on|for|to|from|by|in|at|until))|when (?:they|somebody"
        rf"|someone) finds? me(?! a)",
        r"who to ring when|by the time you read this|said goodbye to (?:everyone|everybody|the few|all)",
        rf"(?:gave|given) (?:my|the) {_BEAST} (?:away|to my)[^?!]{{0,60}}(?:paid|sorry|rent|key|won'?t"
        rf"|no more)"
        r"|have the (?:cat|dog)s? as well",
        r"every(?:one|body)(?:'?ll| will| would|'d)? be (?:better|happier|relieved) (?:off )?"
        r"(?:without me|when i'?m|if i (?:was|were) (?:gone|dead))|one less of us",
        r"(?:reason|point) (?:to|in) (?:get(?:ting)? up|go(?:ing)? on|liv(?:e|ing)|carry(?:ing)? on"
        r"|get out of it)"
        r"|when it gets too much|when it all gets too much",
        r"(?:don'?t mean|not planning) to come back from|won'?t be coming back from this|be with (?:her"
        r"|him) again"
        r"|nobody will have to (?:carry|look after|worry about|put up with) me",
        r"settle my affairs|leave no heirs|(?:note|letter) (?:on the fridge|for the (?:kids|children))"
        r"|(?:wallet|ring|phone) (?:and|on)[^.?!]{0,60}no coat|no coat[^.?!]{0,60}(?:ring|wallet|phone)",
    ),
    "means": any_of(
        r"how (?:many|much)[^.?!]{0,40}(?:stop a heart|(?:is|are|would be) (?:deadly|lethal|fatal))",
        r"how (?:many|much) (?:of (?:these|those|them)|tablets|pills|units) would it take"
        r"(?: at once|[^?!]{0,40}(?:someone|somebody|a person))",
        r"(?:which|one|ways)[^.?!]{0,30}ways? (?:that )?(?:don'?t|doesn'?t) hurt",
        r"rope[^?!]{0,40}\d\d ?(?:kg|kilos?)[^?!]{0,30}(?:doesn'?t matter what|tonight|alone)",
        r"high floor[^.?!]{0,30}window that opens|(?:drop|fall)[^.?!]{0,40}is it watched",
        r"train that doesn'?t stop[^.?!]{0,20}through|what time (?:does )?the (?:patrol"
        r"|guards?)[^.?!]{0,30}bridge",
        r"life (?:cover|insurance|policy)[^?!]{0,70}(?:not|weren'?t|wasn'?t) an accident",
        r"how long (?:before|till|until)[^?!]{0,25}(?:checks on a room|finds (?:a|the) (?:room|body"
        r"|guest))",
        r"(?:tenant|guest|candidate) dies (?:in|before)|drop me at the (?:cliffs?|bridge|dam"
        r"|quarry)[^.?!]{0,20}not wait",
        r"i(?:'ve| have)? stopped (?:taking (?:the |my )?(?:insulin|tablets|pills|meds|medication)"
        r"|eating)",
        r"don'?t eat any ?more(?! \w)|(?:eleven|ten|nine|twelve|\d\d) days without (?:food|eating)"
        r"|i'?m at \d\d kilos",
        r"garage with the engine (?:going|running)|all of the (?:sleepy|night) (?:syrup|drops)",
    ),
    "watched": any_of(
        rf"(?:if|when|before|until|unless) {_HE}(?:'?s| is)? (?:finds?(?: out)?|found out|sees|thinks"
        rf"|notices|hears|"
        r"learns|knows)\b[^.?!]{0,60}(?:what (?:he|she) did|like last time|hits? me|hurts? me|kills? me"
        r"|won'?t be (?:allowed|able)|not be able)",
        r"what (?:he|she) did last time|last time i couldn'?t go (?:out|to work)"
        r"|i'?m not allowed (?:out\b|to leave the house)",
        r"not allowed (?:to have )?my own (?:card|phone|money)|he counts (?:the minutes|my (?:tablets"
        r"|steps|money))",
        r"without (?:him|my husband|my boyfriend|my partner|my uncle) (?:hearing|finding out|getting a)",
        r"if (?:a|any) (?:man|woman) (?:rings?|calls?|asks)[^.?!]{0,60}say you don'?t know",
        r"so (?:that )?he (?:can'?t|cannot|doesn'?t|won'?t) find (?:me|us|her)|outside each place",
        r"(?:he|she) (?:knew|knows) (?:about (?:the|my|our) new (?:flat|house|address|number)"
        r"|which bus (?:i|she))",
        r"sentenced not to come near|before he'?s (?:released|out of prison)|out on (?:bail|parole)",
        r"writing (?:this )?from the (?:bathroom|toilet|wardrobe)|locked the bathroom but"
        r"|rang the shelter",
        r"need (?:a car|a room|to leave|to get out)[^?!]{0,60}before he'?s back"
        r"|police ever come to the house again",
        r"he comes in while i sleep|he (?:comes and )?sits on my bed|walks about at night"
        r"|anybody'?s waiting up for me",
        r"cost me (?:two|a|three) (?:teeth|tooth|ribs?)|blood out of (?:a|the) mattress"
        r"|bruises?[^.?!]{0,30}(?:covered|hidden|gone so)",
        r"knock really hard and ask for me|he (?:broke|smashed) the last phone|(?:he"
        r"|man)[^?!]{0,60}put his lights off",
    ),
    "secret": any_of(
        r"(?:it'?s|is|as) our (?:little )?secret what",
        r"(?:sends?|sent) me (?:pictures|photos|pics|videos)[^.?!]{0,20}and (?:wants|asks for) (?:some"
        r"|mine|ones?|pictures)",
        r"send it to my whole (?:year|school|class)|if i don'?t come[^.?!]{0,25} alone|isn'?t (?:her"
        r"|his) (?:dad|mum)",
        r"(?:don'?t|do not) want to go home before|shows nobody his back|marks need to be covered",
        r"just us two with the door closed|says not to tell (?:my )?(?:mum|mom|dad|parents|anyone)",
    ),
    "coerced": any_of(
        r"(?:he|she|they|agency|boss|uncle)(?:'?s| has| have|'ve)? (?:got |took |keeps? |kept |holds? "
        r"|hold )?"
        r"(?:my|our|their) (?:passports?|papers|documents)[^.?!]{0,60}(?:owe|work (?:it|off|for))",
        r"work(?:ing)? off what i owe|until it is paid|make me sleep in the|took the sim out of my"
        r"|drive or don'?t come back",
    ),
    "not_seen": any_of(
        r"(?:she|he|mum|mom|dad|gran|nan|grandad|mother|father|the baby|the man|the woman"
        r"|my neighbour) hasn'?t "
        r"(?:moved|stirred|been seen|come out|taken (?:her|his) milk)",
        r"milk in for|smell on the landing|went round the point|feel (?:rather |so )?sleepy myself",
    ),
}

PLEASANT = any_of(
    r"presents?|gift|surprise|birthday|wedding|discount|voucher|holiday|retir(?:e|ing|ement)"
    r"|sold the house",
    r"moving (?:abroad|house|out)|new (?:job|provider|owner)|another provider|on business|leaflet|poster",
    r"volunteer|theatre|novel|book|puppy|gym|diet|vegan|meat|gluten",
)
"""Why the same words may be said in peace."""
