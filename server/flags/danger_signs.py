"""The words of danger to life and limb, group by group, and the phrases that only borrow them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping


def any_of(*phrases: str) -> re.Pattern[str]:
    """Finds any of the phrases as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


_STEP = r"step(?:dad|father|mum|mother|brother)"
_KIN = (
    rf"(?:husband|wife|boyfriend|girlfriend|partner|ex|dad|father|mum|mom|mother|{_STEP}|uncle|aunt"
    rf"|brothers?"
    r"|sister|cousin|grandson|flatmate|housemate|room-?mate|boss|foreman|coach|trainer|tutor|teacher"
    r"|neighbours?"
    r"|landlord|driver|tenant|son|daughter)"
)
_CHILD = (
    r"(?:baby|child|children|kids?|toddler|boy|girl|lad|son|daughter|twins|grandson|granddaughter"
    r"|little (?:one|boy|girl|brother|sister)|two-year-olds?)"
)
_PERSON = (
    rf"(?:man|men|woman|women|guys?|bloke|fella|lads?|stranger|person|lady|friend|mate|gran|nan|grandad"
    rf"|{_KIN}"
    rf"|{_CHILD})"
)
_DET = r"(?:a|an|the|this|that|some|two|my|our|your|his|her|one of the)"
_SOMEBODY = rf"(?:he|she|they|someone|somebody|{_DET} (?:\w+ ){{0,3}}?{_PERSON})"
_THING = r"(?:car|van|bike|mirror|fence|card|account|screen|order|parcel|wallet)"
_ME = rf"(?:me|us|him|her|them|my (?!{_THING})\w+|the (?:{_CHILD})|a (?:boy|girl|child))"
_ANYONE = rf"(?:{_ME}|every(?:one|body)|someone|somebody)"
_BE = r"(?:'?s|'?re|'?m| is| are| am| was| were| has been| have been|'ve been)"
_WEAPON = r"(?:knife|gun|blade|machete|hammer|axe|shotgun|rifle|pistol|crowbar|petrol|acid|belt)"
_FACE = r"(?:face|throat|tongue|lips?|mouth|eyes)"
_NOT = (
    r"(?:not|\w+n't|never|stopped|hardly|barely|no longer|cannot|cant|isnt|wont|wouldnt|doesnt|trouble"
    r"|struggl\w+)"
)
_MANY = (
    r"(?:all|whole|handful|too many|every|\d{2,}|twenty|thirty|forty|fifty|sixty|the lot|a month of"
    r"|both doses)"
)
_DOSE = (
    r"(?:(?:\w+ ){0,3}(?:tablets?|pills?|capsules?|packs?|packets?|box|boxes|bottles?|doses?|paracetamol"
    r"|ibuprofen|insulin"
    r"|painkillers|sleeping|bleach|lye|vodka)|of (?:them|it|my|mum'?s|the|his|her|those|these))"
)
_WILL = r"(?:'?ll|'d|will|would|gonna|going to)"
_HIT = (
    r"(?:hits?|beats?(?: up)?|beaten|punche[sd]|kick(?:s|ed|ing)|choke[sd]|strangle[sd]|burn(?:s|ed)"
    r"|slap(?:s|ped)"
    r"|stabbed|attack(?:s|ed)|hurts?|assaulted|raped|molested|drag(?:s|ged)|rammed|shakes|shook|bites?"
    r"|grabbed"
    r"|threatens?|threatened|broken?)"
)
_KILL = r"(?:kill|stab|shoot|rape|strangle|burn|hurt|beat|drown)"

