package survey

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// An Entry is one line of a list.
type Entry struct {
	Line   int    // from 1
	Site   string // as the list names it
	URL    string // what to open; "" if the line is no address
	Bare   bool   // no scheme is named, so https was assumed
	Labels map[string]string
	Why    string // why the line is no address

	ident  string // what two lines of the same site have in common
	domain string // registrable domain, or the address of a host that has none
}

// The forms of a list.
const (
	plainForm  = iota // one address on a line
	tableForm         // a table with a header that names a column "site"
	rankedForm        // rank and domain, as in the lists of https://tranco-list.eu/
)

const (
	siteColumn = "site"
	rankColumn = "rank"
	maxLine    = 64 << 10 // bytes of one line
	maxJoined  = 32       // lines of one row, whose fields hold ends of lines
	maxShown   = 200      // characters of a line that is no address
	maxLabels  = 100      // columns
)

// ReadList reads a list: a table (CSV; commas, semicolons or tabs) whose header
// names a column "site" and whose further columns are labels, or one address on a
// line, or "rank,domain" as Tranco has it. Lines that begin with # are comments.
// Entries go to take in the order of the list, also lines that are no address; an
// error of take ends the reading. Labels are the names of the further columns.
func ReadList(r io.Reader, take func(Entry) error) (labels []string, err error) {
	l := &listReader{lines: bufio.NewReaderSize(r, maxLine)}
	for {
		text, line, err := l.next()
		if errors.Is(err, io.EOF) {
			return l.labels, nil
		}
		if err != nil {
			return l.labels, fmt.Errorf("survey: read the list: %w", err)
		}
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if strings.ContainsRune(text, 0) && !l.begun {
			return nil, errors.New("survey: the list is not text in UTF-8")
		}
		if trimmed := strings.TrimSpace(text); trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if !l.begun {
			l.begun = true
			if isHeader, err := l.begin(text); err != nil {
				return nil, err
			} else if isHeader {
				continue
			}
		}
		if err := take(l.entry(text, line)); err != nil {
			return l.labels, err
		}
	}
}

// A listReader reads one list.
type listReader struct {
	lines  *bufio.Reader
	line   int      // number of the last line that was read
	ahead  []string // lines that were read and not used
	begun  bool
	form   int
	comma  rune
	column int // of the site
	labels []string
	names  []string // of all columns
}

// begin finds out the form of the list from its first line.
func (l *listReader) begin(text string) (isHeader bool, err error) {
	for _, comma := range []rune{',', ';', '\t'} {
		fields, err := split(text, comma)
		if err != nil {
			continue
		}
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		at := slices.IndexFunc(fields, func(f string) bool { return strings.EqualFold(f, siteColumn) })
		if at < 0 {
			continue
		}
		if len(fields) > maxLabels {
			return false, fmt.Errorf("survey: the list has more than %d columns", maxLabels)
		}
		l.form, l.comma, l.column = tableForm, comma, at
		for i, name := range fields {
			if name == "" || slices.Contains(l.names, name) {
				name = "column " + strconv.Itoa(i+1)
			}
			l.names = append(l.names, name)
			if i != at {
				l.labels = append(l.labels, name)
			}
		}
		return true, nil
	}
	rank, domain, ok := strings.Cut(strings.TrimSpace(text), ",")
	if _, err := strconv.ParseUint(rank, 10, 64); ok && err == nil && !strings.Contains(domain, ",") {
		l.form, l.labels = rankedForm, []string{rankColumn}
		return false, nil
	}
	if fields, err := split(text, ','); err == nil && len(fields) > 1 {
		return false, fmt.Errorf("survey: the first line of the list has several columns, and none is named %q", siteColumn)
	}
	return false, nil
}

// split reads one row of a table.
func split(text string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	return r.Read()
}

// next is the next row: a line, or several where a field holds ends of lines. It
// never joins lines for a quotation mark that nothing closes.
func (l *listReader) next() (text string, line int, err error) {
	text, err = l.read()
	if err != nil {
		return "", 0, err
	}
	line = l.line - len(l.ahead)
	if l.form != tableForm || !openQuote(text) {
		return text, line, nil
	}
	size := len(text)
	for n := 0; n < maxJoined && size < maxLine; n++ {
		if n == len(l.ahead) {
			more, err := l.readLine()
			if err != nil {
				break
			}
			l.ahead = append(l.ahead, more)
		}
		size += len(l.ahead[n])
		if openQuote(l.ahead[n]) {
			text = strings.Join(append([]string{text}, l.ahead[:n+1]...), "\n")
			l.ahead = l.ahead[n+1:]
			return text, line, nil
		}
	}
	return text, line, nil
}

