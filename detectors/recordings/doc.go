// Package recordings recognises recordings of a visit in what a page sends: copies
// of the page, changes to it, and the way of the mouse, in the formats of known
// recorders and in any other that can be read, also packed.
//
// It owns reading what was sent and knows nothing of who sent it, to whom, and
// whether that may be. All work on a message is bounded, because messages come from
// hostile pages.
package recordings
