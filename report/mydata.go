package report

import "time"

// OwnData says what is kept about a person, for that person.
type OwnData struct {
	Name     string
	Telegram int64 // the id there
	Joined   time.Time
	Roles    []OwnRole // the oldest first; those that ended too

	Messages  int       // versions of messages, with the pieces of long ones
	Purged    int       // of them: the words are removed
	First     time.Time // when the first was sent; zero for none
	Reports   int
	Counted   int // of them
	Changes   int // that the person made, of whosever reports
	Photos    int // and other files that the messages brought
	Questions int // about numbers, as far as they are still kept
	Words     int // that the person taught
	Deeds     int // that are noted in the audit
}

// OwnRole is a role that a person has or had.
type OwnRole struct {
	Area         int64
	Role         string
	Since, Until time.Time // Until: zero, with no end
}

// OwnMessage is a version of a message that the person wrote.
type OwnMessage struct {
	At      time.Time
	Group   string // its title; empty for the private chat
	Words   string // masked
	Edited  bool
	Purged  bool
	Origin  string   // where it was forwarded from
	Masked  []string // the kinds of number that were masked
	Brought string   // the kind of picture or file that came with it; empty for none
}

// OwnChange is a revision that the person made of a report.
type OwnChange struct {
	Report, Rev   int64
	At            time.Time
	Why           string
	Before, After Report
}

// OwnDeed is something the person did that is noted in the audit.
type OwnDeed struct {
	At                      time.Time
	Action, Subject, Detail string
}
