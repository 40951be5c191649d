package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"

	"github.com/spoor-audit/spoor/evidence"
)

// Limits of one message. Newsletters stay far below them.
const (
	maxFile   = 64 << 20 // bytes
	maxHeader = 1 << 20  // bytes of the headers of one part
	maxParts  = 1000     // parts, at all depths together
	maxDepth  = 30       // multiparts in each other
	maxBody   = 8 << 20  // bytes of text that is shown
	maxInline = 48 << 20 // bytes of files that came with the message and are shown
	maxLinks  = 5000
	maxImages = 5000
	maxURL    = 8192 // bytes of an address
	maxText   = 200  // characters of a link's text
	maxValue  = 4096 // bytes of a header
)

// What [evidence.Mail.Limits] can name.
const (
	limitParts  = "parts"
	limitDepth  = "depth"
	limitText   = "text"
	limitSize   = "size"
	limitLinks  = "links"
	limitImages = "images"
	limitStyles = "styles"
	limitDamage = "damaged" // a part could not be decoded to its end
)

// ErrNoMail is wrapped by the errors of [Read] for a file that is no e-mail.
var ErrNoMail = errors.New("it is no e-mail")

// A Message is one e-mail, read.
type Message struct {
	Mail evidence.Mail
	// HTML is the message as a page: without scripts, forms and frames. It refers to
	// files that came with the message by the paths of Parts.
	HTML  string
	Parts map[string]Part
}

// A Part is one file that came with a message and is shown in it.
type Part struct {
	Type string // MIME
	Data []byte
}

// Read reads one message. The name is that of its file. The error wraps [ErrNoMail]
// if the file is none.
func Read(r io.Reader, name string) (*Message, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("mail: read %q: %w", name, err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("mail: read %q: it is larger than %d MB", name, maxFile>>20)
	}
	head, body, err := split(data)
	if err != nil {
		return nil, fmt.Errorf("mail: read %q: %w", name, err)
	}
	m := &Message{Parts: map[string]Part{}}
	m.Mail = envelope(head, name)
	w := &walker{inline: map[string]string{}, parts: m.Parts}
	w.entity(head, body, 0)
	if w.encrypted && len(w.bodies) == 0 {
		return nil, fmt.Errorf("mail: read %q: it is encrypted", name)
	}
	p := newPage(w)
	m.HTML = p.render()
	m.Mail.Links, m.Mail.Images, m.Mail.Plain = p.links, p.images, p.plain
	m.Mail.Dropped, m.Mail.Limits = sorted(p.dropped), sorted(w.limits)
	return m, nil
}

// split reads the headers and returns them and what follows them. It knows what
// programs put before a message: a line "From ..." of an mbox, a count of bytes
// (.emlx of Apple), empty lines and a byte order mark.
func split(data []byte) (message.Header, []byte, error) {
	none := message.Header{}
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return none, nil, fmt.Errorf("%w but a file of Outlook (.msg): save it as .eml", ErrNoMail)
	}
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), "\r\n")
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	if bytes.HasPrefix(line, []byte("From ")) || isCount(line) {
		data = rest
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return none, nil, fmt.Errorf("%w: it is empty", ErrNoMail)
	}
	lines, body := headerLines(data)
	h, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(lines)))
	if err != nil && !errors.Is(err, io.EOF) {
		return none, nil, fmt.Errorf("%w: its first lines are no headers", ErrNoMail)
	}
	head := message.Header{Header: h}
	if !strings.Contains(head.Get("From"), "@") && !strings.Contains(head.Get("Sender"), "@") {
		return none, nil, fmt.Errorf("%w: it has no header From with an address", ErrNoMail)
	}
	return head, body, nil
}

// headerLines returns the lines of the headers, without those that are none, and
// what follows the empty line at their end.
func headerLines(data []byte) (lines, body []byte) {
	for read := 0; len(data) > 0 && read < maxHeader; {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		read += len(line) + 1
		data = rest
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		name, _, colon := bytes.Cut(line, []byte(":"))
		further := line[0] == ' ' || line[0] == '\t'
		if further && len(lines) == 0 || !further && (!colon || len(bytes.Trim(name, headerName)) > 0) {
			continue
		}
		lines = append(append(lines, line...), '\r', '\n')
	}
	return append(lines, '\r', '\n'), data
}

// headerName holds the characters of a header's name (RFC 5322, 3.6.8), as far as
// headers use them, and the blank that some programs put before the colon.
const headerName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.! "

// isCount reports whether a line holds a number and nothing else.
func isCount(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && len(bytes.Trim(line, "0123456789")) == 0
}

// sorted is a set of words as a list.
func sorted(set map[string]bool) []string {
	var out []string
	for word := range set {
		out = append(out, word)
	}
	slices.Sort(out)
	return out
}
