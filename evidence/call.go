package evidence

// A Script is one piece of JavaScript that the browser compiled in the run.
type Script struct {
	ID     ID       `json:"id"`
	At     Millis   `json:"at_ms"`
	Target TargetID `json:"target,omitempty"`
	URL    string   `json:"url"` // of an inline script: the document's
	// Kind: external inline module eval blob data handler.
	Kind   string `json:"kind"`
	Line   int    `json:"line,omitempty"` // where it starts in URL, from 1
	Column int    `json:"column,omitempty"`
	Length int    `json:"length"`
	Digest string `json:"digest,omitempty"` // "sha256:..." of the source, as V8 tells
	// By is the place that made the script at run time: the caller of eval, the
	// inserter of a script element, the maker of a blob. Nil for scripts that
	// came with their document.
	By *Frame `json:"by,omitempty"`
}

// A Call is one use of a watched browser API. Uses of the same API, with the
// same arguments, on the same object and from the same place in a script are
// folded into one record with a count.
type Call struct {
	ID  ID       `json:"id"`
	At  Millis   `json:"at_ms"` // of the first use
	API string   `json:"api"`   // "HTMLCanvasElement.toDataURL"; "Document.cookie=" for a setter
	In  TargetID `json:"in"`
	// Object says on what the call was made, where that matters: "canvas 3
	// 300x150 detached". The number is the same for the same object within a
	// target.
	Object *Object  `json:"object,omitempty"`
	Args   []string `json:"args,omitempty"` // clipped
	// Result: the value for short primitive results (clipped), or its length
	// and digest.
	Result *Value  `json:"result,omitempty"`
	Stack  []Frame `json:"stack,omitempty"` // innermost first
	Count  int     `json:"count"`
	// AtLeast says that Count is a lower bound: counting stopped at a limit.
	AtLeast bool `json:"at_least,omitempty"`
	// Script is the script that made the call: the innermost frame of Stack, or
	// what Chrome itself says of it when the page hid its stack.
	Script ID `json:"script,omitempty"`
	// Gesture says that the page had been given a user gesture shortly before.
	Gesture bool `json:"gesture,omitempty"`
}

// An Object is the thing a call was made on.
type Object struct {
	Kind   string `json:"kind"` // "canvas", "offscreen-canvas", "element", ...
	Number int    `json:"number,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	// Shown says that the element was part of its document at the call.
	Shown bool `json:"shown,omitempty"`
	// Font is the font family of an element that was measured.
	Font string `json:"font,omitempty"`
}

// A Value is the result of a call: never the pixels or the samples.
type Value struct {
	Text   string `json:"text,omitempty"`   // short primitive values only
	Length int    `json:"length,omitempty"` // of a string or array, in elements
	Digest string `json:"digest,omitempty"` // 53-bit hash of a long string or array, as hex; equal values have equal digests
}
