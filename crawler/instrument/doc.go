// Package instrument owns what is watched in a page, and how: the table of
// browser APIs (probes.yaml), the script that watches them (probe.js), and the
// reading of what that script reports.
//
// It must hide itself from the page, and must not know why an API is
// interesting.
package instrument
