// Package baseline owns facts: what a page is known to do, in a form that stays
// the same from one load to the next, and the comparison of what was seen with
// what is known and what is allowed. It is pure: it must not know file names,
// flags, the clock or exit codes.
//
// A fact has no count, time, hash or address in it: what changes on every load is
// no fact.
package baseline
