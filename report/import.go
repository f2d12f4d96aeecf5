package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Name is another name people use for an area: a short form, a former name, a common miswriting.
type Name struct {
	Alias string
	Code  string   // the area's code; empty where it depends on the sender or must be asked
	Kind  NameKind // why the name is not the official one
}

// NameKind says what kind of name it is.
type NameKind string

// The kinds of name the reader treats apart; every other kind simply means the area.
const (
	NamePronoun   NameKind = "pronoun"   // 我镇, 全县: the sender's own area, or one above it
	NameAmbiguous NameKind = "ambiguous" // several areas: the usual one, where there is a code, else ask
	NameTypo      NameKind = "typo"      // a miswriting: the area is proposed, never assumed
)

// Venue is a literal place that is no area, and the code of the area it lies in.
type Venue struct {
	Name    string
	Aliases []string
	Area    string
}

// MemberRow is a person to be let in: Role is cadre, supervisor or admin, Area the code of the area the role holds for.
type MemberRow struct {
	TelegramID int64
	Name       string
	Role       string
	Area       string
}

// Bounds of an import: a province has some 30,000 areas.
const (
	maxImport     = 16 << 20
	maxImportRows = 200_000
	maxNameRunes  = 60
)

// ParseAreas reads areas from CSV with the header code,level,parent,name,short, as the statistics bureau codes them
// (short: bare names, | between). Ids are given in the order of the rows, from 1. Parents may come after their
// children. Every error names file and line and what is expected.
func ParseAreas(file string, b []byte) ([]Area, error) {
	t, err := readTable(file, b, "code", "level", "parent", "name", "short")
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	areas := make([]Area, 0, len(t.rows))
	for i, r := range t.rows {
		t.at(i)
		code := r[0]
		t.expect(digits(code) && (len(code) == 6 || len(code) == 9 || len(code) == 12), "code %q, expected 6, 9 or 12 digits", code)
		_, twice := ids[code]
		t.expect(!twice, "code %s is there twice, expected each code once", code)
		t.name("name", r[3])
		ids[code] = int64(i + 1)
		areas = append(areas, Area{ID: int64(i + 1), Code: code, Name: r[3], Short: list(r[4])})
	}
	for i, r := range t.rows {
		t.at(i)
		parent, known := ids[r[2]]
		t.expect(known || r[2] == "", "parent %q is no code of this file, expected one, or nothing for the root", r[2])
		areas[i].Parent = parent
	}
	if err := t.err(); err != nil {
		return nil, err
	}
	tree, err := NewAreas(areas)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return slices.Clone(tree.All()), nil
}

// ParseNames reads other names of areas from CSV with the header alias,code,kind,note.
func ParseNames(file string, b []byte) ([]Name, error) {
	t, err := readTable(file, b, "alias", "code", "kind", "note")
	if err != nil {
		return nil, err
	}
	names := make([]Name, 0, len(t.rows))
	seen := map[string]bool{}
	for i, r := range t.rows {
		t.at(i)
		t.name("alias", r[0])
		t.expect(!seen[r[0]], "alias %s is there twice, expected each once", r[0])
		t.expect(r[1] == "" || digits(r[1]), "code %q, expected digits or nothing", r[1])
		t.expect(r[2] != "", "kind is empty, expected short, typo, pronoun, ambiguous …")
		seen[r[0]] = true
		names = append(names, Name{Alias: r[0], Code: r[1], Kind: NameKind(r[2])})
	}
	return names, t.err()
}

// ParseVenues reads places from CSV with the header venue,aliases,area,confidence,note (aliases: | between).
func ParseVenues(file string, b []byte) ([]Venue, error) {
	t, err := readTable(file, b, "venue", "aliases", "area", "confidence", "note")
	if err != nil {
		return nil, err
	}
	venues := make([]Venue, 0, len(t.rows))
	for i, r := range t.rows {
		t.at(i)
		t.name("venue", r[0])
		t.expect(digits(r[2]), "area %q, expected the code of an area", r[2])
		venues = append(venues, Venue{Name: r[0], Aliases: list(r[1]), Area: r[2]})
	}
	return venues, t.err()
}

// roleNames has what offices call the roles.
var roleNames = map[string]string{"妇联干部": "cadre", "干部": "cadre", "分管领导": "supervisor", "领导": "supervisor", "管理员": "admin", "办公室": "admin"}

