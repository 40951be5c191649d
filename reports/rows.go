package reports

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// A Row is one piece of evidence, ready to be shown. Values of cookies and
// storage in it are cut as evidence.Cut does.
type Row struct {
	Kind     string            `json:"kind"` // request socket call cookie storage script event signal paper typed link image
	Scenario evidence.Scenario `json:"scenario"`
	Phase    evidence.Phase    `json:"phase"`
	AtMS     int64             `json:"at_ms"`
	// Text is what it is about: the URL, the API, the name of a cookie or key.
	Text string `json:"text"`

	Type   string `json:"type,omitempty"` // kind of request, of script, of storage
	Method string `json:"method,omitempty"`
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	MIME   string `json:"mime,omitempty"`
	Size   int64  `json:"size,omitempty"` // bytes

	// Script, Line and Column say which code did it; Stack who called it,
	// innermost first; Chain who loaded it, up to the page.
	Script string   `json:"script,omitempty"`
	Line   int      `json:"line,omitempty"`
	Column int      `json:"column,omitempty"`
	Stack  []string `json:"stack,omitempty"`
	Chain  []string `json:"chain,omitempty"`

	In       string   `json:"in,omitempty"` // kind and address of the document or worker
	Object   string   `json:"object,omitempty"`
	Args     []string `json:"args,omitempty"`
	Result   string   `json:"result,omitempty"`
	Count    int      `json:"count,omitempty"`
	AtLeast  bool     `json:"at_least,omitempty"`
	Sent     []string `json:"sent,omitempty"` // names of cookies sent along
	Body     string   `json:"body,omitempty"`
	Lines    []string `json:"lines,omitempty"` // Set-Cookie lines, or what a script wrote
	Value    string   `json:"value,omitempty"` // of a cookie or storage item, cut; of what was typed, whole
	Domain   string   `json:"domain,omitempty"`
	State    string   `json:"state,omitempty"`
	Lifetime float64  `json:"lifetime_days,omitempty"`
	Digest   string   `json:"digest,omitempty"`
}

const (
	maxStack = 8   // frames of a row
	maxChain = 8   // loaders of a row
	maxArgs  = 12  // arguments of a row
	maxLines = 6   // written lines of a row
	maxSent  = 40  // names of cookies of a row
	maxBody  = 400 // characters of a body or value
)

// row shows a piece of evidence of a visit; false if there is none of that ID.
func row(v *evidence.Visit, id evidence.ID, o *origins) (Row, bool) {
	run := o.run
	r := Row{Scenario: run.Scenario}
	found, ok := v.Lookup(id)
	if !ok {
		found = said(run, id)
	}
	at := evidence.Millis(0)
	switch e := found.(type) {
	case *evidence.Request:
		at = e.At
		r.request(o, e)
	case *evidence.Socket:
		at = e.At
		r.socket(run, e)
	case *evidence.Call:
		at = e.At
		r.call(run, e)
	case *evidence.Cookie:
		at = e.At
		r.cookie(e)
	case *evidence.StorageItem:
		at = e.At
		r.storage(e)
	case *evidence.Script:
		at = e.At
		r.script(run, e)
	case *evidence.Event:
		at = e.At
		r.Kind, r.Type, r.Text = "event", e.Kind, clip(cmp.Or(e.Text, e.URL), maxText)
	case *evidence.Signal:
		at = e.At
		r.Kind, r.Type, r.Text, r.In = "signal", clip(e.Kind, maxName), clip(e.Source, maxName), clip(e.Frame, maxName)
		r.Lines = []string{clip(string(e.Raw), maxBody)}
	case *evidence.Paper:
		at = e.At
		r.Kind, r.Type, r.Text, r.Status = "paper", clip(e.Kind, maxName), clip(cmp.Or(e.FinalURL, e.URL), maxURL), e.Status
		r.MIME, r.Size, r.Digest, r.Error = clip(e.Type, maxName), int64(len(e.Text)+len(e.Body)), e.Digest, clip(e.Error, maxName)
		if e.Title != "" {
			r.Lines = []string{clip(e.Title, maxTitle)}
		}
	case *evidence.Link:
		at = e.At
		r.Kind, r.Text, r.In = "link", clip(e.URL, maxURL), clip("page "+e.Document, maxURL)
	case *evidence.Typed:
		at = e.At
		r.Kind, r.Type, r.Text, r.In = "typed", clip(e.Asks, maxWord), clip(cmp.Or(e.Label, e.Name, e.Type), maxLabel), place(run, e.Target)
		r.Value = clip(e.Value, maxLabel)
		if e.Became != "" {
			r.Lines = []string{clip(e.Became, maxLabel)}
		}
	case *evidence.MailLink:
		r.Kind, r.Text, r.Value = "link", clip(e.URL, maxURL), clip(e.Text, maxBody)
	case *evidence.MailImage:
		if run.Chosen != nil {
			at = *run.Chosen // when pictures are shown
		}
		r.Kind, r.Type, r.Text, r.Object = "image", e.As, clip(e.URL, maxURL), sizeOf(e.Width, e.Height)
	default:
		return Row{}, false
	}
	r.AtMS, r.Phase = int64(at), run.PhaseOf(at)
	return r, true
}

