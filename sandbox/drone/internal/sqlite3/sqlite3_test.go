package sqlite3

import (
	"database/sql"
	"path/filepath"
	"testing"
)

func TestADatabaseIsWaitedFor(t *testing.T) {
	for _, options := range []string{"", "?_pragma=foreign_keys(1)"} {
		database, err := sql.Open("sqlite3", filepath.Join(t.TempDir(), "database.sqlite")+options)
		if err != nil {
			t.Fatal(err)
		}
		var milliseconds int
		if err := database.QueryRow("PRAGMA busy_timeout").Scan(&milliseconds); err != nil || milliseconds != 5000 {
			t.Errorf("%q: %d, %v", options, milliseconds, err)
		}
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	}
}
