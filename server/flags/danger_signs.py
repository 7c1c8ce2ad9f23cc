"""The words of danger to life and limb, group by group, and the phrases that only borrow them. Pure.

Each needs a person who does or suffers it: "the chair is grey", "they broke my lamp" and "stopped moving" are
said of every delivery.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def any_of(*phrases: str) -> re.Pattern[str]:
    """Finds any of the phrases as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_CHILD = (
    r"(?:baby|child|children|kids?|toddler|boys?|girls?|son|daughter|twins|grandson|granddaughter"
    r"|little (?:one|boy|girl|brother|sister)|(?:\w+[- ])?years?[- ]olds?)"
)
_KIN = (
    r"(?:husband|wife|boyfriend|girlfriend|partner|ex|dad|father|mum|mom|mother|step(?:dad|father|mum"
    r"|mother|brother)"
    r"|uncle|aunt|brothers?|sister|cousin|flatmate|housemate|room-?mate|foreman|coach|trainer|teacher"
    r"|colleague"
    r"|neighbour|landlord|gran|nan|grandad|grandmother|grandfather|friend|mate)"
)
_PERSON = rf"(?:man|men|woman|women|guys?|bloke|stranger|lady|person|passenger|{_KIN}|{_CHILD})"
_ONE = (
    r"(?:he|she|they|someone|somebody"
    rf"|(?:a|an|the|this|that|some|my|our|your|his|her|old) (?:\w+ ){{0,2}}?{_PERSON})"
)
_SICK = rf"(?:he|she|(?:my|our|the|his|her|a|this) (?:\w+ ){{0,2}}?{_PERSON}(?: next to me)?)"
_ME = (
    rf"(?:me|us|him|her|my (?:\w+ )?(?:{_PERSON}|face|head|throat|arm)|the (?:{_CHILD})|a (?:boy|girl"
    rf"|child))"
)
_WILL = r"(?:'?ll|'d| will| would| is going to|'?s going to|'?s gonna)"
_KILL = r"(?:kill|stab|shoot|rape|strangle|drown|finish)"
_HIT = (
    r"(?:hits?|beats?(?: up)?|beaten|punche[sd]|kick(?:s|ed|ing)|choke[sd]|choking|strangle[sd]"
    r"|strangling|slap(?:s|ped)"
    r"|stabbed|attacked|assaulted|raped|molest(?:s|ed))"
)
_DOSE = (
    r"(?:(?:\w+ ){0,3}(?:tablets?|pills?|capsules?|packets?|box|boxes|paracetamol|insulin|painkillers"
    r"|sleeping|bleach)"
    r"|of (?:them|my|mum'?s|his|her|those|these))"
)
_MANY = r"(?:all|the whole|a whole|a handful|too many|every|\d{2,}|twenty|thirty|forty|fifty|sixty|the lot)"
_POISON = (
    r"(?:bleach|batter(?:y|ies)|magnets?|tablets?|pills|berries|lye|drain cleaner|cleaner|antifreeze"
    r"|poison)"
)