SIGNS: Mapping[str, re.Pattern[str]] = {
    "self_harm": any_of(
        r"(?:kill|hurt|harm|hang|hanged|hung|shoot|shot|drown|poison|cut|starve|burn)(?:ing|ed)? "
        r"(?:my|him|her|your|them)sel(?:f|ves)",
        r"(?:want(?:s|ed)?|wish(?:es)?|decided|plan(?:s|ning)?|going|gonna|about|ready|trying"
        r"|tried) to (?:just )?"
        r"(?:die|be dead|end (?:it(?: all)?|my life|her life|his life|everything)"
        r"|not (?:be here|wake up|exist|be alive))",
        r"(?:end|ending|take|taking|took|taken) (?:my|his|her|their|our) (?:own )?lives?",
        r"suicidal(?! thoughts as)|(?:commit|attempt)(?:s|ted|ting)? suicide",
        r"(?:don'?t|doesn'?t|do not|no longer) want to (?:be here|live(?! (?:with|in|on|near|next))"
        r"|wake up|be alive|exist|go on)",
        r"(?:no|any|isn't a|can't see a|see no) (?:reason|point|sense)[^.?!]{0,25}"
        r"(?:to live|living|to go on|going on|being here|to be here)",
        r"better off (?:without me|if i'?m (?:dead|gone)|dead)|(?:if|when) i'?m dead(?! (?:tired|wrong))",
        r"(?:i'?ve|i have|i|started|been) (?:\w+ )?cutting again|cut too deep",
        r"don'?t trust (?:myself|my (?:own )?hands)|in my hand and i don'?t",
        r"(?:goodbye|suicide|farewell) (?:letters?|notes?|messages?|posts?)|sa(?:y|id|ying) (?:bye"
        r"|goodbye) to everyone",
        r"(?:rope|noose) (?:is|'?s) (?:up|ready|tied)|holding a rope|tied [^.?!]{0,20}round my (?:neck"
        r"|waist)",
        r"(?:going|walk(?:ing)?|step(?:ping)?|jump(?:ing)?) (?:in front of|under) (?:the|a) (?:\w+ )?"
        r"(?:train|lorry|truck|bus)",
        r"(?:i'?m|i am|he'?s|she'?s|is|standing|sitting|right) (?:\w+ )?on (?:the|your|a) (?:\w+ )?"
        r"(?:ledge|edge|roof|parapet|railings?)|on your (?:\w+ )?bridge",
        r"(?:i have|i've|he's|she's) climbed over|past the (?:fence|barrier|railing)|window open on the"
        r"|going out of it",
        rf"(?:i|i'?ve|she'?s|she|he'?s|he|had|have|has) (?:\w+ )?(?:took|taken|swallowed|drunk) "
        rf"(?:\w+ ){{0,3}}?{_MANY} {_DOSE}",
        r"overdos(?:ed|ing)(?! first)|t(?:aken|ook) an overdose|took something|lined up next to"
        r"|on purpose and",
        r"(?:won'?t|wont|will not|not going to) (?:see|live to see|wake up) (?:tomorrow|the (?:morning"
        r"|weekend))",
        r"going to do it (?:to-?night|today|this|on|now|once|when|after)|make it look like an accident",
        r"turned it on and blown|towels (?:along|under|against) the door|barricaded",
        r"(?:stopped|skipped|thrown away) (?:\w+ ){0,2}(?:insulin|injections|heart tablets)",
    ),
    "violence": any_of(
        rf"{_SOMEBODY}(?:'?s| has| have|'?ve)? (?:just |really |always |again )?{_HIT} {_ME}"
        r"(?! (?:with a (?:fee|bill|charge)|out|off|up for|to it|of the))",
        r"(?:been|being|was|were|got|getting|'?m|am|is) (?:\w+ )?(?:raped|stabbed|beaten|strangled"
        r"|kidnapped"
        r"|abducted|trafficked|molested|held hostage|held prisoner)",
        rf"(?:going|gonna|wants|threaten(?:s|ed|ing)|tried|trying) to {_KILL} {_ANYONE}",
        rf"(?:says?|said|told [^.?!]{{1,20}}|swears?|wrote|texts?|threat\w+) [^.?!]{{0,30}}{_WILL} "
        rf"(?:{_KILL}|find|break|smash|choke|come to)",
        r"kick(?:ing|s|ed) (?:the|my|our) (?:\w+ )?door|break(?:ing)? (?:down|in)(?: the door)?(?: now)?",
        r"(?:broke|broken|breaking|kicked|smash(?:ing|ed)) (?:down )?(?:the|our|my) (?:\w+ )?(?:door"
        r"|window)|hitting the glass|in masks|with bars|they burn it",
        r"break (?:my|his|her|our) (?:legs?|arms?|fingers?|neck)|(?:broke|broken) my (?:wrist|arm|nose"
        r"|jaw|finger"
        r"|rib|leg|tooth)|hand through the (?:door|wall)",
        r"(?:hands? (?:round|around)|hold of) my (?:neck|throat)|by the (?:throat|hair)|bruises on my",
        r"kicking (?:a|my|the) (?:boy|girl|man|kid|brother)|(?:slipped|put) something in (?:her|my"
        r"|his) (?:glass|drink)",
        r"(?:reporting|suffering|victim of|living with) (?:domestic|sexual|child) (?:abuse|violence)",
        rf"{_SOMEBODY}(?:'?s|'ve)? (?:has|have|had|got|with|holding|pull(?:s|ed)|waving|carrying|takes"
        rf"|took|drew|brought)"
        rf" (?:a|an|the|his|out a)(?: \w+)? {_WEAPON}(?! (?:block|set|sharpener|rack|cleaning))",
        rf"(?:holding|pulled|waving|got) (?:a|one of your|his) {_WEAPON}|i've got one of your",
        rf"{_PERSON} [^.?!]{{0,30}}(?:gun|knife|blade|hammer|machete|bomb|rope)|husband's shotgun",
        r"gunman|shooter|armed men|shots (?:fired|outside)|there'?s a bomb|a bomb in|with petrol"
        r"|bottles that are on fire",
        r"dog has my|(?:his|a|the) dog (?:is|'?s) (?:attacking|biting)",
    ),
    "followed": any_of(
        rf"{_BE} (?:\w+ )?(?:following|stalking|tracking|watching|chasing) (?:me|us|her|my)",
        r"follow(?:ed|s) (?:me|us|her) (?:\w+ ){0,3}?(?:home|from|to|again|everywhere|into|onto|off)",
        r"stalks?|stalked|stalker|still behind me|wait(?:ing|s)? for me after|waits? (?:outside"
        r"|at the (?:stop|gate))",
        r"(?:he|she|they|ex|man)(?:'?s| is| are)? (?:\w+ )?(?:outside|on my balcony|at the door|climbing"
        r"|in (?:the|my) (?:house|wardrobe|garden|room)|trying (?:the )?doors)",
        r"(?:finds?|found|track(?:s|ed)?|traced) (?:me|us) (?:again|every|each|here|anyway|even)",
        r"knows? where (?:i|we) (?:live|moved)|(?:can|could|he|she) sees? where i",
        r"my (?:abusive|violent|ex)\b[^.?!]{0,40}(?:found|knows|app|location|address)",
        r"one of them is still in|broke in while|(?:tracker|tracking|spy|stalker)(?:ware)? (?:app )?on my"
        r"(?! (?:order|package|parcel|delivery|shipment))",
        r"posting [^.?!]{0,20}(?:front door|address|my house)|(?:got|has|posted) my address",
        r"you sent won'?t leave|won'?t leave[^.?!]{0,40}on my own",
    ),
    "held": any_of(
        rf"lock(?:ed|s|ing)? (?:{_ME}|the (?:kids|container|baby)|myself|up with me)(?: \w+)? ?"
        r"(?:in(?:side)?|up|at night|and|$)",
        r"(?:he|she|they|husband|driver|doors?)[^.?!]{0,20}(?:won'?t|wont|doesn'?t|not|isn'?t"
        r"|never) let(?:ting)? "
        r"(?:me|us|her|him) ?(?:out|go|leave|off|eat|sleep)|locked the doors|clos(?:ed?|es) me in",
        r"(?:has|have|had|took|takes|taken|keeps?|hold|holds|hides?) (?:my|our|her|his|all|away my)? ?"
        r"(?:card, my phone|passports?|papers until|door handles?)",
        r"we can'?t get out|can'?t move my legs|banging from inside|left (?:her|me|us) in (?:there"
        r"|here) without",
        r"trapped(?! in (?:a|your|the|this) (?:\w+ )?(?:contract|loop|menu|queue|plan))",
        r"pinned (?:from|under|by|to|at)|caught (?:at|in) the (?:coupling|machine|belt|press)",
        r"stuck in the (?:lift|elevator|shaft|mud)|won'?t let go of (?:her|his|my)",
        r"made? (?:me|us|her) marry|making me marry|debt grows|work(?:ing)? off the debt",
    ),
    "child": any_of(
        rf"(?:touch(?:ed|es|ing)|kiss(?:ed|es)|undress\w*) (?:me|her private|him down|my (?:{_CHILD}"
        rf"|sister|brother"
        r"|private))",
        r"hands where (?:he|she) shouldn'?t|inappropriately|(?:our|their|a) secret game|not my (?:dad|mum)",
        rf"(?:my|the|our) (?:\w+ )?{_CHILD}(?:'?s| has| is)? (?:been )?(?:gone|missing|taken|lost since)",
        r"(?:sexual|naked|nude|intimate) (?:photos?|pictures?|images|videos?) of (?:me|a child|my)"
        r"|pictures of me",
        rf"{_CHILD} (?:is|'?s) (?:alone|locked|inside)|child inside|shakes? (?:our|the|my) baby"
        rf"|locked the baby",
    ),
    "medical": any_of(
        rf"{_NOT} (?:\w+ )?(?:breath(?:e|ing)?|swallow|responding|answer(?:ing)? (?:me|us|any more)"
        r"|wak(?:e|ing)(?: (?:her|him|up|them))?)(?! (?:easy|a sigh))|can'?t swallow|swallow right",
        r"breath(?:ing)? (?:funny|fast|badly|strange)|get air past",
        r"(?:isn'?t|isnt|not|stopped|no longer) (?:answering|moving|breathing|responding|conscious"
        r"|crying any)"
        r"(?! (?:my|the|your|emails?|house|mails?|until|to))",
        r"can'?t (?:wake|rouse|find (?:a|the|her|his) pulse)|no pulse|got a pulse|unresponsive"
        r"|unconscious|passed out",
        r"(?:has|'?s|have|just|he|she) (?:just )?collapsed|slumped|floppy|on the floor,? (?:he|she|not"
        r"|and)|face down",
        r"(?:is|'?s|was) (?:\w+ )?choking|(?:having|had|has) a (?:seizure|fit|stroke)|(?:she|he)'?s fitting"
        r"|fitting on (?:the|his|her) (?:carpet|floor|bed)|foam (?:at|round|on)",
        rf"{_FACE} (?:are |is |was |has |have |sort of |all )*(?:\w+ )?(?:swell\w*|swollen|closing"
        rf"|gone blue"
        r"|going blue|blue|grey|tight\w*|dropped|burning)",
        r"(?:gone|going|turned|turning|is|'?s) (?:\w+ )?(?:grey|gray|blue|purple)(?: (?:round|and|in)"
        r"|[,.!]|$)",
        r"pen(?:'s| is| hasn'?t| has not|) (?:empty|done|not|hasn)|there'?s no pen|got my pen"
        r"|(?:used|need) (?:the|her|his|my) (?:epi-?)?pen",
        r"chest (?:pain|pressure|tight\w*|crushed)|pain in (?:my|his|her) chest|pressure across my chest",
        r"(?:so much|spurting|pumping|all this) (?:blood|bleeding)|bleed(?:ing|s) (?:heavily|badly|out)"
        r"|won'?t stop bleeding|pumping out|can see bone|there was blood|i'?m bleeding(?! money)",
        r"(?:thumb|finger|hand|foot)(?:'?s)? (?:its |is )?(?:clean )?off|glass is in (?:my|his|her)"
        r"|tablets gone",
        rf"(?:{_CHILD}|he|she)(?:'?s| has)? (?:\w+ )?(?:swallowed|drank|drunk|eaten|ate|got into"
        rf"|had) [^.?!]{{0,30}}"
        r"(?:bleach|battery|magnets?|tablets?|pills|berries|lye|cleaner|brownies|hazelnut|nuts?)",
        r"ambulance (?:is|on|now|please)|waiting for the ambulance|call (?:an ambulance|999|911|112"
        r"|the police)"
        r"|you call police",
        r"(?:i'?ve|i have|she'?s|he'?s|dad'?s|mum'?s|gran'?s) (?:fallen"
        r"|been on the (?:\w+ )?floor)[^.?!]{0,40}"
        r"(?:since|can'?t|hours|floor|water)|flat on (?:her|his) (?:\w+ )?floor",
        r"(?:scalp|face|skin|eyes?|mouth) (?:is|are|'?s) (?:on fire|burning|blistering)|in his eyes"
        r"|swelled? (?:right )?under the tongue|heart'?s going funny",
        r"asthma attack|anaphyla\w+|diabetic and|miscarrying|going into labour|waters (?:have )?broken",
    ),
    "disaster": any_of(
        r"taking (?:on )?water|capsized|man overboard|gone over the (?:rail|side)|under the hull"
        r"|going under|mayday"
        r"|(?:she|he|someone)'?s drowning",
        r"(?:bottom|end) of the (?:deep end|pool)|slipping under|river'?s at|water'?s (?:at|up to) the",
        r"(?:is|are|house|flat|kitchen|car|van|bonnet)(?:'?s)? (?:on fire(?! sale)|in flames|smoking)"
        r"|there (?:are|is) (?:\w+ )?flames|full of smoke|smoke in",
        r"smell (?:of )?gas|gas leak|(?:barbecue|bbq|grill) in the (?:bedroom|room|house|tent)",
        r"(?:headaches?|dizzy|sleepy|rouse)[^.?!]{0,60}(?:alarm|boiler|smell|gas|orange|asleep)",
        r"ceiling'?s down|(?:came|come|fallen|fell|tipped|dropped) (?:down |over )?on(?:to)? (?:my|a|the"
        r"|our) (?:\w+ )?"
        r"(?:son|daughter|leg|boy|girl|man|deckhand|bed)|tipped onto|forced off (?:the )?road",
        r"car'?s on its roof|lorry'?s clipped|hit a (?:cyclist|pedestrian|child)|level crossing",
        r"hanging (?:off|out of)|nobody (?:is|'?s) coming|send (?:somebody|someone"
        r"|help)(?: out)? (?:to the|now)"
        r"|no one at the front|cant feel my feet|cable'?s arcing",
    ),
}

