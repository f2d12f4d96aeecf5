package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is one as a move sees it: what the database itself says of it.
type table struct {
	name    string
	columns []column
	key     []string // the columns of the primary key
}

type column struct{ name, kind string }

// tablesOf reads the tables that a database has, by name.
func tablesOf(ctx context.Context, conn *sql.Conn, e carrier) (list []table, err error) {
	rows, err := conn.QueryContext(ctx, e.listColumns())
	if err != nil {
		return nil, fmt.Errorf("read the tables of %s: %w", e.name(), err)
	}
	defer rows.Close()
	keys := map[string]map[int]string{}
	for rows.Next() {
		var name string
		var c column
		var place int
		if err := rows.Scan(&name, &c.name, &c.kind, &place); err != nil {
			return nil, err
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
			keys[name] = map[int]string{}
		}
		t := &list[len(list)-1]
		t.columns = append(t.columns, c)
		if place > 0 {
			keys[name][place] = c.name
		}
	}
	for i, t := range list {
		for place := range len(keys[t.name]) {
			list[i].key = append(list[i].key, keys[t.name][place+1])
		}
		if len(list[i].key) == 0 {
			return nil, fmt.Errorf("table %s of %s has no primary key to copy it by", t.name, e.name())
		}
	}
	return list, rows.Err()
}

// agree compares what both sides have.
func agree(ours, theirs []table) error {
	var problems []error
	missing := func(where string, all, others []table) {
		for _, t := range all {
			at := slices.IndexFunc(others, func(o table) bool { return o.name == t.name })
			if at < 0 {
				problems = append(problems, fmt.Errorf("table %s is in the %s only", t.name, where))
				continue
			}
			o := others[at]
			if !slices.Equal(t.key, o.key) && where == "source" {
				problems = append(problems, fmt.Errorf("table %s has the key %v in the source and %v in the target", t.name, t.key, o.key))
			}
			for _, c := range t.columns {
				if !slices.Contains(o.columns, c) {
					problems = append(problems, fmt.Errorf("column %s.%s, a %s, is in the %s only", t.name, c.name, c.kind, where))
				}
			}
		}
	}
	missing("source", ours, theirs)
	missing("target", theirs, ours)
	return errors.Join(problems...)
}

// quoted gives names as both databases take them.
func quoted(names ...string) string { return `"` + strings.Join(names, `", "`) + `"` }

func (t table) names() (names []string) {
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return names
}

// placeholders gives as many as there are values.
func placeholdersFor(values int) string {
	var list []string
	for i := range values {
		list = append(list, fmt.Sprintf("$%d", i+1))
	}
	return strings.Join(list, ", ")
}

// each calls f with the table's rows after a key, in the order of the key, which is the same everywhere: numbers by value, texts
// and bytes byte by byte. The row is good until f returns. How far a move has come is no part of what is moved.
func (t table) each(ctx context.Context, conn *sql.Conn, after []any, f func(row []any) error) error {
	var conditions []string
	if after != nil {
		conditions = append(conditions, fmt.Sprintf("(%s) > (%s)", quoted(t.key...), placeholdersFor(len(after))))
	}
	if t.name == "meta" {
		conditions = append(conditions, fmt.Sprintf("key NOT IN ('%s', '%s')", metaMove, metaMoveAt))
	}
	where := ""
	if len(conditions) > 0 {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s", quoted(t.names()...), quoted(t.name), where, quoted(t.key...)), after...)
	if err != nil {
		return err
	}
	defer rows.Close()
	row, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// keyOf gives a row's key.
func (t table) keyOf(row []any) (key []any) {
	for _, name := range t.key {
		key = append(key, row[slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })])
	}
	return key
}

// sizeOf is about how many bytes a row has.
func sizeOf(row []any) (n int) {
	for _, value := range row {
		switch value := value.(type) {
		case string:
			n += len(value)
		case []byte:
			n += len(value)
		}
		n += 16
	}
	return n
}

// digest is what a table says: equal ones are of equal rows.
type digest struct {
	rows int64
	sum  [sha256.Size]byte
}

// digests reads tables from end to end. With text, each text must be one that PostgreSQL can hold.
func digests(ctx context.Context, conn *sql.Conn, tables []table, text bool) (list []digest, err error) {
	var problems []error
	for _, t := range tables {
		h, d := sha256.New(), digest{}
		err := t.each(ctx, conn, nil, func(row []any) error {
			d.rows++
			if err := hashRow(h, row); err != nil {
				return fmt.Errorf("row %s: %w", shownKey(t.keyOf(row)), err)
			}
			if text && len(problems) < mostProblems {
				problems = append(problems, t.textProblems(row)...)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.name, err)
		}
		h.Sum(d.sum[:0])
		list = append(list, d)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%w:\n%w", ErrText, errors.Join(problems...))
	}
	return list, nil
}

// hashRow adds a row to a hash: each value with its kind, and its length where that is not the same for all.
func hashRow(h hash.Hash, row []any) error {
	b := make([]byte, 0, 512)
	for _, value := range row {
		switch value := value.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(value))
		case string:
			b = binary.BigEndian.AppendUint64(append(b, 't'), uint64(len(value)))
			b = append(b, value...)
		case []byte:
			b = binary.BigEndian.AppendUint64(append(b, 'b'), uint64(len(value)))
			b = append(b, value...)
		default:
			return fmt.Errorf("a value is a %T, which none of huibao's is", value)
		}
	}
	h.Write(b)
	return nil
}

// textProblems says what PostgreSQL cannot hold in a row.
func (t table) textProblems(row []any) (problems []error) {
	for i, value := range row {
		text, ok := value.(string)
		switch {
		case !ok:
		case strings.ContainsRune(text, 0):
			problems = append(problems, fmt.Errorf("%s.%s of row %s has a NUL character", t.name, t.columns[i].name, shownKey(t.keyOf(row))))
		case !utf8.ValidString(text):
			problems = append(problems, fmt.Errorf("%s.%s of row %s is no UTF-8", t.name, t.columns[i].name, shownKey(t.keyOf(row))))
		}
	}
	return problems
}

// shownKey gives a key for people.
func shownKey(key []any) string {
	var words []string
	for _, value := range key {
		switch value := value.(type) {
		case int64:
			words = append(words, fmt.Sprint(value))
		default:
			words = append(words, fmt.Sprintf("%+q", value))
		}
	}
	return strings.Join(words, ", ")
}
