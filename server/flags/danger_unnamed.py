"""The words of a danger that nobody names: a farewell, a question about means, a life under watch. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from server.flags.danger_signs import any_of

_WONT = r"(?:won'?t|wont|shan'?t|shall not|will not|not going to|don'?t plan to)"
_HE = (
    r"(?:he|she|they|my (?:husband|wife|boyfriend|girlfriend|partner|ex|uncle|brother|dad|father"
    r"|brother-in-law))"
)
_GONE = r"(?:i'?m|i am) (?:gone|not (?:here|around|there)|no longer (?:here|around))"
_BEAST = r"(?:dog|cat|cats|dogs|plants|hens|horse|cows|guitar|tools|books)"
_LIVES = r"(?:no ?body|no one|anyone|anybody|any one)"

UNNAMED: Mapping[str, re.Pattern[str]] = {
    "farewell": any_of(
        rf"(?:i|he|she|it'?s reader) {_WONT} be (?:here|around|there|about)(?: any ?more)?(?: (?:after|by"
        rf"|when|for|come)|,? sorry|\.|$)",
        rf"(?:after|from|past|come) (?:to-?night|today|tomorrow|sunday|monday|tuesday|wednesday|thursday"
        rf"|friday|saturday|the \w+) i {_WONT} (?:be|need)",
        rf"there (?:will be|'ll be|won'?t be|is|'?s|isn'?t) {_LIVES} (?:here |left |else )?(?:to (?:ask"
        rf"|mow|ring|carry|miss|be well)|for me|left|waiting)",
        rf"(?:when|once|after|if) {_GONE}|when (?:they|she|he|you|somebody|someone) finds? me\b"
        rf"|who to ring when",
        r"by the time you read (?:this|it)|(?:it'?ll|it will) (?:all )?be over by|i'?ll be gone by"
        r"|where i(?:'?m| am) going",
        r"(?:written|said goodbye|said bye) to (?:everyone|everybody|all|the few|each)|last on the list"
        r"|(?:twelve|the) envelopes",
        rf"(?:gave|given|give|giving) (?:away )?(?:my|the) {_BEAST} (?:away|to my|to the neighbou?r)"
        rf"|(?:have|keep|take) the (?:cat|dog)s? as well",
        r"every(?:one|body)(?:'?ll| will| would|'d)? be (?:better|happier|relieved) (?:off )?(?:when|if"
        r"|without)|better when i'?m not|one less of us|not a cost",
        r"(?:can'?t|don'?t|cannot) see (?:a|any|the) (?:reason|point)(?! (?:why|for the|in your|of (?:the"
        r"|your|this)))|gets too much|no ?one left for me|go on in general",
        r"(?:one way|single),? (?:and )?(?:i )?(?:please,? )?(?:no return|i don'?t mean to come back"
        r"|i won'?t be coming back)|no more parcels after|shan'?t need|needn'?t ring",
        r"nobody (?:will have|has|would have) to (?:carry|look after|worry about|put up with) me"
        r"|calmer than i'?ve been|by (?:his|her|my) own (?:decision|hand)",
        r"be with (?:her|him|them) again|join (?:her|him|them) (?:soon|at last)|it'?s all right now"
        r"|all of me|delete me please|last supper for one",
        r"(?:left|leaving) (?:his|her) (?:wallet|ring|phone|keys|coat|shoes)[^.?!]{0,40}(?:and|on the)",
        r"have seen to that|put my papers|affairs (?:in order|this week)|heirs"
        r"|see to the cat[^?!]{0,60}won'?t be able|i shall leave no",
    ),
    "means": any_of(
        r"how (?:many|much)[^.?!]{0,50}(?:would it take|to stop a heart|stop a heart|would be (?:enough"
        r"|over)|at once|is (?:deadly|lethal|fatal))",
        r"(?:for (?:someone|somebody|a person|an adult)[^.?!]{0,20}|about|around) \d\d ?(?:kilos?"
        r"|kg)[^.?!]{0,40}(?:asking for me|$)|over quickly|ways? (?:that )?don'?t hurt",
        r"(?:rope|beam|hook)[^?!]{0,40}(?:hold|carry|take)[^?!]{0,20}\d\d ?(?:kg"
        r"|kilos?)[^?!]{0,30}(?:doesn'?t matter|looks? like|tonight|alone)",
        r"(?:window|balcony|door)[^.?!]{0,40}opens? (?:all the way|fully)"
        r"|high floor[^.?!]{0,30}window that opens|no luggage",
        r"(?:drop|fall)[^.?!]{0,40}(?:watched|enough|survive)|(?:patrol|guards?"
        r"|cameras?)[^.?!]{0,30}(?:bridge|platform|tower|cliff|summit|viaduct)",
        r"(?:train|one)[^?!]{0,60}(?:goes|go|comes|passes) (?:just |straight "
        r"|right )?through(?: \w+)?(?: fast|[^?!]{0,25}what time)|end of (?:the )?platform",
        r"(?:life (?:cover|insurance|policy)|pay out|policy|exclusions?"
        r"|would the wife)[^?!]{0,70}(?:not an accident|weren'?t an accident|wasn'?t an accident|himself"
        r"|takes? (?:his|her|my|their) (?:own )?life|still get it)",
        r"how long (?:before|till|until|does it take)[^?!]{0,25}(?:somebody|someone|anyone) (?:checks"
        r"|looks|notices|finds|comes in)|who clears it|(?:tenant|guest|candidate) dies (?:in|before)",
        r"i(?:'ve| have)? stopped (?:taking|eating)|don'?t eat any ?more|(?:eleven|ten|nine|twelve"
        r"|\d\d) days without (?:food|eating)|how few calories|i'?m at \d\d kilos",
        r"drop me at the (?:cliffs?|bridge|dam|quarry)|deep straight off"
        r"|one that (?:\w+ )?tells you which ways|engine (?:going|running) (?:again )?(?:in the"
        r"|and)[^?!]{0,30}(?:garage|warm)",
        r"(?:fumes|exhaust)[^?!]{0,30}garage|garage[^.?!]{0,20}with the engine|all of the (?:sleepy"
        r"|night) (?:syrup|drops)|months? of them at once|old gun|key of the cabinet",
    ),
    "watched": any_of(
        rf"(?:if|when|before|until|unless) {_HE}(?:'?s| is)? (?:finds?|found|sees?|thinks?|notices|hears"
        rf"|learns|knows|reads|gets?|comes?|back|released|home)\b[^.?!]{{0,60}}(?:what (?:he|she) did"
        rf"|last time|again|won'?t be (?:able|allowed)|not be able|hit|hurt|kill|go to work"
        rf"|out of the house|be allowed|left the house)",
        r"(?:last time|or else)[^.?!]{0,12} (?:i|she|we) (?:could not|couldn'?t|was not able|had to go to"
        r"|ended up|lost)|what (?:he|she) did last time|he'?ll do what he did",
        r"without (?:him|her|them|my husband|my wife|my partner|my uncle|the other one) (?:hearing"
        r"|knowing|seeing|noticing|getting|finding)[^.?!]{0,40}|without (?:my husband|my wife"
        r"|my partner)'?s? (?:card|phone|knowing)",
        rf"{_HE} (?:counts|times|checks|watches|reads|follows|tracks|keeps) (?:the minutes|my|me|it|every"
        rf"|all|where|how long|what)|he checks$|i'?m not allowed (?:out|to (?:have|leave|go|see|call|ring"
        rf"|talk|work))|not allowed to have (?:my|a)",
        r"if (?:a|any|some) (?:man|woman|guy|person|one) (?:rings?|calls?|asks"
        r"|comes)[^.?!]{0,60}(?:don'?t (?:know|say|tell)|say (?:you|that)|not here|never heard)",
        r"(?:say|tell (?:him|them|her)) (?:that )?you (?:don'?t|do not|have never) (?:know|heard of"
        r"|seen) (?:me|us)|so (?:that )?(?:he|she|they) (?:can'?t|cannot|doesn'?t|don'?t) find (?:me|us"
        r"|her)",
        r"(?:he|she|they) (?:knew|knows) (?:about (?:the|my|our) (?:new )?(?:flat|house|place|address"
        r"|number)|which bus|what mug|where (?:i|we|she|my)|the time)|outside each place"
        r"|waiting at the bend",
        r"not to come near|(?:got|gets|is|before he'?s) (?:let )?(?:out|released) (?:on|of prison|next"
        r"|last|this)|restraining order[^.?!]{0,60}(?:still|again|breaks?|ignor)",
        r"(?:from|in) the (?:bathroom|toilet|wardrobe|cellar|lobby computer)[^.?!]{0,40}(?:tap|lock\w*"
        r"|writing|screwdriver|whisper)|locked the bathroom|(?:hide|hidden"
        r"|quiet)[^.?!]{0,30}rang the shelter",
        r"need (?:a car|a room|to leave|somewhere|to get out)[^?!]{0,60}(?:before (?:he"
        r"|she)'?s? (?:is )?back|tonight without|no names?|without my (?:husband|partner))",
        r"police ever come|it'?ll be the last time|won'?t be (?:allowed|able to go)|nobody waiting up"
        r"|anybody'?s waiting up|comes? in while i sleep|sits on my bed|walks about at night"
        r"|ask me loudly",
        r"cost me (?:two|a|three) (?:teeth|tooth|rib)|what gets[^?!]{0,20}blood out|(?:bruises?"
        r"|marks?)[^.?!]{0,30}(?:covered|cover|hidden|not show)|knock really hard and ask for me"
        r"|he's next to me",
        r"(?:tow man|driver|man)[^?!]{0,80}(?:lights off|not the way|wrong way|into the wood|a short cut)"
        r"|at the knives when|doesn'?t want me to (?:talk|call|leave|see)|put the pillow"
        r"|she'?s only warm there",
    ),
    "secret": any_of(
        r"(?:it'?s|is|as|keep it|keep) (?:our|a|his) (?:little )?secret[^.?!]{0,60}(?:when|what|drive"
        r"|touch|room|happens|game)|our secret|secret what",
        r"(?:sends?|sent) me (?:pictures|photos|pics|videos)[^.?!]{0,40}(?:wants|asks|back|mine)"
        r"|send it to my (?:whole )?(?:year|school|class|parents)|come (?:to the station )?alone",
        r"(?:still|keeps?) (?:writes?|writing|texts?|messag\w+) (?:to )?(?:her|my daughter"
        r"|my son)[^?!]{0,60}(?:bus|school|meet|where)|isn'?t (?:her|his) (?:dad|mum|mother|father)"
        r"|picked my (?:daughter|son) up",
        r"(?:don'?t|do not|not) want to (?:go|be) home (?:before|when|with)|shows nobody his back"
        r"|sleeps in the (?:tool )?shed|(?:long sleeves|marks)[^?!]{0,80}(?:photograph|school)"
        r"|in another room, without",
    ),
    "coerced": any_of(
        r"(?:have|has|took|keeps?|kept|holds?|went into) (?:my|our|their|all our)? ?(?:passports?|papers"
        r"|aunt'?s bag)[^.?!]{0,60}(?:owe|work|out|say|can'?t|until|one way)|without the passport",
        r"work(?:ing)? off (?:what|the)|until it is paid|buys your paper|sleep in the (?:storeroom"
        r"|kitchen|factory)|took the sim|drive or don'?t come back",
        r"tickets?[^.?!]{0,60}one way for me|he asked me to find out|without (?:my uncle|my aunt"
        r"|them) (?:hearing|knowing)",
    ),
    "not_seen": any_of(
        r"hasn'?t (?:moved|stirred|answered|been seen|come out|come back|taken (?:her"
        r"|his))[^.?!]{0,30}(?:since|for|in|by)|no light now|chain on\b",
        r"milk in for|smell on the landing|(?:two|three|four|five|six) days[^.?!]{0,30}(?:smell|light on"
        r"|no answer|post is piling)|she'?s cold|he'?s cold|went round the point",
        r"no coat[^.?!]{0,60}(?:ring|wallet|phone)|went (?:up|out|in)[^.?!]{0,40}(?:no coat"
        r"|without (?:his|her) phone)|feel (?:rather |so )?sleepy myself|flame be orange",
    ),
    "many": any_of(
        r"(?:at|during) (?:assembly|the parade|mass|prayers)[^.?!]{0,60}(?:know his name|sorry|stay off"
        r"|stay away)|they'?d all be sorry|stay off (?:sick|school)|sender'?s blank"
        r"|addressed to the (?:mosque|synagogue|church|clinic)",
    ),
}

PLEASANT = any_of(
    r"present|gift|surprise|birthday|anniversary party|wedding|discount|voucher|holiday|retir(?:e|ing"
    r"|ement)|moving (?:abroad|house|out)|new (?:job|provider|owner)|sold the house|another provider",
    r"meetings?|on business|leaflet|poster|training|volunteer|play|theatre|novel|book",
)
"""Why the same words may be said in peace."""