SIGNS: Mapping[str, re.Pattern[str]] = {
    "self_harm": any_of(
        r"(?:kill|hurt|harm|hang|shoot|drown|poison|cut|starve|burn)(?:ing|ed)? (?:my|him|her)self",
        r"(?:want(?:s|ed)?|wish(?:es)?|decided|planning|going|gonna|ready) to (?:just )?"
        r"(?:die|be dead|end (?:it all|my life|her life|his life)|not (?:wake up|be alive))",
        r"(?:end|ending|take|taking) (?:my|his|her) (?:own )?life|suicidal|(?:commit|attempt)(?:s|ted"
        r"|ting)? suicide",
        r"(?:don'?t|doesn'?t|do not|no longer) want to (?:be here any ?more|live any ?more|wake up"
        r"|be alive|exist|go on living)",
        r"(?:don'?t|doesn'?t|do not) want to live(?:[.,!]|$)|(?:no|any) (?:reason"
        r"|point)[^.?!]{0,12} (?:to live|living)",
        r"better off (?:without me|if i'?m (?:dead|gone)|dead)|thinking (?:about|of) (?:suicide"
        r"|ending my life)"
        r"|(?:lost|no) (?:the |my )?will to live",
        r"cutting (?:myself )?again|cut too deep|suicide (?:letter|note)|goodbye (?:letters?|notes?"
        r"|posts?)|(?:rope|noose) is (?:up|ready"
        r"|tied)",
        r"(?:going|walk(?:ing)?|step(?:ping)?|jump(?:ing)?) (?:in front of|under) (?:the"
        r"|a) (?:\w+ )?(?:train|lorry|truck|bus)",
        r"(?:standing|sitting) (?:\w+ )?on (?:the|your|a) (?:\w+ )?(?:ledge|roof|parapet|railings?)"
        r"|(?:he|she)(?:'s| is| says she is| says he is) going to jump|climbed over the (?:railing"
        r"|barrier)",
        rf"(?:i|i'?ve|she'?s|she|he'?s|he|have|has) (?:\w+ )?(?:took|taken"
        rf"|swallowed) (?:\w+ )?{_MANY} {_DOSE}",
        r"overdosed|t(?:aken|ook) an overdose|(?:pills|tablets)[^.?!]{0,40}going to take them"
        r"|blown the flame out",
        r"(?:won'?t|will not) live to see (?:tomorrow|the (?:morning|weekend))"
        r"|don'?t trust myself (?:tonight|with)",
    ),
    "violence": any_of(
        rf"{_ONE}(?:'?s| has| have| is|'?ve)? (?:just |really |always |again )?{_HIT} {_ME}"
        r"(?! (?:with a (?:fee|bill|charge)|out|off|up for|to it|of the|in the game))",
        r"(?:i'?ve been|i was|been|getting|is being|was) (?:\w+ )?(?:raped|stabbed|beaten|strangled"
        r"|kidnapped|abducted"
        r"|trafficked|molested|held hostage|held prisoner)(?! (?:by the (?:price|competition)))",
        rf"(?:going|gonna|wants|threaten(?:s|ed|ing)|tried|trying) to {_KILL} (?:me|us|her|him|my \w+"
        rf"|everyone|somebody)",
        rf"(?:says?|said|told [^.?!]{{1,20}}|swears?|wrote|shouting|threatens?)[^.?!]{{0,20}} (?:he|she"
        rf"|they){_WILL} "
        rf"(?:{_KILL}|burn|hurt|break my|beat|find me)",
        rf"{_ONE}(?:'?s| is| are)? (?:kick(?:ing|s)|breaking|smashing) (?:the|my|our) (?:\w+ )?(?:door"
        rf"|window)(?: down| in|,|$)",
        rf"{_ONE}(?:'?s| is)? break(?:ing|s) in(?:to (?:my|our|the) (?:house|flat|home))?(?: now"
        rf"| through|,|\.|$)"
        r"|(?:broke|broken|breaking|kicked) (?:down the|the|my|our) door (?:down|in)"
        r"|is breaking in through",
        r"(?:he|she|they|husband|wife|boyfriend|coach|dad|mum)(?:'s| has)? (?:broke|breaks|broken) (?:my"
        r"|his|her|\w+'s) "
        r"(?:finger|arm|nose|wrist|leg|jaw|rib|tooth)",
        r"(?:his|her) hands? (?:round|around|on) my (?:neck|throat)|by the (?:throat|hair)",
        r"(?:victim of|suffering|living with) (?:domestic|sexual|child) (?:abuse|violence)|scream(?:s"
        r"|ing) for help",
        rf"{_ONE}(?:'?s| has|'?s got| has got| is)? (?:waving|holding|pulled|drew|carrying|got|with)? ?"
        r"(?:a|the) (?:kitchen )?(?:knife|gun|machete|shotgun|rifle|pistol)(?= (?:and|in|at|to|asking"
        r"|outside|now)|[,.!]|$)",
        r"(?:man|men|guy|blokes?|someone|somebody) (?:\w+ )?with (?:a |an )?(?:\w+ )?(?:knife|knives"
        r"|guns?|bats|machetes?)",
        rf"{_PERSON}[^.?!]{{0,25}} (?:waving|holding|pulled|drew) (?:a|the) (?:\w+ )?(?:knife|gun"
        rf"|machete|axe|hammer)",
        r"(?:hold of|squeezed) my (?:neck|throat)|(?:dog|he|she) has my (?:arm|leg|throat)",
        r"gunman|active shooter|armed men|shots fired|there'?s a bomb|(?:put"
        r"|slipped) something in (?:her|my|his) (?:glass|drink)",
        r"(?:pull|drag|force)(?:s|ed|ing)? (?:me|her|him|my \w+|a (?:boy|girl|child)) into (?:his|a"
        r"|their) (?:car|van|house|flat)",
    ),
    "followed": any_of(
        rf"{_ONE}(?:'?s| is| are| was| has been| keeps)? (?:\w+ )?(?:following|stalking|chasing) (?:me"
        rf"|us|her)(?! (?:on|up))",
        rf"{_ONE}(?: has|'s)? follow(?:ed|s) (?:me|us|her) (?:\w+ ){{0,2}}?(?:home|from|into|onto|off)"
        rf"|my stalker|is stalking",
        r"(?:ex|husband|wife|boyfriend|stalker)(?:-\w+)?(?: has|'s)? (?:found|knows|traced"
        r"|tracked)[^.?!]{0,20}"
        r"(?:where (?:i|we) (?:live|work|moved|sleep)|me again|my new (?:address|flat|house))",
        r"(?:someone|somebody|a man|an? intruder|burglars?)(?:'s| is| are)? (?:\w+ )?(?:inside|in) (?:my"
        r"|our|the) "
        r"(?:house|flat|home|garden|cellar|kitchen|loft)(?= (?:now|and|right)|[,.!]|$)",
        r"(?:my )?ex(?:-\w+)?[^.?!]{0,60} is outside|tried the door (?:twice|again)|climbing (?:on|onto"
        r"|over) my balcony",
        r"(?:put|hid|placed|found) (?:a tracker|spyware|stalkerware) (?:on|in) my",
    ),
    "held": any_of(
        rf"(?:he|she|they|husband|boyfriend|brother|uncle|boss)(?:'?s| has| have)? (?:just )?lock(?:ed"
        rf"|s) {_ME} (?:in|up)",
        r"(?:he|she|they) keeps? (?:me|us|her|him|them) (?:locked|chained|inside|prisoner|tied)"
        r"|am being held (?:in|at|here)",
        r"(?:he|she|husband|boyfriend|driver|guard)[^.?!]{0,10} (?:won'?t|wont|will not|doesn'?t"
        r"|isn'?t) let(?:ting)? (?:me|us|her) "
        r"(?:out|go|leave)(?! (?:of (?:my|the|your) (?:contract|deal|plan)|back|for free))",
        r"(?:i'?m|i am|we'?re|we are|people are|someone is|(?:he|she)(?:'s| is)) (?:\w+ )?(?:trapped"
        r"|stuck) (?:in|inside|under) the "
        r"(?:lift|elevator|car|house|flat|fire|shaft|cellar|rubble|snow)",
        r"(?:i'?m|he'?s|she'?s|we'?re|is) pinned (?:under|beneath)|(?:hand|arm|fingers?|hair"
        r"|sleeve) (?:is |got )?caught in the (?:belt|machine|press)",
        r"close[sd]? me in (?:the )?house",
    ),
    "child": any_of(
        r"(?:he|she|uncle|coach|teacher|step\w+|dad|man|trainer)[^.?!]{0,25} (?:has been |keeps "
        r"|is )?touch(?:es|ing) (?:me|her|him|my (?:daughter|son|sister|brother))",
        r"touch(?:ed|es|ing) (?:her|him|me|my (?:daughter|son|child)) (?:there|under|between"
        r"|inappropriately|at night|in bed)",
        rf"(?:my|our) (?:\w+ )?{_CHILD}(?:'?s| has| is)? (?:been |gone )?(?:missing|abducted"
        rf"|kidnapped)(?! (?:from the|from my|on|out|a |the ))",
        r"(?:sexual|naked|nude) (?:photos?|pictures?|images|videos?) of (?:me|a child|my (?:daughter"
        r"|son))",
        rf"{_CHILD} (?:is|are) locked in(?:side)? (?:the|my) (?:car|bathroom|cellar|van)|shakes? (?:our"
        rf"|the|my) baby",
    ),
    "medical": any_of(
        r"(?:isn'?t|isnt|is not|not|stopped|'?s not|hardly|barely|no longer|can'?t|cannot|cant"
        r"|trouble) (?:\w+ )?breath(?:e|ing)"
        r"(?! (?:easy|a|room|space|new|through (?:it|the)))",
        rf"{_SICK}(?:'?s| has| is)? (?:just |not |n't )?(?:collapsed|unresponsive|unconscious|slumped"
        rf"|gone floppy|limp)",
        r"can'?t (?:wake|rouse) (?:her|him|them|my|mum|dad)|no pulse|lost consciousness|(?:isn'?t"
        r"|not) conscious",
        rf"{_SICK} (?:won'?t|isn'?t|is not|doesn'?t|will not) (?:wake|waking) up|(?:flatmate|dad|mum"
        rf"|mother|father|he|she) won'?t wake up",
        rf"{_SICK}(?:'?s| is)? choking(?! up)|(?:is|'s) having (?:a|an) (?:\w+ )?(?:seizure|fit|stroke"
        rf"|heart attack|allergic reaction|asthma attack)",
        r"(?:throat|tongue) (?:is |are |'s )?(?:swelling|closing|swollen)|(?:his|her|my"
        r"|the baby'?s) lips (?:are |have |turned |gone |going )+(?:\w+ )?(?:blue|grey|white)",
        rf"{_SICK}(?:'?s| has| is)? (?:gone|going|turned|turning) (?:blue|grey|purple)",
        r"(?:having )?chest pains?|pain in (?:my|his|her) chest|pressure across my chest",
        r"(?:so much|all this) blood|bleed(?:ing|s) (?:heavily|badly|out)|won'?t stop bleeding"
        r"|can see (?:the )?bone"
        r"|blood (?:is )?(?:coming|running|pouring)(?: out)? (?:of|from|out of) (?:my|his|her) (?:ears?"
        r"|mouth|head|eyes?|neck)",
        rf"(?:{_CHILD}|he|she)(?:'?s| has| just)? (?:just )?(?:swallowed|drank|drunk|ate"
        rf"|eaten) (?:\w+ ){{0,4}}?{_POISON}",
        r"call an ambulance|need an ambulance|waiting for the ambulance|send an ambulance"
        r"|you call (?:the )?police|call (?:999|911|112)",
        r"(?:i|i'?ve|i have|she'?s|he'?s|she|he|dad|mum) (?:fallen|fell)[^.?!]{0,50}(?:cannot|can'?t"
        r"|could not) get up",
        r"(?:my|his|her) face has dropped|one side of (?:my|his|her) face|face (?:is |has )?droop\w*"
        r"|slurring (?:his|her|my)"
        r"|anaphyla\w+|miscarrying|electrocuted",
        r"(?:been|got|was) (?:just )?(?:hit|run over) by a (?:car|bus|lorry|truck|train|tram"
        r"|van)(?= (?:now|outside|just)|[,.!]|$)",
        r"(?:skin|body|hands) (?:is|are) (?:all )?cold and|(?:isn'?t|not) waking up"
        r"|waters (?:have )?broken|contractions every",
    ),
    "disaster": any_of(
        r"taking on water|capsized|man overboard|mayday|(?:he|she|someone|somebody|friend)(?:'s"
        r"| is) drowning|went under and",
        r"(?:house|flat|kitchen|car|van|bus|tent|room|oven|heater|charger|roof|building|machine)(?:'s"
        r"| is|[^.?!]{0,20} is) (?:on fire|in flames)",
        r"there (?:are|is) (?:\w+ )?flames|full of smoke|smoke (?:is )?coming (?:out|from)",
        r"(?:can|i|we) smell gas|smells? of gas|gas leak|(?:barbecue|bbq|grill) in the (?:bedroom|tent)"
        r"|carbon monoxide alarm (?:is |has |keeps )?(?:going|gone|scream\w*|sound\w*)",
        r"car'?s on its roof|(?:we|i)(?:'ve| have)? hit a (?:cyclist|pedestrian|child)|water(?:'s"
        r"| is) (?:coming|pouring) in fast",
        r"(?:tipped|fell|fallen) (?:over )?onto? (?:my|the|our) (?:\w+ )?(?:son|daughter|boy|girl|baby"
        r"|child|husband|wife)"
        r"|driver is drunk|all over the road",
    ),
}

