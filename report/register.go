package report

import "time"

// RegisterRow is one line of the register (台账): a report as it stands, the words it came from, and what became of it.
type RegisterRow struct {
	Report    Report
	By        string    // the name of the member who reported it
	Told      time.Time // when the message that told it was sent
	Words     string    // that message, with the further pieces of a long one; numbers of people are masked in it
	Photos    int
	Files     int  // other files
	Revisions int  // after the first
	Late      bool // it was told after a digest of its day had gone out (补报)
}

// Rows gives the rows of a register one by one, and ends where it is told an error, which it gives back.
type Rows func(yield func(RegisterRow) error) error
