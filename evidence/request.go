package evidence

// A Header is one header line, in the order and spelling of the protocol.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Frame is one entry of a JavaScript call stack, innermost first. Line and
// Column count from 1; 0 is unknown.
type Frame struct {
	Function string `json:"function,omitempty"`
	URL      string `json:"url"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Script   ID     `json:"script,omitempty"` // the script of the frame, where known
	// Async says that the frame belongs to the task that scheduled the frames
	// above it (a promise, a timer), not to the running call.
	Async bool `json:"async,omitempty"`
}

// An Initiator says what made the browser send a request.
type Initiator struct {
	Kind   string  `json:"kind"` // parser script preload redirect preflight navigation other
	URL    string  `json:"url,omitempty"`
	Line   int     `json:"line,omitempty"`
	Column int     `json:"column,omitempty"`
	Stack  []Frame `json:"stack,omitempty"`
	// Request is the request that caused this one: the hop before a redirect,
	// the request a preflight was made for.
	Request ID `json:"request,omitempty"`
}

// A Request is one HTTP request and its answer. Each hop of a redirect is a
// request of its own.
type Request struct {
	ID     ID       `json:"id"`
	At     Millis   `json:"at_ms"`
	Page   int      `json:"page"` // index into Run.Pages
	Target TargetID `json:"target,omitempty"`
	// Document is the URL of the document or worker on whose behalf the
	// request was sent.
	Document string `json:"document,omitempty"`
	// Kind is the resource type: document (a page or frame; Frame tells which)
	// script stylesheet image font media xhr fetch beacon preflight websocket
	// manifest ping prefetch eventsource cspreport other.
	Kind string `json:"kind"`
	// Frame says that a document request was made for a frame, not for a page.
	Frame  bool   `json:"frame,omitempty"`
	URL    string `json:"url"`
	Method string `json:"method"`

	Initiator Initiator `json:"initiator"`
	Redirect  ID        `json:"redirect,omitempty"` // the next hop, if the answer was a redirect

	Headers    []Header `json:"headers,omitempty"` // as sent
	Body       string   `json:"body,omitempty"`    // request body, clipped; text, or base64 if BodyBinary
	BodyBinary bool     `json:"body_binary,omitempty"`
	BodySize   int64    `json:"body_size,omitempty"`
	BodyDigest string   `json:"body_digest,omitempty"` // "sha256:..."

	Status         int       `json:"status,omitempty"` // 0: no answer
	MIME           string    `json:"mime,omitempty"`
	Answer         []Header  `json:"answer,omitempty"`        // response headers; Set-Cookie lines raw, one each
	Size           int64     `json:"size,omitempty"`          // bytes received, headers included
	AnswerDigest   string    `json:"answer_digest,omitempty"` // digest of the decoded response body, where it was taken
	AnswerLength   int64     `json:"answer_length,omitempty"` // length of the decoded response body
	Width          int       `json:"width,omitempty"`         // of a small image, where it was decoded
	Height         int       `json:"height,omitempty"`
	Protocol       string    `json:"protocol,omitempty"` // "h2", "http/1.1", ...
	RemoteIP       string    `json:"remote_ip,omitempty"`
	FromCache      bool      `json:"from_cache,omitempty"`
	FromWorker     bool      `json:"from_worker,omitempty"` // answered by a service worker
	Confirmed      bool      `json:"confirmed,omitempty"`   // the server said "not modified" (304) of what the cache held; Status is that of the kept answer
	Took           Millis    `json:"took_ms,omitempty"`     // until the last byte or the failure
	Error          string    `json:"error,omitempty"`       // "net::ERR_..." when it failed
	BlockedReason  string    `json:"blocked_reason,omitempty"`
	CookiesSent    []string  `json:"cookies_sent,omitempty"` // names, as in the Cookie header
	CookiesRefused []Refused `json:"cookies_refused,omitempty"`
	// Carries lists, sorted, what of the values that the run had stored before
	// stands in the body of this answer. It is looked for in the kept answers of a
	// [Return] only: those from a cache or a service worker, or confirmed by the
	// server without being sent again.
	Carries []string `json:"carries,omitempty"`
}

// A Refused is a cookie that Chrome did not send with a request or did not
// store from its answer.
type Refused struct {
	Name      string   `json:"name"`
	Domain    string   `json:"domain,omitempty"`
	Line      string   `json:"line,omitempty"` // raw Set-Cookie line, for a cookie not stored
	Direction string   `json:"direction"`      // "sent" or "stored": what did not happen
	Reasons   []string `json:"reasons"`        // Chrome's words, sorted
}

// A Socket is one WebSocket connection.
type Socket struct {
	ID        ID            `json:"id"`
	At        Millis        `json:"at_ms"`
	Page      int           `json:"page"`
	Target    TargetID      `json:"target,omitempty"`
	URL       string        `json:"url"`
	Initiator Initiator     `json:"initiator"`
	Status    int           `json:"status,omitempty"`
	Sent      int           `json:"sent"` // frames
	Received  int           `json:"received"`
	SentBytes int64         `json:"sent_bytes"`
	Frames    []SocketFrame `json:"frames,omitempty"` // the first ones, clipped
	Error     string        `json:"error,omitempty"`
}

// A SocketFrame is one message on a WebSocket.
type SocketFrame struct {
	At   Millis `json:"at_ms"`
	Sent bool   `json:"sent"` // by the page; false: received
	Text string `json:"text"` // clipped; base64 if Binary
	Size int    `json:"size"`
	// Binary says that the frame was not text.
	Binary bool `json:"binary,omitempty"`
}
