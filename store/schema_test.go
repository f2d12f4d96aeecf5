package store

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"huibao/store/pgtest"
)

// Both databases have the same tables, with the same columns in the same order, and the same keys.
func TestSchemasAreTheSame(t *testing.T) {
	lite, pg := openSQLite(t, newClock()), openPostgresCopy(t, newClock())
	one, other := schemaOf(t, lite.reader, sqliteSchema), schemaOf(t, pg.reader, postgresSchema)
	if len(one) < 30 {
		t.Fatalf("%d tables: has their form changed?", len(one))
	}
	// Only PostgreSQL claims chats, and looks for the updates of one.
	other["inbox"] = slices.DeleteFunc(other["inbox"], func(line string) bool { return line == "index partial tg_chat,seq" })
	for _, table := range slices.Sorted(maps.Keys(one)) {
		if a, b := strings.Join(one[table], "\n"), strings.Join(other[table], "\n"); a != b {
			t.Errorf("table %s in SQLite:\n%s\nin PostgreSQL:\n%s", table, a, b)
		}
		delete(other, table)
	}
	for table := range other {
		t.Errorf("table %s is in PostgreSQL only", table)
	}
}

// What a schema has: table, and a line for each column (with its place in the primary key), each key to another table, and each
// index. The types of SQLite are given PostgreSQL's names.
const (
	sqliteSchema = `
SELECT t.name, 'column ' || c.name || CASE c.type WHEN 'INTEGER' THEN ' bigint' WHEN 'BLOB' THEN ' bytea' ELSE ' text' END ||
  CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END, 1, c.cid
FROM sqlite_schema t, pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version'
UNION ALL
SELECT t.name, 'refers from ' || (SELECT group_concat("from", ',') FROM (SELECT "from" FROM pragma_foreign_key_list(t.name) WHERE id = f.id ORDER BY seq)) ||
  ' to ' || f."table", 2, 0
FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f.seq = 0
UNION ALL
SELECT t.name, CASE WHEN i."unique" = 1 THEN 'unique ' ELSE 'index ' END || CASE WHEN i.partial = 1 THEN 'partial ' ELSE '' END ||
  (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)), 3, 0
FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin <> 'pk'
ORDER BY 1, 3, 4, 2`
	postgresSchema = `
SELECT c.relname, 'column ' || a.attname || ' ' || format_type(a.atttypid, NULL) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END ||
  COALESCE(' key ' || (SELECT array_position(k.conkey, a.attnum) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'), ''), 1, a.attnum
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND c.relname NOT IN ('goose_db_version', 'schema_lock')
UNION ALL
SELECT c.relname, 'refers from ' || (SELECT string_agg(a.attname, ',' ORDER BY u.n)
    FROM unnest(k.conkey) WITH ORDINALITY u(attnum, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum) || ' to ' || r.relname, 2, 0
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f'
UNION ALL
SELECT c.relname, CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || CASE WHEN i.indpred IS NOT NULL THEN 'partial ' ELSE '' END ||
  (SELECT string_agg(a.attname, ',' ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY u(attnum, n)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum), 3, 0
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND c.relname NOT IN ('goose_db_version', 'schema_lock')
ORDER BY 1, 3, 4, 2`
)

func schemaOf(t *testing.T, db *sql.DB, query string) map[string][]string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	tables := map[string][]string{}
	for rows.Next() {
		var table, what string
		var kind, place int
		if err := rows.Scan(&table, &what, &kind, &place); err != nil {
			t.Fatal(err)
		}
		tables[table] = append(tables[table], what)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, lines := range tables {
		columns := slices.IndexFunc(lines, func(s string) bool { return !strings.HasPrefix(s, "column ") })
		if columns >= 0 {
			slices.Sort(lines[columns:])
		}
	}
	return tables
}

// Whatever language the server speaks, texts are compared byte by byte.
func TestPostgresComparesBytes(t *testing.T) {
	db := openPostgresCopy(t, newClock())
	rows, err := db.reader.Query(`SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'text'::regtype AND a.attcollation <> '"C"'::regcollation
  AND c.relname <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s is not COLLATE \"C\"", column)
	}
}

// Processes that start at the same time on an empty database make its schema once.
func TestMigrateTogether(t *testing.T) {
	address := pgtest.Empty(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			db, err := Open(background, address, newClock().options())
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	db := reopen(t, address, newClock())
	var applied int
	if err := db.reader.QueryRow(`SELECT COUNT(*) FROM goose_db_version WHERE version_id > 0`).Scan(&applied); err != nil || applied != 1 {
		t.Errorf("%d migrations were applied, %v", applied, err)
	}
}

// The password in an address is in no error and no name.
func TestRedacted(t *testing.T) {
	const secret = "s3cret"
	for _, address := range []string{
		"postgres://huibao:" + secret + "@127.0.0.1:1/huibao?connect_timeout=1",
		"postgres://127.0.0.1:1/huibao?user=huibao&password=" + secret,
		"postgres://huibao:" + secret + "@127.0.0.1:port/huibao",
		"postgres://huibao:" + secret + "%zz@127.0.0.1/huibao",
		"postgres://huibao:" + secret + "\n@127.0.0.1/huibao",
		"postgresql://127.0.0.1:1/huibao?sslpassword=" + secret + "&sslmode=nonsense",
	} {
		_, err := Open(background, address, newClock().options())
		if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(Redacted(address), secret) {
			t.Errorf("%s: %v", Redacted(address), err)
		}
	}
	if got := Redacted("/data/huibao.db"); got != "/data/huibao.db" {
		t.Errorf("a path becomes %s", got)
	}
}

// The lock of the schema is held however long changing it takes.
func TestSchemaLockOutlastsIdleness(t *testing.T) {
	e, err := newPostgres(emptyPostgres(t) + "&idle_in_transaction_session_timeout=20")
	if err != nil {
		t.Fatal(err)
	}
	pool := e.connect(2)
	defer pool.Close()
	err = withSchemaLock(background, pool, func() error {
		_, err := pool.Exec(`SELECT pg_sleep(0.2)`)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