// ParseMembers reads members from CSV with the header telegram_id,name,role,area; roles may have their Chinese names.
func ParseMembers(file string, b []byte) ([]MemberRow, error) {
	t, err := readTable(file, b, "telegram_id", "name", "role", "area")
	if err != nil {
		return nil, err
	}
	members := make([]MemberRow, 0, len(t.rows))
	for i, r := range t.rows {
		t.at(i)
		id, err := strconv.ParseInt(r[0], 10, 64)
		t.expect(err == nil && id > 0, "telegram_id %q, expected a positive number", r[0])
		t.name("name", r[1])
		if role, ok := roleNames[r[2]]; ok {
			r[2] = role
		}
		t.expect(slices.Contains([]string{"cadre", "supervisor", "admin"}, r[2]), "role %q, expected cadre, supervisor or admin", r[2])
		t.expect(digits(r[3]), "area %q, expected the code of an area", r[3])
		members = append(members, MemberRow{TelegramID: id, Name: r[1], Role: r[2], Area: r[3]})
	}
	return members, t.err()
}

// table is a CSV file's rows under its header, and what was found wrong in them so far.
type table struct {
	file  string
	rows  [][]string
	lines []int
	line  int // of the row being checked
	errs  []error
}

// maxImportErrors bounds what one import complains of: the rest mostly follows from the first.
const maxImportErrors = 20

// readTable reads CSV as spreadsheets write it: a byte order mark, CRLF, blank lines, a title above the table, Chinese headings
// and columns in another order are fine; anything but UTF-8 is not.
func readTable(file string, b []byte, header ...string) (*table, error) {
	if len(b) > maxImport {
		return nil, fmt.Errorf("%s: %d bytes, expected at most %d", file, len(b), maxImport)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if i := invalidUTF8(b); i >= 0 {
		line := 1 + bytes.Count(b[:i], []byte("\n"))
		return nil, fmt.Errorf("%s:%d: not UTF-8, expected the file saved as UTF-8 (CSV UTF-8 in Excel)", file, line)
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	first, err := headRow(r)
	if err != nil {
		return nil, rowError(file, 1, "expected the header %s: %w", strings.Join(header, ","), cmp.Or(err, io.ErrUnexpectedEOF))
	}
	columns, ok := columnsOf(first, header)
	if !ok {
		line, _ := r.FieldPos(0)
		return nil, rowError(file, line, "header %s, expected %s", strings.Join(trim(first), ","), strings.Join(header, ","))
	}
	r.FieldsPerRecord = len(first)
	t := &table{file: file}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			return nil, fmt.Errorf("%s:%d: %w, expected the %d fields %s", file, bad.Line, bad.Err, len(header), strings.Join(header, ","))
		case err != nil:
			return nil, fmt.Errorf("%s: %w", file, err)
		case len(t.rows) == maxImportRows:
			return nil, fmt.Errorf("%s: more than %d rows", file, maxImportRows)
		}
		line, _ := r.FieldPos(0)
		if row = pick(row, columns); strings.Join(row, "") != "" { // a sheet's empty row is a line of commas
			t.rows, t.lines = append(t.rows, row), append(t.lines, line)
		}
	}
}

// firstRow gives the headings of a table.
func firstRow(b []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	return headRow(r)
}

// headRow reads the headings, which may stand below titles.
func headRow(r *csv.Reader) ([]string, error) {
	first, err := r.Read()
	for err == nil && title(first) {
		first, err = r.Read()
	}
	return first, err
}

// pick gives the cells of a row in the order of the header.
func pick(row []string, columns []int) []string {
	picked := make([]string, len(columns))
	for i, at := range columns {
		picked[i] = strings.TrimSpace(row[at])
	}
	return picked
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// RowError is something wrong in a row of a table: its text is for the command line, the rest for a sentence in another
// language.
type RowError struct {
	File   string
	Line   int
	Column string // the heading it is about, the first word of the text
	Value  string // what stands there; empty where it is about more
	text   error
}

func (e *RowError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.text) }
func (e *RowError) Unwrap() error { return errors.Unwrap(e.text) }

func rowError(file string, line int, format string, args ...any) error {
	e := &RowError{File: file, Line: line, text: fmt.Errorf(format, args...)}
	e.Column, _, _ = strings.Cut(strings.TrimPrefix(format, "expected the "), " ")
	if len(args) > 0 && strings.HasPrefix(format, e.Column+" %q") {
		e.Value, _ = args[0].(string)
	}
	return e
}

func (t *table) at(row int) { t.line = t.lines[row] }

func (t *table) expect(ok bool, format string, args ...any) {
	if !ok && len(t.errs) < maxImportErrors {
		t.errs = append(t.errs, rowError(t.file, t.line, format, args...))
	}
}

func (t *table) name(field, s string) {
	n := utf8.RuneCountInString(s)
	t.expect(n > 0 && n <= maxNameRunes && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }),
		"%s %q, expected 1 to %d characters on one line", field, s, maxNameRunes)
}

func (t *table) err() error { return errors.Join(t.errs...) }

func trim(row []string) []string {
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row
}

func list(s string) []string {
	return slices.DeleteFunc(trim(strings.Split(s, "|")), func(s string) bool { return s == "" })
}

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
