// Package mail owns e-mail as a file: .eml in; out comes what it holds (links,
// pictures, the headers that tell how it was sent) and a page that a browser can
// show, without scripts and forms, as mail programs make it.
//
// It asks nobody, and must not know what a finding is. Files come from strangers:
// sizes, counts and depths have limits, and what was left out because of one is in
// the record.
package mail