_LATE = r"(?:going to |gonna |literally |literally gonna )*"
IDIOMS = any_of(
    r"chok(?:ed|ing) (?:with|on|from) (?:laugh\w*|joy)|(?:drowning|sinking) in|smoke without fire",
    r"(?:dying|starving|freezing|bleeding|bored|scared|sick|worked|worried|tickled|laughed?|frozen"
    r"|starved)(?: \w+)? "
    r"to (?:death|see|know|hear|try|get|have)|dying of (?:stress|boredom|laughter|old age|curiosity"
    r"|heat)",
    r"(?:can'?t|couldn'?t|cannot) live without",
    r"\w+(?:'?s| is| are|was)? (?:literally )?(?:killing|murdering|slaughtering) (?:me|us)",
    r"(?:mum|mom|dad|boss|wife|husband|mother|she|he|miss \w+|sister|girlfriend|boyfriend)"
    rf"(?:'?s|'ll| will| is|'s gonna)? {_LATE}(?:kill|murder|strangle|slaughter|skin|shoot) me (?:if|when"
    rf"|for|over|alive)",
    r"to die for|die happy|over my dead body|die (?:of old age|in debt)|(?:wife|husband|mum"
    r"|boss) wanted to (?:kill|murder)",
    r"dead (?:tired|wrong|good|line|slow|looking|cute|easy|serious|gorgeous)|drop-dead"
    r"|i wanted to die by",
    r"(?:could|i'?d|i would|would) (?:have )?(?:kill(?:ed)?|murder(?:ed)?|die(?:d)?) (?:for|whoever|a"
    r"|over|my own)",
    r"(?:gonna|going to|will) kill someone|kill(?:ed)? it|near(?:ly)? (?:gave me )?a heart attack",
    r"(?:nearly|almost) (?:killed|died|gave|finished|murdered|strangled|ended|drowned)",
    r"(?:give|gives|gave|have|having) (?:me|him|her|us|you|a)?(?: \w+){0,2} (?:heart attack"
    r"|stroke)(?! (?:in|last|and))",
    r"(?:kill|shoot|bury|drown) me (?:now|please|with)|shoot me|kms|end it \(|early grave|death (?:warmed"
    r"|by)",
    r"lol|haha|lmao|jk|joking|kidding|figuratively|[😂🤣💀😅😄]",
    r"suicide[- ](?:prevention|forums?|bolt|squad|doors|watch list)|committing suicide on|bath bombs?"
    r"|the bomb",
    r"attack(?:ed|s)? (?:the|a) (?:\w+ )?(?:pizza|cake|level|castle|problem)|panic attack",
)
"""Everyday exaggeration and jest: beside these, words of danger mean none."""

