package bot

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"huibao/digest"
	"huibao/report"
	"huibao/store"
)

// Tables that an administrator gets as a workbook, changes and sends back: duties, targets, the catalogue. What comes back is
// fetched as a row of the outbox, since nothing on the network is done in a transaction; it is compared, shown, and taken over
// when its order is confirmed. The whole table is meant: a line that is gone is taken away. The file itself is not kept.

// table is the body of an order that changes such a table.
type table struct {
	Kind      digest.FileKind    `json:"kind"`
	Duties    []report.DutyRow   `json:"duties,omitempty"`  // what changes
	Targets   []report.TargetRow `json:"targets,omitempty"` // what changes
	Catalogue []byte             `json:"catalogue,omitempty"`
	Base      string             `json:"base"`          // the mark of what it was made for
	Row       int64              `json:"row,omitempty"` // of the outbox, that brought it
	Back      bool               `json:"back,omitempty"`
}

// table sends a table as it is.
func (p page) table() error {
	if len(p.args) == 0 || !slices.Contains(tableKinds, digest.FileKind(p.args[0])) || !p.keeps(digest.FileKind(p.args[0])) {
		return nil
	}
	return p.sendFile(digest.File{Kind: digest.FileKind(p.args[0]), Area: p.closes(), Period: p.yearKey()})
}

// keeps tells whether the member keeps such a table: duties and targets of their county or what is above one, the catalogue of
// all there is.
func (t *turn) keeps(kind digest.FileKind) bool {
	if kind == digest.FileCatalogue {
		return t.governs()
	}
	return t.closes() != 0
}

// dutiesWithin gives the duties of an area and what lies in it.
func dutiesWithin(v *store.View, areas *report.Areas, area int64) ([]report.Duty, error) {
	list, err := v.Duties()
	return slices.DeleteFunc(list, func(d report.Duty) bool { return !areas.Within(d.Area, area) }), err
}

func targetsWithin(v *store.View, areas *report.Areas, area int64, year int) ([]report.Target, error) {
	list, err := v.Targets(year)
	return slices.DeleteFunc(list, func(x report.Target) bool { return !areas.Within(x.Area, area) }), err
}

func (t *turn) duties() ([]report.Duty, error) {
	return dutiesWithin(&t.tx.View, t.source.Areas, t.closes())
}

func (t *turn) targetsOf(year int) ([]report.Target, error) {
	return targetsWithin(&t.tx.View, t.source.Areas, t.closes(), year)
}

// all tells whether every row of a table is of an area that the member keeps it for.
func (t *turn) all(o table) bool {
	mine := func(area int64) bool { return t.source.Areas.Within(area, t.closes()) }
	return !slices.ContainsFunc(o.Duties, func(r report.DutyRow) bool { return !mine(r.Area) }) &&
		!slices.ContainsFunc(o.Targets, func(r report.TargetRow) bool { return !mine(r.Area) })
}

var tableKinds = []digest.FileKind{digest.FileDuties, digest.FileTargets, digest.FileCatalogue}

// renderTable makes the workbook of a table.
func renderTable(v *store.View, s digest.Scene, f digest.File, p report.Period) (made digest.Made, err error) {
	var content []byte
	switch f.Kind {
	case digest.FileDuties:
		var list []report.Duty
		if list, err = dutiesWithin(v, s.Areas, f.Area); err == nil {
			content, err = digest.Duties(s, list, v.Now())
		}
	case digest.FileTargets:
		var list []report.Target
		if list, err = targetsWithin(v, s.Areas, f.Area, p.First.Year()); err == nil {
			content, err = digest.Targets(s, p.First.Year(), list, v.Now())
		}
	default:
		content, err = digest.CatalogueBook(s, v.Now())
	}
	return digest.NamedTable(s, f.Kind, f.Area, p.First.Year(), content), err
}

// Bounds of a file that comes back.
const maxTable = 5 << 20

// methodTable is a row of the outbox that fetches a file which was sent to the bot.
const methodTable = "getFile"

// tableFile is the body of such a row.
type tableFile struct {
	Kind    digest.FileKind `json:"kind"`
	File    string          `json:"file"`
	Name    string          `json:"name"`
	Member  int64           `json:"member"`
	ReplyTo int64           `json:"reply_to"`
}

// takeTable takes a document for a table that comes back: it answers our file, or its caption or name says which it is.
func (t *turn) takeTable(m *message) (done bool, err error) {
	if m.Document == nil || m.Animation != nil || t.chat.Kind != "private" || t.closes() == 0 {
		return false, nil
	}
	var f struct {
		ID   string `json:"file_id"`
		Name string `json:"file_name"`
		Size int64  `json:"file_size"`
	}
	if json.Unmarshal(m.Document, &f) != nil || f.ID == "" {
		return false, nil
	}
	kind, err := t.tableKind(m, f.Name)
	if err != nil || kind == "" || !t.keeps(kind) {
		return false, err
	}
	switch strings.ToLower(filepath.Ext(f.Name)) {
	case ".xlsx", ".csv":
	default:
		return true, t.answer(m.ID, plain(sayTableForm))
	}
	if f.Size > maxTable {
		return true, t.answer(m.ID, plain(sayTableLarge))
	}
	body, err := json.Marshal(tableFile{kind, f.ID, f.Name, t.member.ID, m.ID})
	if err != nil {
		return false, fmt.Errorf("write what is to be fetched: %w", err)
	}
	_, err = t.tx.Enqueue(store.Outgoing{Chat: t.chat.ID, Method: methodTable, Body: body, Expires: t.tx.Now().Add(answerLife)})
	return true, err
}