_LATE = r"(?:going to |gonna |literally |literally gonna )*"
IDIOMS = any_of(
    r"(?:dying|starving|freezing|bleeding|bored|scared|sick|worked|worried|tickled|laughed?|frozen"
    r"|starved)(?: \w+)? "
    r"to (?:death|see|know|hear|try|get|have)|dying of (?:stress|boredom|laughter|old age|curiosity|heat)",
    r"(?:can'?t|couldn'?t|cannot) live without",
    r"\w+(?:'?s| is| are|was)? (?:literally )?(?:killing|murdering|slaughtering) (?:me|us)",
    r"(?:mum|mom|dad|boss|wife|husband|mother|she|he|miss \w+|sister|girlfriend|boyfriend)"
    rf"(?:'?s|'ll| will| is|'s gonna)? {_LATE}(?:kill|murder|strangle|slaughter|skin|shoot) me (?:if|when"
    rf"|for|over|alive)",
    r"to die for|die happy|over my dead body|die (?:of old age|in debt)|(?:wife|husband|mum"
    r"|boss) wanted to (?:kill|murder)",
    r"dead (?:tired|wrong|good|line|slow|looking|cute|easy|serious|gorgeous)|drop-dead|i wanted to die by",
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
    r"(?:app|router|phone|support|server|site|website|page|button|bot|chat|tracking|screen|computer|parcel"
    r"|order|package|payment|transfer|money|it|shipment|status|team|seller|company|nobody)(?:'s| has"
    r"| have)? (?:\w+ )?"
    r"(?:doesn'?t|does not|don'?t|isn'?t|hasn'?t|not|won'?t|stopped|never) (?:respond|answer|mov|react)\w*",
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

CALM = any_of(
    r"died|passed(?: away)?|(?:my|her|his|our) late \w+|widow\w*|funeral|estate|hospice|since (?:my|our"
    r"|his|her)"
    r" \w+ (?:died|left|went)|lost (?:my|our|her|his) (?:wife|husband|baby|mother|mum|father|dad|son"
    r"|daughter)",
    r"cancer|dementia|diagnos\w+|chemo\w*|operation|recover\w*|discharged|in hospital|pregnant|miscarried"
    r"|depression|signed off|since the (?:stroke|divorce|accident|fall)|put to sleep",
    r"called back|recall(?:ed)?|warranty|guarantee|parcel shop|last christmas|in time for|newsletter",
    r"took (?:his|her) own life (?:last|in|two|three|years)|used to|moving (?:abroad|house|out)"
    r"|with this problem",
)
"""Distress, age or illness told calmly: a person needs care, and is seldom in danger now."""