ELSEWHERE = any_of(
    r"(?:in|since|of) (?:18|19|20)[0-2]\d|(?:\w+ )?years? (?:ago|back|now)|last (?:month|year)|long ago"
    r"|great-grand\w+",
    r"(?:app|router|phone|support|server|site|website|page|button|bot|chat|tracking|screen|computer"
    r"|parcel"
    r"|order|package|payment|transfer|money|it|shipment|status|team|seller|company|nobody)(?:'s| has"
    r"| have)? (?:\w+ )?"
    r"(?:doesn'?t|does not|don'?t|isn'?t|hasn'?t|not|won'?t|stopped|never) (?:respond|answer|mov"
    r"|react)\w*",
    r"cards?[^.?!]{0,15} trapped|trapped (?:card|money|funds)|trapped in (?:the|an) atm",
    r"course|training|leaflet|workshop|drill|first aid|research|writing (?:up|on|about)|book|novel"
    r"|paperback",
    r"film|exhibit\w*|museum|history|song|band|nothing (?:serious|happened)|just toast"
    r"|by mistake in my pocket",
    r"just checking|nobody(?:'s| is) (?:hurt|eaten)|everyone(?:'s| is)? (?:safe|fine|ok)|all (?:good|fine"
    r"|well)",
    r"s?he'?s fine(?!,? (?:but|he says|she says))|what happens if someone",
    r"if a (?:child|guest|customer|toddler|passenger|person)|do(?:es)? (?:you|your"
    r"|the) [^?]{0,40}(?:drills?"
    r"|defibrillator|lifesaver)",
)
"""Told of as long past, studied or dealt with: no danger now."""
