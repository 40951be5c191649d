// Package update owns newer lists in a folder of their user: fetching them,
// refusing what is not fit for use, and the file signatures.lock, which says
// exactly which lists are in use.
//
// A list that was fetched stands in the folder under its SHA-256, and the lock
// names it. An update writes the lists first and the lock last, in one step, so
// that one that fails changes nothing, and a reader sees the old lists or the new
// ones.
//
// The package must not know commands, visits or reports. It reads no clock and no
// environment: its callers say when and where.
package update
