//go:build !race

package score

// sets is how many random sets of findings each property is tried on.
const sets = 25_000
