// Package sqlite3 stands in for the driver of that name, which is written in C: the embedded
// cluster's programs are built without a C compiler.
package sqlite3

import (
	"database/sql"
	"database/sql/driver"
	"strings"

	"modernc.org/sqlite"
)

func init() {
	sql.Register("sqlite3", patient{&sqlite.Driver{}})
}

// patient waits for a database that another connection is writing to, as the original does.
type patient struct {
	driver.Driver
}

func (p patient) Open(name string) (driver.Conn, error) {
	separator := "?"
	if strings.Contains(name, "?") {
		separator = "&"
	}
	return p.Driver.Open(name + separator + "_pragma=busy_timeout(5000)")
}
