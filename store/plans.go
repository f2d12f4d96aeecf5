//go:build linux

package store

/*
// SQLite is linked in by its driver, which has no way to ask for this. The declarations are weak, so that this file can be
// linked by itself; the number is in SQLite's documentation (SQLITE_DBCONFIG_ENABLE_QPSG) and never changes.
typedef struct sqlite3 sqlite3;
extern int sqlite3_auto_extension(void (*)(void)) __attribute__((weak));
extern int sqlite3_db_config(sqlite3 *, int, ...) __attribute__((weak));

static int keep_plans(sqlite3 *db, char **error, const void *api) { return sqlite3_db_config(db, 1007, 1, (int *)0); }
static int keep_plans_of_all(void) {
	if (!sqlite3_auto_extension || !sqlite3_db_config) return 0;
	return sqlite3_auto_extension((void (*)(void))keep_plans);
}
*/
import "C"

import "fmt"

// SQLite looks at the values of parameters when it plans a statement, and plans it anew, from its text, whenever they may be
// others: with each run of whatever joins, lists a few rows, or compares two columns. Planning takes ten to fifty times as
// long as the look-up of a row. So every connection is told that a plan holds for all values. Where this file is left out of
// the build all works as well, slower.
func init() {
	if code := C.keep_plans_of_all(); code != 0 {
		panic(fmt.Sprintf("SQLite does not let itself be set up: code %d", code))
	}
}
