// Package store keeps everything Huibao knows in SQL.
package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"huibao/report"
)

var errSoon = errors.New("store: not there yet")

// Errors, matched with errors.Is.
var (
	ErrNotFound    = errors.New("not found")
	ErrStale       = errors.New("the report was changed meanwhile")
	ErrLocked      = errors.New("another bot uses this database")
	ErrNewerSchema = errors.New("the database belongs to a newer version")
	ErrUnavailable = errors.New("the database is unavailable")
	ErrInvite      = errors.New("the invitation cannot be used")
	ErrAlreadyRun  = errors.New("the job ran for this period already")
	ErrCatalogue   = errors.New("the catalogue cannot replace the present one")
)

type Options struct {
	Now      func() time.Time
	Location *time.Location
	Log      *slog.Logger
}

type DB struct{}

func Open(ctx context.Context, path string, o Options) (*DB, error)       { return nil, errSoon }
func OpenBeside(ctx context.Context, path string, o Options) (*DB, error) { return nil, errSoon }
func (db *DB) Close() error                                               { return nil }

// Inbox and Outbox give a channel that is closed at the next commit that added to the inbox or outbox. Take it before looking.
func (db *DB) Inbox() <-chan struct{}                                   { return nil }
func (db *DB) Outbox() <-chan struct{}                                  { return nil }
func (db *DB) Read(ctx context.Context, f func(*View) error) error      { return errSoon }
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error       { return errSoon }
func (db *DB) Verify(ctx context.Context) ([]string, error)             { return nil, errSoon }
func (db *DB) BackupTo(ctx context.Context, file string) error          { return errSoon }
func (db *DB) Receive(ctx context.Context, u []Update) (int, error)     { return 0, errSoon }
func (db *DB) PruneInbox(ctx context.Context, t time.Time) (int, error) { return 0, errSoon }
func (db *DB) Process(ctx context.Context, limit int, handle func(*Tx, InboxRow) error, dead func(*Tx, InboxRow, error) error) (int, error) {
	return 0, errSoon
}
func (db *DB) Undelivered(ctx context.Context, afterSeq int64, limit int) ([]Delivery, error) {
	return nil, errSoon
}
func (db *DB) Record(ctx context.Context, o []Outcome) error { return errSoon }

type View struct{}

// Tx embeds View: whatever can be read can be read inside a transaction.
type Tx struct{ View }

func (v *View) Now() time.Time { return time.Time{} }

type Update struct {
	ID   int64
	Chat int64
	Body []byte
	Bad  string
}

type InboxRow struct {
	Seq, UpdateID, Chat int64
	Body                []byte
	At                  time.Time
}

type InboxCounts struct {
	Waiting, Dead int
	Oldest        time.Time
}

func (v *View) InboxCounts() (InboxCounts, error) { return InboxCounts{}, errSoon }

type ChatState string

const (
	ChatActive   ChatState = "active"
	ChatBlocked  ChatState = "blocked"
	ChatMigrated ChatState = "migrated"
)

type Chat struct {
	ID, TgID    int64
	Kind, Title string
	State       ChatState
	Area        int64
	Digests     bool
}

func (tx *Tx) Chat(tgID int64, kind, title string) (Chat, error) { return Chat{}, errSoon }
func (v *View) ChatByID(id int64) (Chat, error)                  { return Chat{}, errSoon }
func (v *View) ChatByTg(tgID int64) (Chat, bool, error)          { return Chat{}, false, errSoon }
func (v *View) DigestChats(area int64) ([]Chat, error)           { return nil, errSoon }
func (tx *Tx) BindChat(id, area int64, digests bool) error       { return errSoon }
func (tx *Tx) SetChatState(id int64, state ChatState) error      { return errSoon }
func (tx *Tx) MigrateChat(oldTg, newTg int64) error              { return errSoon }

type Message struct {
	ID, Chat, TgMessage, Version int64
	Member                       int64
	Sent                         time.Time
	Text, Origin                 string
	Reading                      []byte
	Engine                       string
}

func (tx *Tx) AddMessage(m Message) (id int64, fresh bool, err error)    { return 0, false, errSoon }
func (v *View) MessageVersions(chat, tgMessage int64) ([]Message, error) { return nil, errSoon }
func (v *View) MessageByID(id int64) (Message, error)                    { return Message{}, errSoon }
func (tx *Tx) SetReading(id int64, reading []byte, engine string) error  { return errSoon }

type Change struct {
	By, Message int64
	Why         string
}

func (tx *Tx) File(r report.Report, c Change) (report.Report, error)      { return r, errSoon }
func (tx *Tx) Revise(next report.Report, c Change) (report.Report, error) { return next, errSoon }
func (v *View) Report(id int64) (report.Report, error)                    { return report.Report{}, errSoon }
func (v *View) ReportsOfMessage(messageIDs ...int64) ([]report.Report, error) {
	return nil, errSoon
}
func (v *View) ReportsOfTelegramMessage(chat, tgMessage int64) ([]report.Report, error) {
	return nil, errSoon
}

type ReportFilter struct {
	Within   int64
	By       int64
	Period   *report.Period
	Activity string
	States   []report.State
	Before   int64
	Limit    int
}

