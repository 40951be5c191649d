package baseline

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// head begins every lock. The number is that of the form of its lines.
const (
	head  = "# spoor.lock 1"
	about = ` - what these pages are known to do. One fact a line.
# Made by "spoor lock". Review it like code. Tabs between fields, sorted.
`
)

// A Lock is what targets are known to do, sorted and each fact once.
type Lock []Fact

// Write writes a lock in its one form.
func (l Lock) Write(w io.Writer) error {
	var b strings.Builder
	b.WriteString(head + about)
	for _, f := range l.sorted() {
		fields := []string{f.Target, string(f.Scenario), f.Kind, f.Subject}
		if f.Company != "" {
			fields = append(fields, f.Company)
		}
		b.WriteString(strings.Join(fields, "\t") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Lock) sorted() Lock {
	out := slices.Clone(l)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Fact) bool { return a.same() == b.same() })
}

// maxLock limits what is read of a lock.
const maxLock = 16 << 20

// ReadLock reads a lock. The error names the line: a lock that cannot be read must
// stop a check, because with half of it everything else would be new.
func ReadLock(r io.Reader) (Lock, error) {
	lines := bufio.NewScanner(io.LimitReader(r, maxLock+1))
	lines.Buffer(nil, 1<<16)
	var l Lock
	size := 0
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r")
		if size += len(line) + 1; size > maxLock {
			return nil, fmt.Errorf("baseline: the lock has more than %d MB", maxLock>>20)
		}
		if n == 1 {
			if err := checkHead(line); err != nil {
				return nil, err
			}
			continue
		}
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f, err := parseFact(line)
		if err != nil {
			return nil, fmt.Errorf("baseline: line %d of the lock: %w", n, err)
		}
		l = append(l, f)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("baseline: read the lock: %w", err)
	}
	if size == 0 {
		return nil, errors.New("baseline: the lock is empty")
	}
	return l.sorted(), nil
}

func checkHead(line string) error {
	rest, ok := strings.CutPrefix(line, "# spoor.lock ")
	if !ok {
		return errors.New(`baseline: line 1 of the lock: it does not begin with "# spoor.lock 1"`)
	}
	if number, _, _ := strings.Cut(rest, " "); number != "1" {
		return fmt.Errorf("baseline: line 1 of the lock: this version of spoor does not read form %q of it", oneLine(number))
	}
	return nil
}

func parseFact(line string) (Fact, error) {
	for _, mark := range []string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
		if strings.HasPrefix(line, mark) {
			return Fact{}, errors.New("it holds a conflict of a merge")
		}
	}
	fields := strings.Split(line, "\t")
	if len(fields) != 4 && len(fields) != 5 {
		return Fact{}, fmt.Errorf("it has %d fields between tabs, not 4 or 5", len(fields))
	}
	f := Fact{Target: fields[0], Scenario: evidence.Scenario(fields[1]), Kind: fields[2], Subject: fields[3]}
	if len(fields) == 5 {
		f.Company = fields[4]
	}
	switch {
	case f.Target == "" || f.Subject == "":
		return Fact{}, errors.New("a field is empty")
	case !slices.Contains(evidence.Scenarios, f.Scenario):
		return Fact{}, fmt.Errorf("there is no scenario %q", oneLine(fields[1]))
	case !slices.Contains(Kinds, f.Kind):
		return Fact{}, fmt.Errorf("there is no kind %q of facts", oneLine(fields[2]))
	}
	return f, nil
}