// tableKind tells which table a document is, none for another document.
func (t *turn) tableKind(m *message, name string) (digest.FileKind, error) {
	if m.ReplyTo != nil {
		key, ok, err := t.tx.KeyOfSent(t.chat.ID, m.ReplyTo.ID)
		if err != nil {
			return "", err
		}
		if kind, _, _ := strings.Cut(strings.TrimPrefix(key, "file:"), ":"); ok && slices.Contains(tableKinds, digest.FileKind(kind)) {
			return digest.FileKind(kind), nil
		}
	}
	said := strings.TrimSpace(m.Caption)
	if said == "" {
		said = name
	} else if len([]rune(said)) > longestAnswer || !t.noReport(said) {
		return "", nil
	}
	for _, kind := range tableKinds {
		if strings.Contains(said, digest.TableName(kind)) {
			return kind, nil
		}
	}
	return "", nil
}

// offer is a table that came back, compared with what there is.
type offer struct {
	table
	changes []digest.TableChange
}

// compare reads a table that came back. The error of one that is not fit is for digest.BadTable; the store's is unavailable.
func (t *turn) compare(kind digest.FileKind, name string, content []byte) (o offer, err error) {
	switch o.Kind = kind; kind {
	case digest.FileDuties:
		err = t.compareDuties(&o, name, content)
	case digest.FileTargets:
		err = t.compareTargets(&o, name, content)
	default:
		err = t.compareCatalogue(&o, name, content)
	}
	if err == nil && !t.all(o.table) {
		err = digest.ErrOthersArea
	}
	if err == nil {
		o.Base, err = t.tableMark(kind, o.years())
	}
	return o, err
}

// years gives the years that a table of targets is about.
func (o table) years() (years []int) {
	for _, row := range o.Targets {
		years = append(years, row.Year)
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// tableMark is the same as long as a table is as it was.
func (t *turn) tableMark(kind digest.FileKind, years []int) (string, error) {
	var now any
	var err error
	switch kind {
	case digest.FileDuties:
		now, err = t.duties()
	case digest.FileTargets:
		all := map[int][]report.Target{}
		for _, year := range years {
			if all[year], err = t.targetsOf(year); err != nil {
				return "", err
			}
		}
		now = all
	default:
		now, err = t.tx.Catalogue()
	}
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(now)
	if err != nil {
		return "", fmt.Errorf("mark a table: %w", err)
	}
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%x", sum[:12]), nil
}

// offerTable shows what a table would change, and asks.
func (t *turn) offerTable(f tableFile, content []byte, row int64) error {
	o, err := t.compare(f.Kind, f.Name, content)
	switch {
	case isStore(err):
		return err
	case err != nil:
		return t.answer(f.ReplyTo, digest.BadTable(f.Kind, err).Message())
	case len(o.changes) == 0:
		return t.answer(f.ReplyTo, plain(sayTableSame))
	}
	asked, err := t.tx.OpenQuestions(t.chat.ID, t.member.ID)
	if err != nil {
		return err
	}
	for _, q := range asked {
		var before order
		if q.Field == fieldOrder && json.Unmarshal(q.Options, &before) == nil && before.Table != nil && before.Table.Row == row {
			return nil // it was fetched before, and that was not recorded
		}
	}
	o.Row = row
	buttons, err := t.orderButtons(order{Do: deedTable, Table: &o.table}, "确认", "不改")
	if err != nil {
		return err
	}
	m := digest.AskTable(f.Kind, o.changes).Message(buttons)
	m.ReplyTo = f.ReplyTo
	return t.showPage(fmt.Sprintf("%s%d", placeOffice, f.ReplyTo), m)
}

// keepTable takes a table over, and offers what there was before.
func (p page) keepTable(o order) error {
	if o.Table == nil || !p.keeps(o.Table.Kind) || !p.all(*o.Table) {
		return nil
	}
	mark, err := p.tableMark(o.Table.Kind, o.Table.years())
	if err != nil {
		return err
	}
	if mark != o.Table.Base {
		return p.show(plain(sayTableMoved))
	}
	changes, back, err := p.replaceTable(*o.Table)
	if err != nil {
		return err
	}
	back.Back = true
	if back.Base, err = p.tableMark(back.Kind, back.years()); err != nil {
		return err
	}
	if o.Table.Kind != digest.FileCatalogue { // the store notes that one
		if err := p.tx.Audit(p.member.ID, "import", string(o.Table.Kind), fmt.Sprintf("%d changes", len(changes))); err != nil {
			return err
		}
	}
	var buttons []digest.Button
	if !o.Table.Back {
		if buttons, err = p.orderButtons(order{Do: deedTable, Table: &back}, "还原", ""); err != nil {
			return err
		}
	}
	return p.show(digest.TableKept(o.Table.Kind, changes, o.Table.Back).Message(append(buttons, officeButton("回管理", officeMenu))))
}

// replaceTable makes a table's changes; back makes them undone.
func (t *turn) replaceTable(o table) (changes []digest.TableChange, back table, err error) {
	back.Kind = o.Kind
	switch o.Kind {
	case digest.FileDuties:
		changes, back.Duties, err = t.replaceDuties(o.Duties)
	case digest.FileTargets:
		changes, back.Targets, err = t.replaceTargets(o.Targets)
	default:
		changes, back.Catalogue, err = t.replaceCatalogue(o.Catalogue)
	}
	return changes, back, err
}