// said finds what the site said: a reading of its consent tools, or a text of it.
// It returns nil if there is none of that ID.
func said(run *evidence.Run, id evidence.ID) any {
	for i := range run.Signals {
		if run.Signals[i].ID == id {
			return &run.Signals[i]
		}
	}
	for i := range run.Papers {
		if run.Papers[i].ID == id {
			return &run.Papers[i]
		}
	}
	return nil
}

func (r *Row) request(o *origins, q *evidence.Request) {
	r.Kind, r.Type, r.Text = "request", q.Kind, clip(q.URL, maxURL)
	r.Method, r.Status, r.MIME, r.Size = clip(q.Method, 20), q.Status, clip(q.MIME, maxName), q.Size
	r.Error = clip(cmp.Or(q.Error, q.BlockedReason), maxName)
	r.In = place(o.run, q.Target)
	r.by(q.Initiator.Stack)
	r.Chain = o.chain(q)
	for _, name := range q.CookiesSent[:min(len(q.CookiesSent), maxSent)] {
		r.Sent = append(r.Sent, clip(name, maxName))
	}
	if q.BodySize > 0 || q.Body != "" {
		r.Body = clip(q.Body, maxBody)
		if q.BodyBinary || r.Body == "" {
			r.Body = "(" + strconv.FormatInt(q.BodySize, 10) + " B)"
		}
	}
	for _, h := range q.Answer {
		if strings.EqualFold(h.Name, "set-cookie") && len(r.Lines) < maxLines {
			r.Lines = append(r.Lines, clip(h.Value, maxBody))
		}
	}
}

func (r *Row) socket(run *evidence.Run, s *evidence.Socket) {
	r.Kind, r.Type, r.Text = "socket", "websocket", clip(s.URL, maxURL)
	r.Status, r.Error, r.Size, r.Count = s.Status, clip(s.Error, maxName), s.SentBytes, s.Sent
	r.In = place(run, s.Target)
	r.by(s.Initiator.Stack)
	for _, f := range s.Frames {
		if f.Sent && !f.Binary && len(r.Lines) < maxLines {
			r.Lines = append(r.Lines, clip(f.Text, maxBody))
		}
	}
}

