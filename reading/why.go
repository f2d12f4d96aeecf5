package reading

// Why says what became of a piece of a message, above all of a numeral: it counts, or why it does not.
type Why string

// What a numeral or a word was read as.
const (
	WhyNothing    Why = ""           // not used
	WhyFigure     Why = "figure"     // counts as a measure
	WhyClaim      Why = "claim"      // a rate the sender worked out: kept, never added
	WhySum        Why = "sum"        // the sum of figures already counted
	WhyDate       Why = "date"       //
	WhyTime       Why = "time"       // a time of day
	WhyLength     Why = "length"     // how long, how old, how far, which floor
	WhyOrdinal    Why = "ordinal"    // 第三期
	WhyName       Why = "name"       // part of a name, a title or a slogan
	WhyFixed      Why = "fixed"      // a word with a numeral that counts nothing: 三八, 两癌
	WhyDocument   Why = "document"   // the number of a paper
	WhyItem       Why = "item"       // the number of a list's item
	WhyIdentity   Why = "identity"   // a card, a telephone, a room
	WhyEach       Why = "each"       // an amount for one, no total
	WhyTarget     Why = "target"     // to be reached
	WhyPlan       Why = "plan"       // not done yet
	WhyAbsent     Why = "absent"     // who was not there, or need not have been
	WhyLimit      Why = "limit"      // at most, at least
	WhyOld        Why = "old"        // what a correction puts right
	WhyArticle    Why = "article"    // 一个, 一次 without a thing that is counted
	WhyFigurative Why = "figurative" // 百场, 万家
	WhyScope      Why = "scope"      // how many villages, classes, offices it reached
	WhyParty      Why = "party"      // who came to do it: 一行5人
	WhyCompare    Why = "compare"    // said of another time: 比上周多20人
	WhyBeside     Why = "beside"     // the same things again in another unit: 2批5人
	WhyZero       Why = "zero"       // nothing was done
	WhyActivity   Why = "activity"
	WhyArea       Why = "area"
	WhyVenue      Why = "venue"
	WhyWord       Why = "word"    // grammar: 共, 其中, 参加
	WhyUnknown    Why = "unknown" // a numeral nothing explains: the entry is not clear
)