func openQuote(s string) bool { return strings.Count(s, `"`)%2 == 1 }

func (l *listReader) read() (string, error) {
	if len(l.ahead) > 0 {
		text := l.ahead[0]
		l.ahead = l.ahead[1:]
		return text, nil
	}
	return l.readLine()
}

// readLine reads one line without its end. Of a line that is too long it returns
// the beginning.
func (l *listReader) readLine() (string, error) {
	part, more, err := l.lines.ReadLine()
	if err != nil {
		return "", err
	}
	l.line++
	text := string(part)
	for more && err == nil {
		_, more, err = l.lines.ReadLine()
	}
	return strings.ToValidUTF8(text, "\ufffd"), nil
}

// entry reads one row.
func (l *listReader) entry(text string, line int) Entry {
	e := Entry{Line: line, Labels: map[string]string{}}
	site := text
	switch l.form {
	case tableForm:
		fields, err := split(text, l.comma)
		if err != nil || len(fields) <= l.column {
			e.junk(text, "there is no column "+siteColumn+" in the line")
			return e
		}
		site = fields[l.column]
		for i, name := range l.names {
			if i != l.column {
				e.Labels[name] = ""
				if i < len(fields) {
					e.Labels[name] = strings.TrimSpace(fields[i])
				}
			}
		}
	case rankedForm:
		rank, domain, ok := strings.Cut(text, ",")
		e.Labels[rankColumn] = ""
		if _, err := strconv.ParseUint(strings.TrimSpace(rank), 10, 64); ok && err == nil {
			e.Labels[rankColumn], site = strings.TrimSpace(rank), domain
		}
	}
	e.address(strings.TrimSpace(site))
	return e
}

// junk makes the entry one that is no address.
func (e *Entry) junk(text, why string) {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }), " ")
	if utf8.RuneCountInString(text) > maxShown {
		text = string([]rune(text)[:maxShown]) + "\u2026"
	}
	e.Site, e.URL, e.Bare, e.Why, e.ident = text, "", false, why, "line "+text
	if text == "" {
		e.ident = "line " + strconv.Itoa(e.Line)
	}
}

// hosts turns names into what DNS knows. Names with underscores exist.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.VerifyDNSLength(true))

// address reads the address of a site.
func (e *Entry) address(text string) {
	e.Site = text
	whole := text
	switch {
	case text == "":
		e.junk(text, "it is empty")
		return
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }):
		e.junk(text, "there are spaces or control characters in it")
		return
	case strings.HasPrefix(text, "//"):
		whole, e.Bare = "https:"+text, true
	case !strings.Contains(text, "://"):
		whole, e.Bare = "https://"+text, true
	}
	u, err := url.Parse(whole)
	switch {
	case err != nil:
		e.junk(text, "it is not an address")
		return
	case u.Scheme != "http" && u.Scheme != "https":
		e.junk(text, "spoor visits http and https only")
		return
	case u.User != nil:
		e.junk(text, "it holds a name, as e-mail addresses do")
		return
	}
	host, why := hostOf(u)
	if why != "" {
		e.junk(text, why)
		return
	}
	port := u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		u.Host = bracketed(host)
	} else {
		u.Host = net.JoinHostPort(host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	e.URL = u.String()
	e.ident, e.domain = e.URL, domainOf(host)
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// hostOf is the host of an address as DNS knows it, or why it cannot be one.
func hostOf(u *url.URL) (host, why string) {
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", "its port is none"
		}
	}
	name := strings.TrimSuffix(u.Hostname(), ".")
	if ip := net.ParseIP(name); ip != nil {
		return ip.String(), ""
	}
	if name == "" || strings.ContainsAny(name, ":[]%") {
		return "", "it has no host"
	}
	host, err := hosts.ToASCII(name)
	if err != nil {
		return "", "its host is no name"
	}
	if strings.ContainsFunc(host, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	}) {
		return "", "its host is no name"
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case !strings.Contains(host, ".") && u.Port() == "" && host != "localhost":
		return "", "its host is no full name"
	case strings.Trim(last, "0123456789") == "":
		return "", "its host is no name"
	}
	return host, ""
}

// domainOf is the registrable domain of a host: what its owner has.
func domainOf(host string) string {
	if net.ParseIP(host) != nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}