func (v *View) Reports(f ReportFilter) ([]report.Report, error) { return nil, errSoon }

type Revision struct {
	Rev         int
	At          time.Time
	By, Message int64
	Why         string
	Report      report.Report
}

func (v *View) Revisions(id int64) ([]Revision, error) { return nil, errSoon }
func (v *View) Facts(after int64, yield func(seq int64, at time.Time, f report.Fact) error) error {
	return errSoon
}
func (v *View) LedgerPosition() (int64, error) { return 0, errSoon }
func (v *View) Tally(area int64, p report.Period, g report.Grouping) ([]report.Tally, error) {
	return nil, errSoon
}
func (v *View) Summary(area int64, p report.Period, today report.Day) (report.Summary, error) {
	return report.Summary{}, errSoon
}

type Question struct {
	ID, Chat, Member, Report int64
	Rev                      int
	Field                    string
	Options                  []byte
	At, Expires              time.Time
}

func (tx *Tx) Ask(q Question) (int64, error) { return 0, errSoon }
func (v *View) OpenQuestion(chat, member int64) (Question, bool, error) {
	return Question{}, false, errSoon
}
func (v *View) QuestionByID(id int64) (Question, error) { return Question{}, errSoon }
func (tx *Tx) Answer(id int64, answer string) error     { return errSoon }
func (tx *Tx) ExpireQuestions() (int, error)            { return 0, errSoon }

type Role string

const (
	Cadre      Role = "cadre"
	Supervisor Role = "supervisor"
	Admin      Role = "admin"
)

type Membership struct {
	Area         int64
	Role         Role
	Since, Until time.Time
}

type Member struct {
	ID, TgUser  int64
	Name        string
	Joined      time.Time
	Memberships []Membership
}

type Diff struct {
	Added, Changed, Unchanged int
	Lines                     []string
}

func (v *View) MemberByTelegram(tgUser int64) (Member, bool, error) { return Member{}, false, errSoon }
func (v *View) Member(id int64) (Member, error)                     { return Member{}, errSoon }
func (v *View) Members() ([]Member, error)                          { return nil, errSoon }
func (v *View) MembersWith(role Role, area int64) ([]Member, error) { return nil, errSoon }
func (tx *Tx) Invite(role Role, area int64, by int64, expires time.Time) (code string, err error) {
	return "", errSoon
}
func (tx *Tx) Redeem(code string, tgUser int64, name string) (Member, error) {
	return Member{}, errSoon
}
func (tx *Tx) ImportMembers(rows []report.MemberRow) (Diff, error) { return Diff{}, errSoon }
func (tx *Tx) ImportAreas(rows []report.Area) (Diff, error)        { return Diff{}, errSoon }
func (tx *Tx) SetNames(names []report.Name) error                  { return errSoon }
func (tx *Tx) SetVenues(venues []report.Venue) error               { return errSoon }
func (tx *Tx) Revoke(member, area int64, role Role) error          { return errSoon }
func (v *View) Areas() (*report.Areas, error)                      { return nil, errSoon }
func (v *View) Catalogue() (*report.Catalogue, error)              { return nil, errSoon }

// Reference gives catalogue, areas, names and venues: the same pointer until one of them changes.
func (v *View) Reference() (*report.Reference, error)                   { return nil, errSoon }
func (tx *Tx) SetCatalogue(file string, body []byte) error              { return errSoon }
func (tx *Tx) Audit(member int64, action, subject, detail string) error { return errSoon }

type Outgoing struct {
	Chat               int64
	Method             string
	Body               []byte
	Dedupe, EditKey    string
	NotBefore, Expires time.Time
}

func (tx *Tx) Enqueue(o Outgoing) (seq int64, err error) { return 0, errSoon }

type Delivery struct {
	Seq, Chat, TgChat  int64
	Method             string
	Body               []byte
	EditKey            string
	Attempts           int
	NotBefore, Expires time.Time
}

func (v *View) SentMessage(chat int64, editKey string) (tgMessage int64, ok bool, err error) {
	return 0, false, errSoon
}

type Outcome struct {
	Seq       int64
	Sent      bool
	TgMessage int64
	Retry     time.Time
	Failed    string
}

type RunState string

const (
	RunDone    RunState = "done"
	RunSkipped RunState = "skipped"
	RunFailed  RunState = "failed"
)

type Run struct {
	Job, Period string
	Due         time.Time
	State       RunState
	At          time.Time
	Note        string
}

func (v *View) Runs(job string) ([]Run, error)        { return nil, errSoon }
func (v *View) LastRun(job string) (Run, bool, error) { return Run{}, false, errSoon }
func (tx *Tx) RecordRun(r Run) error                  { return errSoon }

type Publication struct {
	ID       int64
	Kind     string
	Area     int64
	Period   report.Period
	Edition  int
	FactsSeq int64
	At       time.Time
	Numbers  []byte
}

func (tx *Tx) Publish(p Publication) (Publication, error) { return p, errSoon }
func (v *View) Publications(kind string, area int64, p report.Period) ([]Publication, error) {
	return nil, errSoon
}
func (tx *Tx) SetMeta(key, value string) error        { return errSoon }
func (v *View) Meta(key string) (string, bool, error) { return "", false, errSoon }