func (r *Row) call(run *evidence.Run, c *evidence.Call) {
	r.Kind, r.Text, r.In = "call", clip(c.API, maxName), place(run, c.In)
	r.Count, r.AtLeast = c.Count, c.AtLeast
	r.by(c.Stack)
	if r.Script == "" {
		r.Script = clip(newMaker(run).script(c), maxURL)
	}
	for i, arg := range c.Args {
		if i == maxArgs {
			r.Args = append(r.Args, "…")
			break
		}
		r.Args = append(r.Args, clip(arg, maxName))
	}
	if c.Result != nil {
		r.Result, r.Digest = clip(c.Result.Text, maxName), c.Result.Digest
		r.Size = int64(c.Result.Length)
	}
	if o := c.Object; o != nil {
		r.Object = object(o)
	}
}

// object describes the thing that a call was made on, as evidence.Call does.
func object(o *evidence.Object) string {
	parts := []string{o.Kind}
	if o.Number > 0 {
		parts = append(parts, strconv.Itoa(o.Number))
	}
	if o.Width > 0 || o.Height > 0 {
		parts = append(parts, strconv.Itoa(o.Width)+"×"+strconv.Itoa(o.Height))
	}
	if o.Font != "" {
		parts = append(parts, clip(o.Font, maxName))
	}
	return strings.Join(parts, " ")
}

func (r *Row) cookie(c *evidence.Cookie) {
	r.Kind, r.Text, r.Domain, r.State = "cookie", clip(c.Name, maxName), clip(c.Domain, maxName), c.State
	r.Value, r.Lifetime = clip(c.Value, maxBody), days(c.Lifetime)
	for _, w := range c.Writes[:min(len(c.Writes), maxLines)] {
		r.Lines = append(r.Lines, clip(w.Raw, maxBody))
	}
	if len(c.Writes) > 0 {
		r.Script, r.Line, r.Type = clip(c.Writes[0].URL, maxURL), c.Writes[0].Line, c.Writes[0].Kind
	}
	r.Error = clip(strings.Join(c.Reasons, ", "), maxName)
}

func (r *Row) storage(s *evidence.StorageItem) {
	r.Kind, r.Type, r.Text, r.Domain = "storage", s.Kind, clip(s.Key, maxName), clip(s.Origin, maxName)
	r.Value, r.Size, r.Digest = clip(s.Value, maxBody), int64(s.Length), s.Digest
	if s.Writer != nil {
		r.by([]evidence.Frame{*s.Writer})
	}
}

func (r *Row) script(run *evidence.Run, s *evidence.Script) {
	r.Kind, r.Type, r.Text, r.Line = "script", s.Kind, clip(s.URL, maxURL), s.Line
	r.Size, r.Digest, r.In = int64(s.Length), s.Digest, place(run, s.Target)
	if s.By != nil {
		r.Stack = []string{frame(*s.By)}
	}
}

// by fills in the code that did it from a stack.
func (r *Row) by(stack []evidence.Frame) {
	if len(stack) == 0 {
		return
	}
	r.Script, r.Line, r.Column = clip(stack[0].URL, maxURL), stack[0].Line, stack[0].Column
	for i, f := range stack {
		if i == maxStack {
			r.Stack = append(r.Stack, "…")
			break
		}
		r.Stack = append(r.Stack, frame(f))
	}
}

// frame writes a stack frame as browsers do: "function (url:line:column)".
func frame(f evidence.Frame) string {
	at := clip(f.URL, maxName)
	if f.Line > 0 {
		at += ":" + strconv.Itoa(f.Line)
		if f.Column > 0 {
			at += ":" + strconv.Itoa(f.Column)
		}
	}
	if f.Function == "" {
		return at
	}
	return clip(f.Function, maxName) + " (" + at + ")"
}

// place says in which document or worker something happened.
func place(run *evidence.Run, id evidence.TargetID) string {
	among := func(targets []evidence.Target) string {
		for i := range targets {
			if t := &targets[i]; t.ID == id {
				return strings.TrimSpace(t.Kind + " " + clip(t.URL, maxName))
			}
		}
		return ""
	}
	if found := among(run.Targets); found != "" {
		return found
	}
	for i := range run.Returns {
		if found := among(run.Returns[i].Targets); found != "" {
			return found
		}
	}
	return ""
}
