package sheets

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/spoor-audit/spoor/reports/survey"
)

// SQLite writes all tables to one database. What is not known is NULL.
type SQLite struct {
	path   string
	db     *sql.DB
	conn   *sql.Conn
	tables []*sqliteTable
}

// NewSQLite returns a sink that writes to a file. One that is there is replaced.
func NewSQLite(path string) *SQLite { return &SQLite{path: path} }

type sqliteTable struct {
	name    string
	key     string // column with an index, or ""
	columns int
	one     driver.Stmt // inserts one row
	many    driver.Stmt // inserts rowsAtOnce
	args    []driver.NamedValue
}

// rowsAtOnce is how many rows one statement inserts: most of its cost is that of
// carrying it out.
const rowsAtOnce = 20

// settings make writing fast. The file is made under another name and put in its
// place when it is whole, so nothing is lost if the machine stops.
const settings = "_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)&_pragma=cache_size(-8000)"

// Begin implements [survey.Sink].
func (s *SQLite) Begin(tables []survey.Table) error {
	if err := os.Remove(s.path + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sheets: write database: %w", err)
	}
	full, err := filepath.Abs(s.path + part)
	if err != nil {
		return fmt.Errorf("sheets: write database: %w", err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(full), RawQuery: settings}
	if s.db, err = sql.Open("sqlite", name.String()); err != nil {
		return fmt.Errorf("sheets: open database: %w", err)
	}
	ctx := context.Background()
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return fmt.Errorf("sheets: open database: %w", err)
	}
	for _, table := range tables {
		if _, err := s.conn.ExecContext(ctx, schema(table)); err != nil {
			return fmt.Errorf("sheets: make table %s: %w", table.Name, err)
		}
	}
	if _, err := s.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("sheets: write database: %w", err)
	}
	return s.conn.Raw(func(c any) error {
		for _, table := range tables {
			t, err := prepare(c, table)
			if err != nil {
				return fmt.Errorf("sheets: prepare table %s: %w", table.Name, err)
			}
			s.tables = append(s.tables, t)
		}
		return nil
	})
}

// quote makes a name safe in SQL.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func schema(t survey.Table) string {
	types := map[survey.Kind]string{survey.Text: "TEXT", survey.Integer: "INTEGER", survey.Real: "REAL", survey.Bool: "INTEGER"}
	parts := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		parts[i] = quote(c.Name) + " " + types[c.Kind]
	}
	return "CREATE TABLE " + quote(t.Name) + " (" + strings.Join(parts, ", ") + ")"
}

func prepare(conn any, table survey.Table) (*sqliteTable, error) {
	c, ok := conn.(driver.Conn)
	if !ok {
		return nil, errors.New("the driver has no statements")
	}
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", len(table.Columns)), ",") + ")"
	into := "INSERT INTO " + quote(table.Name) + " VALUES "
	t := &sqliteTable{name: table.Name, columns: len(table.Columns), args: make([]driver.NamedValue, rowsAtOnce*len(table.Columns))}
	for i := range t.args {
		t.args[i].Ordinal = i + 1
	}
	if table.Key {
		t.key = table.Columns[0].Name
	}
	var err error
	if t.one, err = c.Prepare(into + row); err != nil {
		return nil, err
	}
	t.many, err = c.Prepare(into + strings.TrimSuffix(strings.Repeat(row+",", rowsAtOnce), ","))
	return t, err
}

// Rows implements [survey.Sink].
func (s *SQLite) Rows(table int, rows [][]any) error {
	t := s.tables[table]
	err := s.conn.Raw(func(any) error {
		for len(rows) > 0 {
			stmt, n := t.one, 1
			if len(rows) >= rowsAtOnce {
				stmt, n = t.many, rowsAtOnce
			}
			if err := t.insert(stmt, rows[:n]); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sheets: write %s: %w", t.name, err)
	}
	return nil
}

func (t *sqliteTable) insert(stmt driver.Stmt, rows [][]any) error {
	args := t.args[:len(rows)*t.columns]
	for i, row := range rows {
		if len(row) != t.columns {
			return fmt.Errorf("a row has %d cells, and the table %d columns", len(row), t.columns)
		}
		for j, v := range row {
			args[i*t.columns+j].Value = v
		}
	}
	e, ok := stmt.(driver.StmtExecContext)
	if !ok {
		return errors.New("the driver cannot carry out statements")
	}
	_, err := e.ExecContext(context.Background(), args)
	return err
}

// End implements [survey.Sink].
func (s *SQLite) End(whole bool) error {
	if s.db == nil {
		return nil
	}
	var errs []error
	for _, t := range s.tables {
		for _, stmt := range []driver.Stmt{t.one, t.many} {
			if stmt != nil {
				errs = append(errs, stmt.Close())
			}
		}
	}
	if s.conn != nil {
		if whole {
			errs = append(errs, s.commit())
		}
		errs = append(errs, s.conn.Close())
	}
	errs = append(errs, s.db.Close())
	s.db = nil
	err := errors.Join(errs...)
	if err := errors.Join(err, settle(s.path, whole && err == nil)); err != nil {
		return fmt.Errorf("sheets: write database: %w", err)
	}
	return nil
}

// commit makes the indices and ends the transaction.
func (s *SQLite) commit() error {
	for _, t := range s.tables {
		if t.key == "" {
			continue
		}
		//nolint:gosec // The names are those of tables, in quotation marks.
		text := "CREATE INDEX " + quote(t.name+"_"+t.key) + " ON " + quote(t.name) + " (" + quote(t.key) + ")"
		if _, err := s.conn.ExecContext(context.Background(), text); err != nil {
			return err
		}
	}
	_, err := s.conn.ExecContext(context.Background(), "COMMIT")
	return err
}
